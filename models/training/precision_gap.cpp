#include "models/training/precision_gap.h"

#include "imaging/error.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdio>

namespace models {

namespace {

constexpr double kMostOfLogits = 0.1;
constexpr double kMostOfGradients = 0.35;

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
    return logits <= kMostOfLogits && gradients <= kMostOfGradients;
}

std::string PrecisionGap::text() const
{
    char line[96];
    std::snprintf(
        line, sizeof line, "its logits are off by %.1f %%, its gradients by %.1f %%", 100 * logits, 100 * gradients);
    return line;
}

PrecisionGap gapBetween(const BatchAnswer& exact, const BatchAnswer& fast)
{
    if (exact.logits.sizes() != fast.logits.sizes() || exact.gradients.size() != fast.gradients.size())
        throw imaging::Error(imaging::ErrorKind::Internal, "Two answers of one network have different shapes.");
    Squares logits, gradients;
    logits.add(exact.logits, fast.logits);
    for (std::size_t i = 0; i < exact.gradients.size(); ++i)
        if (exact.gradients[i].defined() && fast.gradients[i].defined())
            gradients.add(exact.gradients[i], fast.gradients[i]);
    return {logits.share(), gradients.share()};
}

} // namespace models
