#include "models/training/compared_settings.h"

#include "models/weights/sha256.h"

#include <nlohmann/json.hpp>

#include <span>

namespace models::training {

namespace {

std::string digestOf(const data::Dataset& data)
{
    weights::Sha256 digest;
    const auto add = [&](const auto& range) { digest.update(std::as_bytes(std::span(range))); };
    for (const auto& sample : data.samples) {
        add(sample.labelled ? sample.image : sample.image + "|unlabelled");
        for (const auto& text : sample.texts)
            add(text);
    }
    add(data.pictures);
    add(data.masks);
    return digest.hexDigest();
}

} // namespace

std::string settingsToCompare(const std::string& settings, const std::vector<std::string>& free,
    const data::Dataset& training, const data::Dataset& validation, int processes)
{
    auto json = nlohmann::json::parse(settings);
    for (const char* name :
        {"data", "output", "resume", "saveMinutes", "threads", "loaderThreads", "cache", "device", "initialWeights"})
        json.erase(name);
    for (const auto& name : free)
        json.erase(name);
    if (processes > 1)
        json["processes"] = processes;
    json["trainingData"] = digestOf(training);
    json["validationData"] = digestOf(validation);
    return json.dump();
}

} // namespace models::training
