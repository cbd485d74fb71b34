#include "models/text/learnt_vocabulary.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/folder_of.h"
#include "models/text/byte_alphabet.h"
#include "models/text/clean_text.h"
#include "models/text/unicode_text.h"
#include "models/text/word_patterns.h"
#include "models/text/wordpiece.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace models::text {

namespace {

constexpr std::string_view kContinues = "##";

using Symbols = std::vector<std::string>;
using Pair = std::pair<std::string, std::string>;
using Join = std::function<std::string(const Pair&)>;

/// A word in symbols, and in how many places of the texts it stands.
using Words = std::map<Symbols, std::int64_t>;

/// Words in symbols, with the count of every pair of neighbours in them.
class PairCounts
{
public:
    explicit PairCounts(const Words& words)
        : m_words(words.begin(), words.end())
    {
        for (const auto& [symbols, count] : m_words)
            add(symbols, count);
    }

    /// The most frequent pair that is there twice or more.
    std::optional<Pair> best() const
    {
        std::optional<Pair> found;
        std::int64_t most = 1;
        for (const auto& [pair, count] : m_counts)
            if (count > most) {
                found = pair;
                most = count;
            }
        return found;
    }

    void merge(const Pair& pair, const std::string& token)
    {
        for (auto& [symbols, count] : m_words) {
            auto joined = merged(symbols, pair, token);
            if (joined.size() == symbols.size())
                continue;
            add(symbols, -count);
            add(joined, count);
            symbols = std::move(joined);
        }
    }

private:
    void add(const Symbols& symbols, std::int64_t count)
    {
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
            m_counts[{symbols[i], symbols[i + 1]}] += count;
    }

    static Symbols merged(const Symbols& symbols, const Pair& pair, const std::string& token)
    {
        Symbols joined;
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            const bool isPair = i + 1 < symbols.size() && symbols[i] == pair.first && symbols[i + 1] == pair.second;
            joined.push_back(isPair ? token : symbols[i]);
            i += isPair;
        }
        return joined;
    }

    std::vector<std::pair<Symbols, std::int64_t>> m_words;
    std::map<Pair, std::int64_t> m_counts;
};

/// At most so many merges, in their order.
std::vector<Pair> learntMerges(const Words& words, std::size_t most, const Join& join)
{
    PairCounts counts(words);
    std::vector<Pair> merges;
    while (merges.size() < most) {
        const auto pair = counts.best();
        if (!pair)
            break;
        counts.merge(*pair, join(*pair));
        merges.push_back(*pair);
    }
    return merges;
}

[[noreturn]] void refuseSize(std::size_t most, std::size_t least)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse,
        "A vocabulary of " + std::to_string(most) + " tokens is too small for these texts: set vocabularySize to "
            + std::to_string(least) + " or more.")
        .about("vocabularySize");
}

Words clipSymbols(const std::set<std::string>& texts)
{
    Words words;
    for (const auto& text : texts) {
        const auto cleaned = cleanedForClip(text); // The words are views of it.
        for (const auto word : clipWords(cleaned)) {
            Symbols symbols;
            for (const auto byte : utf8(word))
                symbols.emplace_back(byteCharacter(static_cast<std::uint8_t>(byte)));
            symbols.back() += "</w>";
            ++words[symbols];
        }
    }
    return words;
}

/// Of each text, and of it as it stands behind a prompt.
Words optSymbols(const std::set<std::string>& texts)
{
    Words words;
    for (const auto& text : texts)
        for (const auto& form : {text, " " + text}) {
            const auto points = codePoints(form); // The words are views of it.
            for (const auto word : gpt2Words(points)) {
                Symbols symbols;
                for (const auto byte : utf8(word))
                    symbols.emplace_back(byteCharacter(static_cast<std::uint8_t>(byte)));
                ++words[symbols];
            }
        }
    return words;
}

/// merges.txt, and what they make added to `vocabulary`.
std::string addMerges(const std::vector<Pair>& merges, nlohmann::ordered_json& vocabulary)
{
    std::string lines = "#version: 0.2\n";
    for (const auto& [left, right] : merges) {
        lines.append(left).append(" ").append(right).append("\n");
        vocabulary.emplace(left + right, vocabulary.size()); // Two merges may give one token.
    }
    return lines;
}

/// [PAD] is 0, as BLIP pads.
constexpr std::array<const char*, 5> kBertSpecials{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};

/// Every character of the texts as BERT sees them (it makes letters lower case and drops accents), alone and
/// continuing.
std::vector<std::string> bertCharacters(const std::set<std::string>& texts)
{
    std::set<std::string> characters;
    for (const auto& text : texts)
        for (const auto& form : {text, utf8(lowered(codePoints(text)))})
            for (const auto character : normalized(codePoints(form), NormalForm::Nfd))
                characters.insert(utf8(std::u32string(1, character)));
    std::vector<std::string> tokens(kBertSpecials.begin(), kBertSpecials.end());
    tokens.insert(tokens.end(), characters.begin(), characters.end());
    for (const auto& character : characters)
        tokens.push_back(std::string(kContinues) + character);
    return tokens;
}

/// The words of the texts, split by a vocabulary of characters.
Words bertSymbols(const std::set<std::string>& texts, const std::vector<std::string>& characters)
{
    const WordPiece splitter(characters, /*lowerCase=*/true, "the characters of the texts");
    Words words;
    for (const auto& text : texts) {
        const auto encoded = splitter.encode(text);
        Symbols symbols;
        for (std::size_t i = 1; i < encoded.ids.size(); ++i) { // The last one is [SEP].
            if (!encoded.continuesWord[i] && !symbols.empty())
                ++words[std::exchange(symbols, {})];
            symbols.emplace_back(splitter.token(encoded.ids[i]));
        }
    }
    return words;
}

/// Of `tokens` those that words are made of, in their order.
std::vector<std::string> used(const std::vector<std::string>& tokens, const Words& words)
{
    std::set<std::string> seen(kBertSpecials.begin(), kBertSpecials.end());
    for (const auto& [symbols, count] : words)
        seen.insert(symbols.begin(), symbols.end());
    std::vector<std::string> result;
    for (const auto& token : tokens)
        if (seen.contains(token))
            result.push_back(token);
    return result;
}

std::string bytesOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof())
        throw imaging::Error(imaging::ErrorKind::Io, "The file '" + file.string() + "' cannot be read.", file.string());
    return bytes;
}

} // namespace

TokenizerFiles learntClipVocabulary(const std::set<std::string>& texts, std::size_t most)
{
    constexpr std::size_t kLeast = 2 * 256 + 2;
    if (most < kLeast)
        refuseSize(most, kLeast);
    const auto merges =
        learntMerges(clipSymbols(texts), most - kLeast, [](const Pair& pair) { return pair.first + pair.second; });
    nlohmann::ordered_json vocabulary;
    for (const auto* ending : {"", "</w>"})
        for (const auto byte : bytesInAlphabetOrder())
            vocabulary[std::string(byteCharacter(byte)) + ending] = vocabulary.size();
    const auto lines = addMerges(merges, vocabulary);
    for (const auto* special : {"<|startoftext|>", "<|endoftext|>"})
        vocabulary[special] = vocabulary.size();
    const nlohmann::json roles{{"bos_token", "<|startoftext|>"}, {"eos_token", "<|endoftext|>"},
        {"unk_token", "<|endoftext|>"}, {"pad_token", "<|endoftext|>"}};
    nlohmann::json settings = roles;
    settings.update(nlohmann::json{{"tokenizer_class", "CLIPTokenizer"}, {"do_lower_case", true}});
    return {{"vocab.json", vocabulary.dump() + "\n"}, {"merges.txt", lines},
        {"special_tokens_map.json", roles.dump(2) + "\n"}, {"tokenizer_config.json", settings.dump(2) + "\n"}};
}

TokenizerFiles learntOptVocabulary(const std::set<std::string>& texts, std::size_t most)
{
    constexpr std::array<const char*, 4> kSpecials{"<s>", "<pad>", "</s>", "<unk>"};
    constexpr std::size_t kLeast = 256 + kSpecials.size();
    if (most < kLeast)
        refuseSize(most, kLeast);
    nlohmann::ordered_json vocabulary;
    for (const auto* special : kSpecials)
        vocabulary[special] = vocabulary.size();
    for (const auto byte : bytesInAlphabetOrder())
        vocabulary[std::string(byteCharacter(byte))] = vocabulary.size();
    const auto merges =
        learntMerges(optSymbols(texts), most - kLeast, [](const Pair& pair) { return pair.first + pair.second; });
    const auto lines = addMerges(merges, vocabulary);
    const nlohmann::json roles{
        {"bos_token", "</s>"}, {"eos_token", "</s>"}, {"unk_token", "</s>"}, {"pad_token", "<pad>"}};
    nlohmann::json settings = roles;
    settings.update(nlohmann::json{{"tokenizer_class", "GPT2Tokenizer"}, {"add_bos_token", true}});
    return {{"vocab.json", vocabulary.dump() + "\n"}, {"merges.txt", lines},
        {"special_tokens_map.json", roles.dump(2) + "\n"}, {"tokenizer_config.json", settings.dump(2) + "\n"}};
}

TokenizerFiles learntBertVocabulary(const std::set<std::string>& texts, std::size_t most)
{
    const auto characters = bertCharacters(texts);
    const auto words = bertSymbols(texts, characters);
    auto tokens = used(characters, words);
    if (most < tokens.size())
        refuseSize(most, tokens.size());
    const auto join = [](const Pair& pair) { return pair.first + pair.second.substr(kContinues.size()); };
    std::set<std::string> known(tokens.begin(), tokens.end());
    for (const auto& pair : learntMerges(words, most - tokens.size(), join))
        if (known.insert(join(pair)).second)
            tokens.push_back(join(pair));
    std::string lines;
    for (const auto& token : tokens)
        lines += token + "\n";
    const nlohmann::json settings{{"tokenizer_class", "BertTokenizer"}, {"do_lower_case", true}, {"pad_token", "[PAD]"},
        {"unk_token", "[UNK]"}, {"cls_token", "[CLS]"}, {"sep_token", "[SEP]"}, {"mask_token", "[MASK]"}};
    return {{"vocab.txt", lines}, {"tokenizer_config.json", settings.dump(2) + "\n"}};
}

TokenizerFiles readTokenizerFiles(const std::filesystem::path& folderOrFile)
{
    const bool isFile = std::filesystem::is_regular_file(folderOrFile);
    const auto folder = isFile ? imaging::folderOf(folderOrFile) : folderOrFile;
    TokenizerFiles files;
    for (const char* name :
        {"tokenizer.json", "spiece.model", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt",
            "bpe_simple_vocab_16e6.txt.gz", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"})
        if (std::filesystem::is_regular_file(folder / name))
            files[name] = bytesOf(folder / name);
    if (files.empty())
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "There is no vocabulary in '" + folder.string() + "'.", folder.string());
    return files;
}

void writeTokenizerFiles(const TokenizerFiles& files, const std::filesystem::path& folder)
{
    for (const auto& [name, bytes] : files)
        imaging::writeFileAtomically(folder / name, bytes);
}

} // namespace models::text
