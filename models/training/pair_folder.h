#pragma once

#include "models/training/pair_data.h"
#include "models/training/written_package.h"
#include "models/weights/state_dict.h"

#include <filesystem>
#include <string>

namespace torch::nn {
class Module;
}

namespace models::training {

/// The folder or file of options.initialWeights; empty: from nothing. Throws Error(NotFound).
std::filesystem::path initialFolder(const PairOptions& options);

/// Puts the vocabulary that lies beside the initial model into `folder`.
void copyInitialTokenizer(const PairOptions& options, const std::filesystem::path& folder);

/// What makes a folder beside the vocabulary.
struct PairFolder
{
    std::string config; ///< config.json
    std::string card; ///< README.md
    std::string preprocessor; ///< preprocessor_config.json; empty where no picture is seen
    weights::StateDict weights; ///< By Hugging Face's names.
};

/// Writes a Hugging Face folder to options.output, with the vocabulary that lies in `prepared`; config.json last, so
/// that a folder which has it is whole. Throws Error(Io).
void writePairFolder(const PairOptions& options, const std::filesystem::path& prepared, const PairFolder& folder);

/// Lists in config.json of options.output the words that the network has learnt ("known_words"): those of all texts that
/// were shown and of `prompt`, and of the initial model as far as that lists its own. Nothing where it does not, or
/// where they are so many that few are missing.
void addKnownWords(const PairOptions& options, const PairData& data, const std::string& prompt = {});

/// preprocessor_config.json of a Hugging Face folder. `kind`: "CLIPImageProcessor" or "BlipImageProcessor".
std::string preprocessorJson(const vision::PictureFit& fit, const char* kind);

/// The text that most samples have as their first.
std::string mostFrequentText(const data::Dataset& data, std::span<const std::int64_t> samples);

// Parts of a model card.

std::string rounded(double value, int digits);
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
