#include "models/blip/training/momentum.h"

#include "imaging/error.h"
#include "models/weights/load_report.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <array>
#include <utility>

namespace models::blip {

namespace {

constexpr const char* kNetwork = "momentum.";

/// Without a decoder: it only compares.
Blip comparing(const Blip& blip)
{
    auto config = blip->config();
    config.parts = {.decoder = false, .encoder = true, .match = true};
    Blip copy(config);
    const torch::NoGradGuard noGradients;
    const auto weights = weights::weightsOf(*blip);
    for (auto& [key, tensor] : weights::weightsOf(*copy))
        at::Tensor(tensor).copy_(weights.at(key));
    for (auto& parameter : copy->parameters())
        parameter.set_requires_grad(false);
    copy->to(blip->parameters().front().device());
    copy->eval();
    return copy;
}

std::array<std::pair<const char*, at::Tensor PairVectors::*>, 4> parts()
{
    return {{{"queue.pictures", &PairVectors::pictures}, {"queue.texts", &PairVectors::texts},
        {"queue.textIds", &PairVectors::textIds}, {"queue.pictureIds", &PairVectors::pictureIds}}};
}

} // namespace

Momentum::Momentum(const Blip& blip, double momentum, std::int64_t size)
    : m_blip(comparing(blip))
    , m_momentum(momentum)
    , m_size(size)
{
    const auto like = blip->parameters().front().options();
    m_queue = {torch::empty({0, blip->config().projection}, like), torch::empty({0, blip->config().projection}, like),
        torch::empty({0}, torch::kLong), torch::empty({0}, torch::kLong)};
}

void Momentum::follow(const Blip& blip)
{
    const torch::NoGradGuard noGradients;
    const auto weights = weights::weightsOf(*blip);
    for (auto& [key, tensor] : weights::weightsOf(*m_blip))
        at::Tensor(tensor).mul_(m_momentum).add_(weights.at(key), 1 - m_momentum);
}

PairVectors Momentum::vectors(const at::Tensor& pixels, const training::TextRows& texts, const at::Tensor& mask)
{
    const torch::NoGradGuard noGradients;
    const auto device = pixels.device();
    const auto pictures = m_blip->pictureDirections(m_blip->pictureTokens(pixels));
    const auto directions = m_blip->textDirections(texts.ids.to(device), mask.to(device));
    return {pictures, directions.index_select(0, texts.rows.to(device)), {}, {}};
}

PairVectors Momentum::withQueue(const PairVectors& now) const
{
    PairVectors all;
    for (const auto& [name, part] : parts())
        all.*part = torch::cat({now.*part, m_queue.*part});
    return all;
}

void Momentum::push(const PairVectors& now)
{
    auto all = withQueue(now);
    for (const auto& [name, part] : parts())
        m_queue.*part = (all.*part).narrow(0, 0, std::min(m_size, (all.*part).size(0))).clone();
}

void Momentum::keep(weights::StateDict& tensors) const
{
    for (const auto& [key, tensor] : weights::weightsOf(*m_blip))
        tensors[kNetwork + key] = tensor;
    for (const auto& [name, part] : parts())
        tensors[name] = m_queue.*part;
}

void Momentum::restore(const weights::StateDict& tensors)
{
    const torch::NoGradGuard noGradients;
    const auto of = [&](const std::string& name) {
        const auto found = tensors.find(name);
        if (found == tensors.end())
            throw imaging::Error(imaging::ErrorKind::Model,
                "The state of the training lacks '" + name + "': it is not one of a BLIP that compares.");
        return found->second;
    };
    for (auto& [key, tensor] : weights::weightsOf(*m_blip))
        at::Tensor(tensor).copy_(of(kNetwork + key));
    for (const auto& [name, part] : parts())
        m_queue.*part = of(name).to((m_queue.*part).device());
}

} // namespace models::blip
