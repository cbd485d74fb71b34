#include "models/training/pair_folder.h"

#include "imaging/files/atomic_file.h"
#include "imaging/files/folder_of.h"
#include "models/package/folder_name.h"
#include "models/package/package.h"
#include "models/package/package_json.h"
#include "models/text/known_words.h"
#include "models/text/learnt_vocabulary.h"
#include "models/weights/half_precision.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/nn/module.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace models::training {

using Json = nlohmann::json;

std::filesystem::path initialFolder(const PairOptions& options)
{
    if (options.initialWeights.empty() || std::filesystem::exists(options.initialWeights))
        return options.initialWeights;
    return findPackage(options.initialWeights.string());
}

void copyInitialTokenizer(const PairOptions& options, const std::filesystem::path& folder)
{
    const auto initial = initialFolder(options);
    const bool isFile = std::filesystem::is_regular_file(initial);
    text::writeTokenizerFiles(text::readTokenizerFiles(isFile ? imaging::folderOf(initial) : initial), folder);
}

void writePairFolder(const PairOptions& options, const std::filesystem::path& prepared, const PairFolder& folder)
{
    text::writeTokenizerFiles(text::readTokenizerFiles(prepared), options.output);
    imaging::writeFileAtomically(options.output / "README.md", folder.card);
    if (!folder.preprocessor.empty())
        imaging::writeFileAtomically(options.output / "preprocessor_config.json", folder.preprocessor);
    weights::writeSafetensors(options.output / "model.safetensors",
        options.saveHalf ? weights::inHalfPrecision(folder.weights) : folder.weights, {{"format", "pt"}});
    imaging::writeFileAtomically(options.output / "config.json", folder.config);
}

void addKnownWords(const PairOptions& options, const PairData& data, const std::string& prompt)
{
    constexpr std::size_t kMost = 5000;
    std::set<std::string> words;
    if (const auto initial = initialFolder(options); !initial.empty()) {
        auto known = text::knownWordsIn(initial);
        if (!known)
            return;
        words = std::move(*known);
    }
    auto texts = shownTextsOf(options, data);
    texts.insert(prompt);
    for (const auto& text : texts)
        for (auto& word : text::wordsOf(text))
            words.insert(std::move(word));
    if (words.size() > kMost)
        return;
    auto document = readConfigJson(options.output);
    document["known_words"] = words;
    imaging::writeFileAtomically(options.output / "config.json", document.dump(2) + "\n");
}

std::string preprocessorJson(const vision::PictureFit& fit, const char* kind)
{
    constexpr int kBicubic = 3;
    const Json side{{"height", fit.size}, {"width", fit.size}};
    Json document{{"image_processor_type", kind}, {"do_resize", true}, {"resample", kBicubic}, {"do_rescale", true},
        {"rescale_factor", 1.0 / 255}, {"do_normalize", true}, {"do_convert_rgb", true}};
    for (std::size_t channel = 0; channel < fit.mean.size(); ++channel) {
        // 0.48145466F as a double would be written with 17 digits.
        document["image_mean"].push_back(std::round(double(fit.mean[channel]) * 1e8) / 1e8);
        document["image_std"].push_back(std::round(double(fit.deviation[channel]) * 1e8) / 1e8);
    }
    if (fit.fit == vision::SquareFit::CenterCrop)
        document.update(Json{{"size", {{"shortest_edge", fit.size}}}, {"do_center_crop", true}, {"crop_size", side}});
    else
        document["size"] = side;
    return document.dump(2) + "\n";
}

std::string mostFrequentText(const data::Dataset& data, std::span<const std::int64_t> samples)
{
    std::map<std::string, int> counts;
    for (const auto index : samples)
        ++counts[data.samples[std::size_t(index)].texts.front()];
    const auto most = std::max_element(
        counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? std::string() : most->first;
}

std::string rounded(double value, int digits)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string cardRow(const std::string& name, const std::string& value)
{
    return "| " + name + " | " + value + " |\n";
}

std::string pairFacts(const PairOptions& options, const torch::nn::Module& net, const PairData& data)
{
    std::int64_t parameters = 0;
    for (const auto& parameter : net.parameters())
        parameters += parameter.numel();
    const auto texts = textsOf(data.training, data.split.labelled).size();
    return "The words \"left\" and \"right\" in its texts mean the sides of the "
        + std::string(nameOf(options.textSides)) + ".\n\n| | |\n|---|---|\n"
        + cardRow("parameters", std::to_string(parameters))
        + cardRow("trained on",
            "split '" + options.trainSplit + "' of " + folderName(options.data) + ", "
                + std::to_string(data.split.labelled.size()) + (data.training.pictures.empty() ? " times one of " : " pictures with ") + std::to_string(texts)
                + " different texts"
                + (options.maskWeight > 0 ? ", and with the masks of the column '" + options.maskColumn + "'" : std::string()));
}

std::string trainedFacts(const TrainOptions& options, int epoch, double seconds)
{
    constexpr double kHour = 3600;
    return cardRow("epoch kept", std::to_string(epoch) + " of " + std::to_string(options.epochs))
        + cardRow("hours of training", rounded(seconds / kHour, 2)) + "\n";
}

std::string termsText(const TrainOptions& options)
{
    return "## Data and terms\n\nThe pictures and texts come from the folder '" + folderName(options.data)
        + "'. A training knows neither their origin nor their terms: write both here before the package is given to "
          "anyone.\n\n";
}

std::string commandText(const std::string& command, const std::string& settings)
{
    return "## Command\n\n`limn train " + command + "` with these settings as its settings file:\n\n```json\n" + settings
        + "\n```\n";
}

void removePaths(PairOptions& options)
{
    options.data = folderName(options.data);
    options.output = folderName(options.output);
    options.initialWeights = folderName(options.initialWeights);
    options.tokenizer = folderName(options.tokenizer);
    options.cache.clear();
    options.resume = false;
}

} // namespace models::training
