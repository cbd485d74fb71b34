#include "app/workflow/case_scores.h"

#include "annotations/report/areas.h"
#include "annotations/report/reading.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace app {

namespace {

constexpr double kHardlyThere = 0.01;

double binaryEntropy(double p)
{
    if (!(p > 0 && p < 1))
        return 0;
    return -(p * std::log2(p) + (1 - p) * std::log2(1 - p));
}

/// Parts of the mask in the left and right half of the picture; nothing of an empty mask.
std::optional<std::array<double, 2>> halvesOf(const MaskView& mask)
{
    std::array<double, 2> pixels{};
    for (int row = 0; row < mask.rows; ++row)
        for (int column = 0; column < mask.columns; ++column)
            if (mask.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(mask.columns)
                    + static_cast<std::size_t>(column)]
                != 0)
                pixels[2 * column >= mask.columns ? 1 : 0] += 1;
    const double all = pixels[0] + pixels[1];
    if (all == 0)
        return {};
    return std::array<double, 2>{pixels[0] / all, pixels[1] / all};
}

double sideMismatch(bool namesLeftHalf, bool namesRightHalf, const MaskView& mask)
{
    const auto halves = halvesOf(mask);
    if (!halves)
        return 1;
    if (namesLeftHalf && namesRightHalf)
        return 0.5 * ((*halves)[0] < kHardlyThere) + 0.5 * ((*halves)[1] < kHardlyThere);
    return namesLeftHalf ? (*halves)[1] : (*halves)[0];
}

double areaMismatch(int named, const MaskView& mask)
{
    imaging::VoxelGrid grid;
    grid.columns = mask.columns;
    grid.rows = mask.rows;
    grid.slices = 1;
    const auto drawn =
        static_cast<int>(annotations::countAreas(mask.values, grid, std::max<std::size_t>(1, grid.voxels() / 1000)));
    return std::abs(named - drawn) / static_cast<double>(std::max(named, drawn));
}

} // namespace

double entropyOf(std::span<const float> probabilities)
{
    double entropy = 0;
    double area = 0;
    for (const float probability : probabilities) {
        if (!(probability > 0))
            continue;
        entropy += binaryEntropy(static_cast<double>(probability));
        area += static_cast<double>(probability);
    }
    return area > 0 ? entropy / (entropy + area) : 1;
}

double disagreementOf(std::span<const float> average, std::span<const float> prediction)
{
    double common = 0;
    double both = 0;
    for (std::size_t pixel = 0; pixel < std::min(average.size(), prediction.size()); ++pixel) {
        const double a = static_cast<double>(average[pixel]);
        const double b = static_cast<double>(prediction[pixel]);
        common += a * b;
        both += a * a + b * b;
    }
    return both > 0 ? std::clamp(1 - 2 * common / both, 0.0, 1.0) : 0;
}

std::vector<float> stretched(std::span<const float> square, int size, int columns, int rows)
{
    const auto source = [size](int place, int count) {
        const float at =
            (static_cast<float>(place) + 0.5F) * static_cast<float>(size) / static_cast<float>(count) - 0.5F;
        return std::clamp(at, 0.0F, static_cast<float>(size - 1));
    };
    const auto value = [&](int x, int y) {
        return square[static_cast<std::size_t>(std::min(y, size - 1)) * static_cast<std::size_t>(size)
            + static_cast<std::size_t>(std::min(x, size - 1))];
    };
    std::vector<float> picture;
    picture.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const float x = source(column, columns);
            const float y = source(row, rows);
            const int left = static_cast<int>(x);
            const int top = static_cast<int>(y);
            const float upper = std::lerp(value(left, top), value(left + 1, top), x - static_cast<float>(left));
            const float lower = std::lerp(value(left, top + 1), value(left + 1, top + 1), x - static_cast<float>(left));
            picture.push_back(std::lerp(upper, lower, y - static_cast<float>(top)));
        }
    return picture;
}

std::optional<double> mismatchOf(
    std::string_view text, const MaskView& mask, imaging::PatientSide wordsAtLeft, std::string_view finding)
{
    const auto drawn = annotations::fieldsToDraw(text, finding);
    if (!drawn)
        return {};
    const auto& fields = *drawn;
    const bool sideKnown = wordsAtLeft != imaging::PatientSide::Unknown;
    const bool namesSide = fields.left.involved || fields.right.involved;
    if (fields.areas == 0 && !(namesSide && sideKnown))
        return {};
    double agreement = 1;
    if (namesSide && sideKnown) {
        const bool leftWordAtLeft = wordsAtLeft == imaging::PatientSide::Left;
        agreement *= 1
            - sideMismatch(leftWordAtLeft ? fields.left.involved : fields.right.involved,
                leftWordAtLeft ? fields.right.involved : fields.left.involved, mask);
    }
    if (fields.areas > 0)
        agreement *= 1 - areaMismatch(fields.areas, mask) / 2;
    return 1 - agreement;
}

} // namespace app
