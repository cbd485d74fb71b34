#include "models/training/training_state.h"

#include "imaging/error.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <set>

namespace models::training {

namespace {

constexpr const char* kNet = "net.";
constexpr const char* kAverage = "average.";
constexpr const char* kOptimizer = "optimizer.";
constexpr const char* kFirstMoment = "optimizer.exp_avg.";
constexpr const char* kSecondMoment = "optimizer.exp_avg_sq.";
constexpr const char* kMomentum = "optimizer.momentum.";
constexpr const char* kSteps = "optimizer.step.";
constexpr const char* kMetadata = "limn_training";

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::Model,
        "The training state '" + file.string() + "' cannot be used: " + reason
            + " Choose another output folder or delete it.",
        file.string());
}

/// Calls `visit` with each parameter and its index.
template <typename Visitor> void visitParameters(torch::optim::Optimizer& optimizer, const Visitor& visit)
{
    const auto& parameters = optimizer.param_groups().at(0).params();
    for (std::size_t index = 0; index < parameters.size(); ++index)
        visit(std::to_string(index), parameters[index]);
}

template <typename ParamState> void packOptimizer(torch::optim::Optimizer& optimizer, weights::StateDict& tensors)
{
    visitParameters(optimizer, [&](const auto& index, const auto& parameter) {
        // There is none before the first step, and of a parameter that got no gradient yet.
        const auto state = optimizer.state().find(parameter.unsafeGetTensorImpl());
        if (state == optimizer.state().end())
            return;
        const auto& adam = static_cast<const ParamState&>(*state->second);
        tensors[kFirstMoment + index] = adam.exp_avg();
        tensors[kSecondMoment + index] = adam.exp_avg_sq();
        tensors[kSteps + index] = at::scalar_tensor(adam.step(), at::kLong);
    });
}

template <typename ParamState>
void unpackOptimizer(
    torch::optim::Optimizer& optimizer, const weights::StateDict& tensors, const std::filesystem::path& file)
{
    visitParameters(optimizer, [&](const auto& index, const auto& parameter) {
        const auto first = tensors.find(kFirstMoment + index);
        if (first == tensors.end())
            return;
        const auto second = tensors.find(kSecondMoment + index);
        const auto step = tensors.find(kSteps + index);
        if (second == tensors.end() || step == tensors.end() || step->second.numel() != 1
            || !first->second.sizes().equals(parameter.sizes()) || !second->second.sizes().equals(parameter.sizes()))
            refuse(file, "the optimizer's part does not fit the network.");
        auto adam = std::make_unique<ParamState>();
        adam->step(step->second.template item<std::int64_t>());
        adam->exp_avg(torch::zeros_like(parameter).copy_(first->second));
        adam->exp_avg_sq(torch::zeros_like(parameter).copy_(second->second));
        optimizer.state()[parameter.unsafeGetTensorImpl()] = std::move(adam);
    });
}

void packMomentum(torch::optim::Optimizer& optimizer, weights::StateDict& tensors)
{
    visitParameters(optimizer, [&](const auto& index, const auto& parameter) {
        const auto state = optimizer.state().find(parameter.unsafeGetTensorImpl());
        if (state != optimizer.state().end())
            tensors[kMomentum + index] =
                static_cast<const torch::optim::SGDParamState&>(*state->second).momentum_buffer();
    });
}

void unpackMomentum(
    torch::optim::Optimizer& optimizer, const weights::StateDict& tensors, const std::filesystem::path& file)
{
    visitParameters(optimizer, [&](const auto& index, const auto& parameter) {
        const auto found = tensors.find(kMomentum + index);
        if (found == tensors.end())
            return;
        if (!found->second.sizes().equals(parameter.sizes()))
            refuse(file, "the optimizer's part does not fit the network.");
        auto momentum = std::make_unique<torch::optim::SGDParamState>();
        momentum->momentum_buffer(torch::zeros_like(parameter).copy_(found->second));
        optimizer.state()[parameter.unsafeGetTensorImpl()] = std::move(momentum);
    });
}

/// What every state has; other numbers are the family's.
const std::set<std::string> kKeys{"epoch", "step", "lossSum", "bestEpoch", "bestDice", "seconds", "epochSeconds",
    "finished", "described", "settings"};

nlohmann::json jsonOf(const TrainingState& state)
{
    const auto& position = state.position;
    // The best score is called so since the first version, whose models drew masks.
    nlohmann::json json{{"epoch", position.epoch}, {"step", position.step}, {"lossSum", position.lossSum},
        {"bestEpoch", position.bestEpoch}, {"bestDice", position.bestScore}, {"seconds", position.seconds},
        {"epochSeconds", position.epochSeconds}, {"finished", position.finished}, {"described", position.described},
        {"settings", state.settings}};
    for (const auto* figures : {&position.sums, &state.lasting})
        for (const auto& [name, value] : *figures)
            json[name] = value;
    return json;
}

weights::StateDict withoutPrefix(const weights::StateDict& tensors, const std::string& prefix)
{
    weights::StateDict result;
    for (const auto& [key, tensor] : tensors)
        if (key.starts_with(prefix))
            result.emplace(key.substr(prefix.size()), tensor);
    return result;
}

template <typename Kind> bool is(const torch::optim::Optimizer& optimizer)
{
    return dynamic_cast<const Kind*>(&optimizer) != nullptr;
}

} // namespace

void saveState(const std::filesystem::path& file, const TrainingState& state, const torch::nn::Module& net,
    const WeightAverage& average, torch::optim::Optimizer& optimizer)
{
    torch::NoGradGuard noGradients;
    weights::StateDict tensors;
    for (const auto& [key, tensor] : weights::weightsOf(net))
        tensors[kNet + key] = tensor;
    for (const auto& [key, tensor] : average.tensors())
        tensors[kAverage + key] = tensor;
    if (is<torch::optim::SGD>(optimizer))
        packMomentum(optimizer, tensors);
    else if (is<torch::optim::AdamW>(optimizer))
        packOptimizer<torch::optim::AdamWParamState>(optimizer, tensors);
    else
        packOptimizer<torch::optim::AdamParamState>(optimizer, tensors);
    tensors.insert(state.tensors.begin(), state.tensors.end());
    weights::writeSafetensors(file, tensors, {{kMetadata, jsonOf(state).dump()}});
}

TrainingState readState(const std::filesystem::path& file)
{
    const auto metadata = weights::readSafetensorsMetadata(file);
    const auto entry = metadata.find(kMetadata);
    if (entry == metadata.end())
        refuse(file, "it was not written by a training.");
    try {
        const auto json = nlohmann::json::parse(entry->second);
        TrainingState state;
        auto& position = state.position;
        json.at("epoch").get_to(position.epoch);
        json.at("step").get_to(position.step);
        json.at("lossSum").get_to(position.lossSum);
        json.at("bestEpoch").get_to(position.bestEpoch);
        json.at("bestDice").get_to(position.bestScore);
        json.at("seconds").get_to(position.seconds);
        json.at("epochSeconds").get_to(position.epochSeconds);
        json.at("finished").get_to(position.finished);
        position.described = json.value("described", false); // States of earlier versions lack it.
        json.at("settings").get_to(state.settings);
        for (const auto& [name, value] : json.items())
            if (value.is_number() && !kKeys.contains(name))
                position.sums[name] = value.get<double>();
        return state;
    } catch (const nlohmann::json::exception&) {
        refuse(file, "its description is broken.");
    }
}

weights::StateDict loadStateTensors(const std::filesystem::path& file, torch::nn::Module& net, WeightAverage& average,
    torch::optim::Optimizer& optimizer)
{
    torch::NoGradGuard noGradients;
    const auto tensors = weights::readSafetensors(file);
    weights::loadWeights(net, withoutPrefix(tensors, kNet), file.string());
    for (const auto& [key, tensor] : average.tensors()) {
        const auto found = tensors.find(kAverage + key);
        if (found == tensors.end() || !found->second.sizes().equals(tensor.sizes()))
            refuse(file, "its average of weights does not fit the network.");
        torch::Tensor(tensor).copy_(found->second);
    }
    if (is<torch::optim::SGD>(optimizer))
        unpackMomentum(optimizer, tensors, file);
    else if (is<torch::optim::AdamW>(optimizer))
        unpackOptimizer<torch::optim::AdamWParamState>(optimizer, tensors, file);
    else
        unpackOptimizer<torch::optim::AdamParamState>(optimizer, tensors, file);
    weights::StateDict own;
    for (const auto& [key, tensor] : tensors)
        if (!key.starts_with(kNet) && !key.starts_with(kAverage) && !key.starts_with(kOptimizer))
            own.emplace(key, tensor);
    return own;
}

void requireSameSettings(const std::string& saved, const std::string& now, const std::string& defaults,
    const std::filesystem::path& stateFile)
{
    // A setting that the state does not know came with a later version: the training ran with its default.
    auto before = nlohmann::json::parse(defaults);
    if (const auto known = nlohmann::json::parse(saved, nullptr, /*allow_exceptions=*/false); known.is_object())
        before.update(known);
    const auto current = nlohmann::json::parse(now);
    std::string changed;
    for (const auto& [key, value] : current.items())
        if (!before.contains(key) || before[key] != value)
            changed += (changed.empty() ? "" : ", ") + key;
    if (!changed.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The training of '" + stateFile.string()
                + "' cannot go on with other settings; these have changed: " + changed + ".",
            stateFile.string());
}

} // namespace models::training
