#include "models/lvit/average.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/lvit/config.h"
#include "models/lvit/load_network.h"
#include "models/lvit/new_package.h"
#include "models/lvit/segmenter.h"
#include "models/package/folder_name.h"
#include "models/text/encoder_path.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace models::lvit {

namespace {

using imaging::Error;
using imaging::ErrorKind;

/// What packages must have in common.
nlohmann::json commonSettings(const LViTPackage& package)
{
    auto json = toJson(package);
    for (const char* own : {"name", "version", "threshold", "mirror", "dropout"})
        json.erase(own);
    if (package.network.readsText())
        json["text_encoder"] = text::findTextEncoder(package.info).lexically_normal().string();
    return json;
}

void requireSameSettings(const LViTPackage& first, const LViTPackage& other)
{
    auto theirs = commonSettings(other);
    auto ours = commonSettings(first);
    if (first.info.textEncoderSha256.empty() || other.info.textEncoderSha256.empty()) { // One does not say it.
        theirs.erase("text_encoder_sha256");
        ours.erase("text_encoder_sha256");
    }
    const auto differences = nlohmann::json::diff(ours, theirs);
    if (differences.empty())
        return;
    const auto path = differences[0]["path"].get<std::string>(); // "/width"
    const auto folder = other.info.folder.string();
    throw Error(ErrorKind::WrongUse,
        "The package '" + folder + "' cannot be averaged with '" + first.info.folder.string() + "': they differ in \""
            + path.substr(1, path.find('/', 1) - 1) + "\".",
        folder);
}

/// Sums in double, so that the order of the packages does not matter.
weights::StateDict meanWeights(const std::vector<LViTPackage>& packages)
{
    weights::StateDict mean;
    for (const auto& package : packages)
        for (const auto& [key, tensor] : weights::weightsOf(*loadNetwork(package, package.info.folder))) {
            const auto [place, isNew] =
                mean.try_emplace(key, tensor.is_floating_point() ? tensor.to(at::kDouble) : tensor.clone());
            if (!isNew && tensor.is_floating_point())
                place->second += tensor;
        }
    for (auto& [key, tensor] : mean)
        if (tensor.is_floating_point())
            tensor = (tensor / double(packages.size())).to(at::kFloat);
    return mean;
}

std::string cardOf(const LViTPackage& package, const std::vector<LViTPackage>& parts)
{
    std::string card = "# " + package.info.name
        + "\n\nAn LViT (Li et al., IEEE TMI 2024) whose weights are the mean of these packages' (`limn models "
          "average`):\n\n"
          "| package | version | SHA-256 of its weights |\n|---|---|---|\n";
    for (const auto& part : parts)
        card += "| " + part.info.name + " | " + part.info.version + " | " + part.info.sha256 + " |\n";
    return card
        + "\nWhat they were trained on and what they are for stands in their cards. Score it before it is used: "
          "`limn evaluate`.\n";
}

} // namespace

std::string averageLViT(const PackageAverage& average)
{
    if (average.packages.size() < 2)
        throw Error(ErrorKind::WrongUse, "Give two or more packages to average.");
    requireNoPackage(average.output);
    std::vector<LViTPackage> parts;
    for (const auto& folder : average.packages) {
        parts.push_back(readLViTPackage(folder));
        requireSameSettings(parts.front(), parts.back());
    }
    const auto weights = meanWeights(parts);

    auto package = parts.front();
    package.info.name = average.name.empty() ? folderName(average.output) : average.name;
    package.info.version = average.version;
    if (average.threshold)
        package.info.threshold = float(*average.threshold);
    package.mirror = average.mirror;
    if (package.network.readsText()) {
        package.info.textEncoder =
            text::textEncoderReference(text::findTextEncoder(parts.front().info).string(), average.output);
        for (const auto& part : parts) // Those that name it name the same.
            if (!part.info.textEncoderSha256.empty())
                package.info.textEncoderSha256 = part.info.textEncoderSha256;
    }
    packageFromJson(toJson(package), average.output.string()); // Refuses a mirror of several classes.
    NewPackage place(average.output);
    weights::writeSafetensors(place.folder() / "model.safetensors", weights, {{"format", "pt"}});
    imaging::writeFileAtomically(place.folder() / "README.md", cardOf(package, parts));
    writeLViTPackage(place.folder(), package);
    const auto verdict = verifyLViTPackage(place.folder());
    place.finish();
    return verdict;
}

} // namespace models::lvit
