#include "models/training/precision_gap.h"

#include "imaging/error.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdio>

namespace models::training {

namespace {

constexpr double kMostOfStage = 0.5;
constexpr double kMostOfGradients = 1;

/// Squared distance and size.
struct Squares
{
    double distance = 0;
    double size = 0;

    void add(const at::Tensor& exact, const at::Tensor& fast)
    {
        const auto a = exact.detach().to(at::kDouble), b = fast.detach().to(at::kDouble);
        distance += (b - a).square().sum().item<double>();
        size += a.square().sum().item<double>();
    }

    double share() const { return distance == 0 ? 0 : std::sqrt(distance / size); }
};

} // namespace

bool PrecisionGap::isRounding() const
{
    return stage <= kMostOfStage && gradients <= kMostOfGradients;
}

std::string PrecisionGap::text() const
{
    char line[96];
    std::snprintf(
        line, sizeof line, "a stage is off by %.1f %%, the gradient by %.1f %%", 100 * stage, 100 * gradients);
    return line;
}

PrecisionGap gapBetween(const BatchAnswer& exact, const BatchAnswer& fast)
{
    if (exact.stages.size() != fast.stages.size() || exact.gradients.size() != fast.gradients.size())
        throw imaging::Error(imaging::ErrorKind::Internal, "Two answers of one network have different parts.");
    PrecisionGap gap;
    for (std::size_t i = 0; i < exact.stages.size(); ++i) {
        Squares stage;
        stage.add(exact.stages[i], fast.stages[i]);
        if (!std::isnan(gap.stage) && !(stage.share() <= gap.stage)) // What is no number stays.
            gap.stage = stage.share();
    }
    Squares gradients;
    for (std::size_t i = 0; i < exact.gradients.size(); ++i)
        if (exact.gradients[i].defined() && fast.gradients[i].defined())
            gradients.add(exact.gradients[i], fast.gradients[i]);
    gap.gradients = gradients.share();
    return gap;
}

} // namespace models::training
