#pragma once

#include "models/training/pair_data.h"

#include <string>

namespace torch::nn {
class Module;
}

namespace models::training {

/// preprocessor_config.json of a Hugging Face folder. `kind`: "CLIPImageProcessor" or "BlipImageProcessor".
std::string preprocessorJson(const vision::PictureFit& fit, const char* kind);

/// Throws Error(Model) when what was written scores another value than the network it was written from: float16 weights
/// round, but not so far.
void requireSameAsWritten(const char* score, double written, double before, const std::filesystem::path& output);

/// The text that most samples have as their first.
std::string mostFrequentText(const data::Dataset& data, std::span<const std::int64_t> samples);

// Parts of a model card.

std::string percent(double fraction); ///< "12.34"
std::string cardRow(const std::string& name, const std::string& value);
/// The head of the table of facts and its first rows: parameters, texts, data.
std::string pairFacts(const PairOptions& options, const torch::nn::Module& net, const PairData& data);
/// Its last rows and its end.
std::string trainedFacts(const TrainOptions& options, int epoch, double seconds);
std::string termsText(const TrainOptions& options);
std::string commandText(const std::string& command, const std::string& settings);

/// Takes the paths of the machine that trained out.
void removePaths(PairOptions& options);

template <typename Options> Options portable(Options options)
{
    removePaths(options);
    return options;
}

} // namespace models::training
