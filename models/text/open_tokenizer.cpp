#include "models/text/open_tokenizer.h"

#include "imaging/error.h"
#include "models/text/byte_bpe.h"
#include "models/text/clip_bpe.h"
#include "models/text/sentencepiece_tokenizer.h"
#include "models/text/tokenizer_json.h"
#include "models/text/tokenizer_settings.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;

/// In the order in which they are preferred.
constexpr std::array<std::string_view, 6> kNames{
    "tokenizer.json", "spiece.model", "tokenizer.model", "vocab.json", "vocab.txt", "bpe_simple_vocab_16e6.txt.gz"};

AddedTokens addedBeside(const TokenizerSettings& settings)
{
    AddedTokens added;
    for (const auto& [token, id] : settings.added)
        added.add({token, id});
    return added;
}

Vocabulary readVocabularyJson(const std::filesystem::path& file)
{
    Vocabulary vocabulary;
    const auto root = readTextJson(file);
    for (const auto& [token, id] : root.items()) {
        if (!id.is_number_integer())
            throw Error(ErrorKind::Model,
                "The vocabulary " + file.string() + " gives the token \"" + token.substr(0, 80)
                    + "\" no number. Copy the file from the model's folder again.",
                file.string());
        vocabulary.add(token, id.get<std::int64_t>(), file);
    }
    return vocabulary;
}

/// Special tokens of a vocabulary of bytes without any file that names them: OPT's, else GPT-2's, as far as it has
/// them.
TokenizerSettings usualSettings(TokenizerSettings settings, const Vocabulary& vocabulary)
{
    if (!settings.roles.empty())
        return settings;
    const bool opt = vocabulary.find("</s>") >= 0;
    settings.roles = {{"bos_token", opt ? "</s>" : "<|endoftext|>"}, {"eos_token", opt ? "</s>" : "<|endoftext|>"}};
    if (opt)
        settings.roles["pad_token"] = "<pad>";
    if (!settings.addsBegin)
        settings.addsBegin = opt;
    return settings;
}

std::unique_ptr<Tokenizer> openBytePairs(const std::filesystem::path& file, TokenizerSettings settings)
{
    constexpr std::string_view kVocabulary = "vocab.json";
    auto name = file.filename().string();
    name.replace(name.size() - kVocabulary.size(), kVocabulary.size(), "merges.txt");
    auto vocabulary = readVocabularyJson(file);
    const auto merges = readMerges(file.parent_path() / name);
    if (vocabulary.find("a</w>") >= 0)
        return std::make_unique<ClipBpe>(Bpe(std::move(vocabulary), merges, file), file);
    settings = usualSettings(std::move(settings), vocabulary);
    auto added = addedBeside(settings);
    const auto idOf = [&](const char* role) {
        const auto id = added.find(settings.role(role));
        return id >= 0 ? id : vocabulary.find(settings.role(role));
    };
    for (const auto& [role, token] : settings.roles)
        if (vocabulary.find(token) >= 0)
            added.add({token, vocabulary.find(token)});
    TokenFrame frame;
    if (settings.kind.starts_with("Roberta"))
        frame = {{idOf("cls_token")}, {idOf("sep_token")}, 0};
    else if (settings.addsBegin.value_or(false))
        frame.before = {idOf("bos_token")};
    std::erase(frame.before, -1);
    std::erase(frame.after, -1);
    return std::make_unique<ByteBpe>(
        Bpe(std::move(vocabulary), merges, file), std::move(added), std::move(frame), file);
}

std::unique_ptr<Tokenizer> openWords(const std::filesystem::path& file, const TokenizerSettings& settings)
{
    auto result = std::make_unique<BertTokenizer>(WordPiece(file, settings.lowerCase.value_or(true)));
    std::vector<std::pair<std::int64_t, std::string>> added;
    for (const auto& [token, id] : settings.added)
        added.emplace_back(id, token);
    std::sort(added.begin(), added.end());
    for (const auto& [id, token] : added)
        if (result->addSpecial(token) != id)
            throw Error(ErrorKind::Model,
                "The added token \"" + token + "\" does not follow the vocabulary " + file.string()
                    + ". Take all files from one model's folder.",
                file.string());
    return result;
}

std::unique_ptr<Tokenizer> openFile(const std::filesystem::path& file, const TokenizerSettings& settings)
{
    const auto name = file.filename().string();
    if (name.ends_with(".model"))
        return std::make_unique<SentencePieceTokenizer>(file, addedBeside(settings));
    if (name.ends_with("vocab.json"))
        return openBytePairs(file, settings);
    if (name.ends_with(".json"))
        return readTokenizerJson(file);
    if (name.ends_with("vocab.txt"))
        return openWords(file, settings);
    if (name.find("bpe_simple_vocab") != std::string::npos)
        return std::make_unique<ClipBpe>(readClipVocabulary(file));
    throw Error(ErrorKind::Unsupported,
        "The file " + file.string() + " is no vocabulary that this program knows. Give the model's folder, its "
            + "tokenizer.json, spiece.model, tokenizer.model, vocab.json (merges.txt beside it), vocab.txt, or "
              "OpenAI's "
            + "bpe_simple_vocab_16e6.txt.gz.",
        file.string());
}

/// The begin token and the padding as tokenizer_config.json says: Hugging Face's Llama puts that begin token in front
/// whatever the vocabulary's own file names (InstructBLIP's Vicuna begins with </s>).
void completeFrame(const TokenizerSettings& settings, Tokenizer& tokenizer)
{
    auto frame = tokenizer.frame();
    const auto begin = tokenizer.find(settings.role("bos_token"));
    if (settings.addsBegin && begin >= 0 && frame.before.size() <= 1)
        frame.before = *settings.addsBegin ? TokenIds{begin} : TokenIds{};
    for (const auto& token : {settings.role("pad_token"), std::string("<pad>"), std::string("[PAD]")})
        if (const auto id = token.empty() ? -1 : tokenizer.find(token); id >= 0) {
            frame.pad = id;
            break;
        }
    tokenizer.setFrame(std::move(frame));
}

std::filesystem::path vocabularyIn(const std::filesystem::path& folder)
{
    for (const auto name : kNames)
        if (std::filesystem::is_regular_file(folder / name))
            return folder / name;
    throw Error(ErrorKind::NotFound,
        "There is no tokenizer in " + folder.string()
            + ": copy tokenizer.json, or vocab.json and merges.txt, vocab.txt, "
            + "spiece.model or tokenizer.model from the model's folder into it.",
        folder.string());
}

} // namespace

std::unique_ptr<Tokenizer> openTokenizer(const std::filesystem::path& folderOrFile)
{
    const bool isFile = std::filesystem::is_regular_file(folderOrFile);
    const auto file = isFile ? folderOrFile : vocabularyIn(folderOrFile);
    const auto settings = readTokenizerSettings(file.parent_path());
    auto result = openFile(file, settings);
    if (!dynamic_cast<const ClipBpe*>(result.get())) // Its padding is 0, whatever Hugging Face's files name.
        completeFrame(settings, *result);
    return result;
}

std::unique_ptr<BertTokenizer> openBertTokenizer(
    const std::filesystem::path& folderOrFile, const std::vector<std::string>& added)
{
    auto opened = openTokenizer(folderOrFile);
    auto* bert = dynamic_cast<BertTokenizer*>(opened.get());
    if (!bert)
        throw Error(ErrorKind::Model,
            "The tokenizer in " + folderOrFile.string()
                + " is not BERT's, which this model needs. Take the one that lies "
                + "beside its weights (vocab.txt, or tokenizer.json of the kind WordPiece).",
            folderOrFile.string());
    static_cast<void>(opened.release());
    std::unique_ptr<BertTokenizer> result(bert);
    for (const auto& token : added)
        result->addSpecial(token);
    return result;
}

void requireRows(const Tokenizer& tokenizer, std::int64_t rows, const std::filesystem::path& model)
{
    if (tokenizer.size() > static_cast<std::size_t>(rows))
        throw imaging::Error(imaging::ErrorKind::Model,
            "The tokenizer beside " + model.string() + " knows " + std::to_string(tokenizer.size())
                + " tokens, its weights only " + std::to_string(rows) + ": they do not belong together.",
            model.string());
}

void requireEveryRow(
    const Tokenizer& tokenizer, std::int64_t rows, std::int64_t spare, const std::filesystem::path& model)
{
    const auto tokens = static_cast<std::int64_t>(tokenizer.size());
    if (tokens + spare < rows)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The tokenizer beside " + model.string() + " knows " + std::to_string(tokens) + " tokens, its weights "
                + std::to_string(rows) + ": its vocabulary is not whole. Get the file again.",
            model.string());
}

} // namespace models::text
