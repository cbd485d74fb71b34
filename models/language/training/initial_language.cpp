#include "models/language/training/initial_language.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/facade/trained_package.h"
#include "models/language/load_language.h"
#include "models/package/package_json.h"
#include "models/text/learnt_vocabulary.h"
#include "models/text/open_tokenizer.h"
#include "models/training/initial_tower.h"
#include "models/training/pair_folder.h"
#include "models/training/training_place.h"
#include "models/training/valid_options.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>
#include <torch/utils.h>

namespace models::language {

namespace {

using training::refuseSetting;
using training::requireAtLeast;

text::TokenizerFiles vocabularyFor(const LanguageTrainOptions& options, const training::PairData& data)
{
    if (!options.tokenizer.empty())
        return text::readTokenizerFiles(options.tokenizer);
    return text::learntOptVocabulary(
        training::shownTextsOf(options, data), static_cast<std::size_t>(options.vocabularySize));
}

/// A multiple of 8, as matrices like it.
std::int64_t rowsFor(std::size_t tokens)
{
    return static_cast<std::int64_t>((tokens + 7) / 8 * 8);
}

/// config.json of Hugging Face's OPTForCausalLM.
std::string configJson(const LanguageTrainOptions& options, const std::filesystem::path& folder)
{
    const auto tokenizer = text::openTokenizer(folder);
    const auto end = tokenizer->find("</s>");
    if (end < 0)
        refuseSetting("tokenizer must be an OPT's vocabulary: it has no token </s>, with which texts begin and end.");
    const nlohmann::json document{{"architectures", {"OPTForCausalLM"}}, {"model_type", "opt"},
        {"vocab_size", rowsFor(tokenizer->size())}, {"hidden_size", options.textWidth},
        {"word_embed_proj_dim", options.textWidth}, {"num_hidden_layers", options.textLayers},
        {"num_attention_heads", training::headsOf(options.textWidth)}, {"ffn_dim", 4 * options.textWidth},
        // Beside the text there are the vectors of a picture, and a prompt.
        {"max_position_embeddings", 2 * options.textTokens + 64}, {"dropout", options.dropout},
        {"activation_function", "relu"}, {"do_layer_norm_before", true}, {"tie_word_embeddings", true},
        {"bos_token_id", end}, {"eos_token_id", end}, {"pad_token_id", std::max<std::int64_t>(0, tokenizer->find("<pad>"))},
        {"name", options.name}, {"texts_mean_sides_of", nameOf(options.textSides)}};
    return document.dump(2) + "\n";
}

} // namespace

OptConfig optConfigIn(const std::filesystem::path& folder)
{
    const auto document = readConfigJson(folder);
    const weights::ModelSettings settings(document, "The settings of the language model", folder / "config.json");
    if (languageKind(settings) != LanguageKind::Opt)
        settings.refuse("only an OPT is trained");
    return readOptConfig(settings);
}

void requireValid(const LanguageTrainOptions& options)
{
    training::requireValidPairs(options);
    training::requireTowerWidth("textWidth", options.textWidth);
    requireAtLeast("textLayers", options.textLayers, 1);
    requireAtLeast("textTokens", options.textTokens, 2);
    training::requireShare("dropout", options.dropout);
}

void prepareLanguage(
    const LanguageTrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
{
    if (place.isFirst() && !place.resumes()) {
        const auto& folder = place.folder();
        if (const auto initial = training::initialFolder(options); !initial.empty()) {
            training::copyInitialTokenizer(options, folder);
            optConfigIn(initial);
            imaging::writeFileAtomically(folder / "config.json", readConfigJson(initial).dump(2) + "\n");
        } else {
            text::writeTokenizerFiles(vocabularyFor(options, data), folder);
            imaging::writeFileAtomically(folder / "config.json", configJson(options, folder));
        }
    }
    place.any(false); // Nobody reads before it is there.
}

std::shared_ptr<Opt> initialLanguage(const LanguageTrainOptions& options, const training::TrainingPlace& place)
{
    torch::manual_seed(options.seed);
    auto config = optConfigIn(place.folder());
    config.dropout = options.dropout;
    auto network = std::make_shared<Opt>(config);
    const torch::NoGradGuard noGradients;
    const auto initial = place.resumes() ? std::filesystem::path() : training::initialFolder(options);
    if (initial.empty()) {
        training::drawMatrices(*network);
    } else {
        auto weights = weights::readWeights(initial);
        if (config.tied)
            weights.erase("lm_head.weight");
        weights::loadWeights(*network, weights, initial.string());
    }
    network->to(place.device());
    return network;
}

} // namespace models::language
