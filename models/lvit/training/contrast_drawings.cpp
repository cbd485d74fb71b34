#include "models/lvit/training/contrast_drawings.h"

#include <ATen/ATen.h>

#include <array>

namespace models::lvit {

namespace {

/// What is drawn of one lung.
enum class Lung { None, Whole, UpperMiddle, MiddleLower, Two, Three };

struct Drawing
{
    Lung left;
    Lung right;
};

/// All in fractions of the picture.
struct Ellipse
{
    float centreX, centreY, radiusX, radiusY;
};

constexpr std::array<Drawing, 14> kDrawings{
    {{Lung::Whole, Lung::None}, {Lung::Two, Lung::None}, {Lung::Three, Lung::None}, {Lung::None, Lung::Whole},
        {Lung::None, Lung::Two}, {Lung::None, Lung::Three}, {Lung::Whole, Lung::Whole},
        {Lung::Whole, Lung::UpperMiddle}, {Lung::Whole, Lung::MiddleLower}, {Lung::UpperMiddle, Lung::Whole},
        {Lung::MiddleLower, Lung::Whole}, {Lung::Whole, Lung::Two}, {Lung::Two, Lung::Whole}, {Lung::Two, Lung::Two}}};

constexpr std::array<const char*, 7> kNumbers{"no", "one", "two", "three", "four", "five", "six"};

/// The lung at the left of the picture; x of the other one is mirrored.
std::vector<Ellipse> ellipsesOf(Lung lung)
{
    constexpr float kX = 0.25F, kRadius = 0.105F;
    switch (lung) {
    case Lung::None:
        return {};
    case Lung::Whole:
        return {{kX, 0.45F, kRadius, 0.345F}};
    case Lung::UpperMiddle:
        return {{kX, 0.34F, kRadius * 0.9F, 0.235F}};
    case Lung::MiddleLower:
        return {{kX, 0.56F, kRadius, 0.235F}};
    case Lung::Two:
        return {{kX, 0.28F, kRadius * 0.9F, 0.17F}, {kX, 0.64F, kRadius, 0.17F}};
    case Lung::Three:
        return {{kX, 0.22F, kRadius * 0.8F, 0.1F}, {kX, 0.45F, kRadius * 0.9F, 0.11F}, {kX, 0.69F, kRadius, 0.11F}};
    }
    return {};
}

void draw(at::Tensor& mask, const Ellipse& ellipse, bool mirrored)
{
    const int size = int(mask.size(2));
    auto* pixel = mask.data_ptr<float>();
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column, ++pixel) {
            const float x = (float(column) + 0.5F) / float(size);
            const float across = ((mirrored ? 1 - x : x) - ellipse.centreX) / ellipse.radiusX;
            const float down = ((float(row) + 0.5F) / float(size) - ellipse.centreY) / ellipse.radiusY;
            if (across * across + down * down <= 1)
                *pixel = 1;
        }
}

at::Tensor maskOf(const Drawing& drawing, int size, imaging::Sides sides)
{
    auto mask = at::zeros({1, size, size});
    const bool asPicture = sides == imaging::Sides::Picture;
    for (const auto& ellipse : ellipsesOf(drawing.left))
        draw(mask, ellipse, /*mirrored=*/!asPicture);
    for (const auto& ellipse : ellipsesOf(drawing.right))
        draw(mask, ellipse, /*mirrored=*/asPicture);
    return mask;
}

std::string zonesOf(Lung lung)
{
    switch (lung) {
    case Lung::Whole:
        return "all";
    case Lung::UpperMiddle:
        return "upper middle";
    case Lung::MiddleLower:
        return "middle lower";
    default:
        return "upper middle lower";
    }
}

std::string textOf(const Drawing& drawing)
{
    const bool left = drawing.left != Lung::None, right = drawing.right != Lung::None;
    const auto areas = ellipsesOf(drawing.left).size() + ellipsesOf(drawing.right).size();
    std::string text = left && right ? "bilateral" : "unilateral";
    text += std::string(" pulmonary infection, ") + kNumbers.at(areas)
        + (areas == 1 ? " infected area, " : " infected areas, ");
    if (left)
        text += zonesOf(drawing.left) + " left lung";
    if (right)
        text += (left ? " and " : "") + zonesOf(drawing.right) + " right lung";
    return text + ".";
}

} // namespace

std::vector<ContrastCase> contrastDrawings(int size, imaging::Sides sides)
{
    std::vector<ContrastCase> cases;
    for (const auto& drawing : kDrawings)
        cases.push_back({textOf(drawing), maskOf(drawing, size, sides)});
    return cases;
}

} // namespace models::lvit
