#include "models/clip/training/zero_shot.h"

#include "models/layers/unit_length.h"
#include "models/scoring/match_scores.h"
#include "models/scoring/place_scores.h"

#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <string_view>

namespace models::clip {

namespace {

/// Which of the classes a text says; nothing where it says none of them.
using ClassOf = std::function<std::optional<int>(std::string_view)>;

std::vector<std::optional<int>> classesOf(const std::vector<std::string>& texts, const ClassOf& classOf)
{
    std::vector<std::optional<int>> classes;
    for (const auto& text : texts)
        classes.push_back(classOf(text));
    return classes;
}

/// Cosines to the classes, [pictures, classes]; nothing where a class has no text.
std::optional<at::Tensor> cosinesTo(
    const at::Tensor& pictures, const at::Tensor& texts, const std::vector<std::optional<int>>& known, int classes)
{
    std::vector<at::Tensor> directions;
    for (int one = 0; one < classes; ++one) {
        std::vector<std::int64_t> rows;
        for (std::size_t i = 0; i < known.size(); ++i)
            if (known[i] == one)
                rows.push_back(std::int64_t(i));
        if (rows.empty())
            return std::nullopt;
        const auto mean = texts.index_select(0, torch::tensor(rows).to(texts.device())).mean(0, /*keepdim=*/true);
        directions.push_back(layers::unitLength(mean));
    }
    return torch::matmul(pictures, torch::cat(directions).t()).to(torch::kDouble).cpu().contiguous();
}

/// What came out for the pictures of each class.
struct Told
{
    std::vector<std::size_t> pictures;
    std::vector<std::size_t> right;
    std::vector<std::vector<double>> towardsFirst; ///< By class: the cosine to class 0 less that to class 1.

    explicit Told(int classes)
        : pictures(std::size_t(classes))
        , right(std::size_t(classes))
        , towardsFirst(std::size_t(classes))
    {
    }
};

Told tell(const at::Tensor& cosines, const std::vector<std::optional<int>>& references)
{
    Told told(int(cosines.size(1)));
    const auto nearest = cosines.argmax(1).contiguous();
    for (std::size_t i = 0; i < references.size(); ++i) {
        if (!references[i])
            continue;
        const auto own = std::size_t(*references[i]);
        const auto* row = cosines.data_ptr<double>() + std::int64_t(i) * cosines.size(1);
        ++told.pictures[own];
        told.right[own] += nearest.data_ptr<std::int64_t>()[i] == *references[i];
        told.towardsFirst[own].push_back(row[0] - row[1]);
    }
    return told;
}

scoring::FigureRow rowOf(const std::string& name, const Told& told)
{
    std::size_t pictures = 0, right = 0, most = 0;
    double shares = 0;
    int seen = 0;
    for (std::size_t one = 0; one < told.pictures.size(); ++one) {
        pictures += told.pictures[one];
        right += told.right[one];
        most = std::max(most, told.pictures[one]);
        if (told.pictures[one] > 0) {
            shares += double(told.right[one]) / double(told.pictures[one]);
            ++seen;
        }
    }
    std::optional<double> area;
    if (told.pictures.size() == 2 && told.pictures[0] > 0 && told.pictures[1] > 0)
        area = scoring::rocArea(told.towardsFirst[0], told.towardsFirst[1]);
    return {name,
        {double(pictures), double(right) / double(pictures), double(most) / double(pictures), shares / double(seen),
            1.0 / double(told.pictures.size()), area}};
}

} // namespace

scoring::FigureTable zeroShotByPlace(const at::Tensor& pictures, const std::vector<std::string>& references,
    const at::Tensor& texts, const std::vector<std::string>& known)
{
    scoring::FigureTable table{"zero_shot",
        "Zero-shot: a class is the mean of the vectors of all training texts that say it. Balanced: the mean over the "
        "classes, beside chance; ROC: how often a picture with it is nearer to it than one without (chance: 50).",
        {{"pictures", "pictures", 1, 0}, {"accuracy", "accuracy"}, {"most_frequent", "most frequent class"},
            {"balanced_accuracy", "balanced"}, {"chance", "chance"}, {"roc_area", "ROC area"}},
        {}};
    const auto add = [&](const std::string& name, int classes, const ClassOf& classOf) {
        const auto cosines = cosinesTo(pictures, texts, classesOf(known, classOf), classes);
        if (!cosines)
            return;
        const auto told = tell(*cosines, classesOf(references, classOf));
        if (told.pictures != std::vector<std::size_t>(std::size_t(classes)))
            table.rows.push_back(rowOf(name, told));
    };
    add("side (left, right, both)", 3, scoring::namedSide);
    for (std::size_t zone = 0; zone < std::size(scoring::kZones); ++zone)
        add(scoring::kZones[zone], 2, [zone](std::string_view text) { return scoring::namedZone(text, zone); });
    return table;
}

} // namespace models::clip
