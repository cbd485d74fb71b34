#include "models/clip/training/fit_probe.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/lbfgs.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <array>
#include <limits>

namespace models::clip {

namespace {

/// What is learnt; vectors are scaled by the model's scale so that steps of all are alike.
struct Learnt
{
    at::Tensor weight; ///< [classes, embedDim]
    at::Tensor blend; ///< [classes, 1]; undefined without texts
    at::Tensor bias; ///< [classes]
};

/// Doubles, so that L-BFGS ends where the gradient does.
Learnt beginning(std::int64_t classes, std::int64_t width, bool withTexts)
{
    const auto wanted = torch::dtype(torch::kDouble).requires_grad(true);
    Learnt learnt{torch::zeros({classes, width}, wanted), {}, torch::zeros({classes}, wanted)};
    if (withTexts)
        learnt.blend = torch::ones({classes, 1}, wanted);
    return learnt;
}

at::Tensor rows(const Learnt& learnt, const at::Tensor& texts, double scale)
{
    return learnt.blend.defined() ? scale * learnt.blend * texts + learnt.weight : learnt.weight;
}

void minimise(Learnt& learnt, const LabelledVectors& training, const at::Tensor& texts, double scale, double c)
{
    constexpr int kMostSteps = 500;
    std::vector<at::Tensor> parameters{learnt.weight, learnt.bias};
    if (learnt.blend.defined())
        parameters.push_back(learnt.blend);
    torch::optim::LBFGS optimizer(parameters,
        torch::optim::LBFGSOptions(1)
            .max_iter(kMostSteps)
            .tolerance_grad(1e-7)
            .tolerance_change(1e-10)
            .line_search_fn("strong_wolfe"));
    optimizer.step([&] {
        optimizer.zero_grad();
        const auto logits = torch::linear(training.vectors, rows(learnt, texts, scale), learnt.bias);
        auto loss = c * torch::cross_entropy_loss(logits, training.labels, {}, at::Reduction::Sum)
            + learnt.weight.square().sum() / 2;
        if (learnt.blend.defined())
            loss = loss + scale * scale * (learnt.blend - 1).square().sum() / 2;
        loss.backward();
        return loss;
    });
}

} // namespace

FittedProbe fitProbe(const LabelledVectors& training, const LabelledVectors& validation, std::int64_t classes,
    const at::Tensor& texts, double scale)
{
    constexpr std::array<double, 8> kChoices{0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000};
    constexpr double kUnchosen = 100;
    const auto doubles = [](const LabelledVectors& from) {
        return LabelledVectors{from.vectors.to(torch::kCPU, torch::kDouble), from.labels.cpu()};
    };
    const auto shown = doubles(training);
    const bool chooses = validation.labels.defined() && validation.labels.numel() > 0;
    const auto held = chooses ? doubles(validation) : shown;
    const auto own = texts.defined() ? texts.to(torch::kCPU, torch::kDouble) : texts;
    FittedProbe best;
    double bestLoss = std::numeric_limits<double>::infinity();
    for (const double c : kChoices) {
        if (!chooses && c != kUnchosen)
            continue;
        auto learnt = beginning(classes, shown.vectors.size(1), texts.defined());
        minimise(learnt, shown, own, scale, c);
        const torch::NoGradGuard noGradients;
        const auto weight = rows(learnt, own, scale);
        const auto logits = torch::linear(held.vectors, weight, learnt.bias);
        const double accuracy = (logits.argmax(1) == held.labels).to(torch::kDouble).mean().item<double>();
        const double loss = torch::cross_entropy_loss(logits, held.labels).item<double>();
        if (accuracy < best.validationAccuracy || (accuracy == best.validationAccuracy && !(loss < bestLoss)))
            continue;
        bestLoss = loss;
        best = {{weight.to(torch::kFloat), learnt.bias.detach().to(torch::kFloat), {}, {}, {}}, c, accuracy};
    }
    return best;
}

} // namespace models::clip
