#include "models/text/tokenizer_json.h"

#include "imaging/error.h"
#include "models/text/bert_tokenizer.h"
#include "models/text/byte_bpe.h"
#include "models/text/clip_bpe.h"
#include "models/text/tokenizer_json_parts.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

/// "vocab" of a model that gives each token its id.
Vocabulary vocabularyOf(const json& model, const std::filesystem::path& file)
{
    Vocabulary vocabulary;
    for (const auto& [token, id] : model.at("vocab").get_ref<const json::object_t&>())
        vocabulary.add(token, id.get<std::int64_t>(), file);
    return vocabulary;
}

std::vector<Merge> mergesOf(const json& model, const std::filesystem::path& file)
{
    std::vector<Merge> merges;
    for (const auto& merge : model.at("merges")) {
        if (merge.is_string())
            merges.push_back(mergeOf(merge.get_ref<const std::string&>(), file));
        else
            merges.emplace_back(merge.at(0), merge.at(1));
    }
    return merges;
}

std::string textOr(const json& object, const char* key)
{
    return object.contains(key) && object.at(key).is_string() ? object.at(key).get<std::string>() : std::string();
}

bool uses(const json& part, std::string_view type)
{
    if (part.is_null())
        return false;
    for (const auto* list : {"pretokenizers", "decoders"})
        if (part.contains(list))
            return std::any_of(
                part.at(list).begin(), part.at(list).end(), [&](const json& one) { return uses(one, type); });
    return typeOf(part) == type;
}

UnknownPieces unknownOf(const json& model, std::int64_t id)
{
    return {id, model.value("byte_fallback", false), model.value("fuse_unk", true)};
}

std::unique_ptr<Tokenizer> clipOf(const json& root, const std::filesystem::path& file)
{
    auto vocabulary = vocabularyOf(root.at("model"), file);
    for (const auto& token : root.value("added_tokens", json::array()))
        vocabulary.add(token.at("content").get<std::string>(), token.at("id").get<std::int64_t>(), file);
    return std::make_unique<ClipBpe>(Bpe(std::move(vocabulary), mergesOf(root.at("model"), file), file), file);
}

std::unique_ptr<Tokenizer> byteBpeOf(const json& root, const std::filesystem::path& file)
{
    if (!root.value("normalizer", json()).is_null())
        refusePart(file, "normalizes text before it is split into bytes");
    Bpe bpe(vocabularyOf(root.at("model"), file), mergesOf(root.at("model"), file), file);
    return std::make_unique<ByteBpe>(std::move(bpe), addedTokensOf(root.value("added_tokens", json::array())),
        frameOf(root.value("post_processor", json()), file), file);
}

std::unique_ptr<Tokenizer> sentencesOf(
    const json& root, std::unique_ptr<const PieceModel> model, const std::filesystem::path& file)
{
    auto frame = frameOf(root.value("post_processor", json()), file);
    return std::make_unique<SentenceTokenizer>(std::move(model), normalizerOf(root.value("normalizer", json()), file),
        wordMarksOf(root.value("pre_tokenizer", json()), file),
        addedTokensOf(root.value("added_tokens", json::array())), std::move(frame));
}

std::unique_ptr<Tokenizer> bytePairsOf(const json& root, const std::filesystem::path& file)
{
    const auto& model = root.at("model");
    if (textOr(model, "end_of_word_suffix") == "</w>")
        return clipOf(root, file);
    if (uses(root.value("pre_tokenizer", json()), "ByteLevel"))
        return byteBpeOf(root, file);
    if (!textOr(model, "end_of_word_suffix").empty() || !textOr(model, "continuing_subword_prefix").empty())
        refusePart(file, "marks pieces by a prefix or suffix");
    Bpe bpe(vocabularyOf(model, file), mergesOf(model, file), file);
    const auto unknown = textOr(model, "unk_token");
    const auto id = unknown.empty() ? -1 : bpe.vocabulary().find(unknown);
    return sentencesOf(root, std::make_unique<CharacterBpe>(std::move(bpe), unknownOf(model, id)), file);
}

std::unique_ptr<Tokenizer> unigramOf(const json& root, const std::filesystem::path& file)
{
    const auto& model = root.at("model");
    Vocabulary vocabulary;
    std::vector<double> scores;
    for (const auto& entry : model.at("vocab")) {
        vocabulary.add(entry.at(0).get_ref<const std::string&>(), static_cast<std::int64_t>(scores.size()), file);
        scores.push_back(entry.at(1).get<double>());
    }
    const auto& unknown = model.at("unk_id");
    const auto id = unknown.is_null() ? -1 : unknown.get<std::int64_t>();
    return sentencesOf(
        root, std::make_unique<Unigram>(std::move(vocabulary), std::move(scores), unknownOf(model, id), file), file);
}

std::unique_ptr<Tokenizer> wordPieceOf(const json& root, const std::filesystem::path& file)
{
    const auto& model = root.at("model");
    if (model.value("continuing_subword_prefix", "##") != "##")
        refusePart(file, "continues words by another mark than \"##\"");
    const auto vocabulary = vocabularyOf(model, file);
    std::vector<std::string> tokens;
    for (std::size_t id = 0; id < vocabulary.size(); ++id)
        tokens.emplace_back(vocabulary.token(static_cast<std::int64_t>(id)));
    const auto normalizer = root.value("normalizer", json());
    const bool lowerCase = normalizer.is_object() && normalizer.value("lowercase", true);
    auto result = std::make_unique<BertTokenizer>(WordPiece(std::move(tokens), lowerCase, file));
    for (const auto& token : root.value("added_tokens", json::array()))
        if (const auto text = token.at("content").get<std::string>();
            result->addSpecial(text) != token.at("id").get<std::int64_t>())
            refusePart(file, "gives \"" + text + "\" an id far behind the others");
    return result;
}

/// Older files do not name their model.
std::string kindOf(const json& model)
{
    if (model.contains("type"))
        return typeOf(model);
    if (model.contains("merges"))
        return "BPE";
    return model.at("vocab").is_array() ? "Unigram" : "WordPiece";
}

std::unique_ptr<Tokenizer> tokenizerOf(const json& root, const std::filesystem::path& file)
{
    const auto& model = root.at("model");
    const auto type = kindOf(model);
    if (type == "BPE")
        return bytePairsOf(root, file);
    if (type == "Unigram")
        return unigramOf(root, file);
    if (type == "WordPiece")
        return wordPieceOf(root, file);
    refusePart(file, "is of the kind \"" + type + "\"");
}

} // namespace

json readTextJson(const std::filesystem::path& file)
{
    constexpr std::uintmax_t kMost = std::uintmax_t{64} << 20U;
    constexpr int kDeepest = 64;
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    std::ifstream stream(file, std::ios::binary);
    if (error || !stream)
        throw Error(ErrorKind::NotFound, "There is no file " + file.string() + ".", file.string());
    bool tooDeep = size > kMost;
    json result;
    if (!tooDeep)
        result = json::parse(
            stream,
            [&tooDeep](int depth, json::parse_event_t, json&) {
                tooDeep = tooDeep || depth > kDeepest;
                return !tooDeep;
            },
            /*allow_exceptions=*/false);
    if (tooDeep || !result.is_object())
        throw Error(ErrorKind::Model,
            "The file " + file.string() + " is no JSON object of at most 64 MiB: it is cut or damaged. Copy it again.",
            file.string());
    return result;
}

std::unique_ptr<Tokenizer> readTokenizerJson(const std::filesystem::path& file)
{
    const auto root = readTextJson(file);
    try {
        return tokenizerOf(root, file);
    } catch (const json::exception& exception) {
        throw Error(ErrorKind::Model,
            "The tokenizer " + file.string() + " cannot be used: " + exception.what()
                + ". Copy tokenizer.json from the model's folder again.",
            file.string());
    }
}

} // namespace models::text
