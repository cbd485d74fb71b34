#include "models/lvit/training/compared_settings.h"

#include "models/facade/lvit_settings.h"
#include "models/lvit/training/training_data.h"
#include "models/weights/sha256.h"

#include <nlohmann/json.hpp>

#include <span>

namespace models::lvit {

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

std::string settingsToCompare(const LvitTrainOptions& options, const TrainingData& data, int processes)
{
    auto json = nlohmann::json::parse(optionsToJson(options));
    for (const char* free : {"data", "output", "resume", "saveMinutes", "threads", "loaderThreads", "cache", "device",
             "textEncoder", "textWording", "initialWeights"})
        json.erase(free);
    if (processes > 1)
        json["processes"] = processes;
    json["trainingData"] = digestOf(data.training);
    json["validationData"] = digestOf(data.validation);
    return json.dump();
}

} // namespace models::lvit
