#include "memory_file.h"

#include "imaging/error.h"
#include "models/text/byte_alphabet.h"
#include "models/text/clip_bpe.h"
#include "models/text/sentencepiece_tokenizer.h"
#include "models/text/tokenizer_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using models::text::TokenIds;
using models::text::Tokenizer;
using nlohmann::json;

/// Small tokenizers of every kind that a tokenizer.json can be.
const std::vector<std::string>& smallJsons()
{
    static const auto made = [] {
        json bytes = json::object();
        for (const auto byte : models::text::bytesInAlphabetOrder())
            bytes[std::string(models::text::byteCharacter(byte))] = bytes.size();
        json clip = bytes;
        for (const auto& [token, id] : bytes.items())
            clip[token + "</w>"] = 256 + id.get<int>();
        for (const auto* token : {"lu", "<|startoftext|>", "<|endoftext|>"})
            clip[token] = clip.size();
        bytes["lu"] = 256;
        json pieces = json::array({{"<unk>", 0}, {"\u2581", -3}, {"\u2581lu", -1}, {"n", -2}, {"lun", -2}});
        json characters = {{"<unk>", 0}, {"\u2581", 1}, {"l", 2}, {"u", 3}, {"lu", 4}};
        for (unsigned byte = 0; byte < 256; ++byte) {
            std::array<char, 8> token{};
            std::snprintf(token.data(), token.size(), "<0x%02X>", byte);
            characters[token.data()] = characters.size();
        }
        const json marks = {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}};
        const json added = json::array({{{"id", 300}, {"content", "</s>"}, {"lstrip", true}, {"rstrip", true}}});
        const std::vector<json> all{{{"added_tokens", added}, {"pre_tokenizer", {{"type", "ByteLevel"}}},
                                        {"model", {{"type", "BPE"}, {"vocab", bytes}, {"merges", {"l u"}}}}},
            {{"model", {{"type", "BPE"}, {"end_of_word_suffix", "</w>"}, {"vocab", clip}, {"merges", {"l u"}}}}},
            {{"added_tokens", added}, {"pre_tokenizer", marks},
                {"normalizer", {{"type", "Replace"}, {"pattern", {{"Regex", " {2,}"}}}, {"content", " "}}},
                {"model", {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", pieces}}}},
            {{"pre_tokenizer", marks},
                {"model", {{"type", "BPE"}, {"byte_fallback", true}, {"vocab", characters}, {"merges", {"l u"}}}}},
            {{"model",
                {{"type", "WordPiece"},
                    {"vocab", {{"[PAD]", 0}, {"[UNK]", 1}, {"[CLS]", 2}, {"[SEP]", 3}, {"lu", 4}, {"##n", 5}}}}}}};
        std::vector<std::string> texts;
        for (const auto& one : all)
            texts.push_back(one.dump());
        return texts;
    }();
    return made;
}

const std::vector<std::unique_ptr<Tokenizer>>& smallTokenizers()
{
    static const auto made = [] {
        std::vector<std::unique_ptr<Tokenizer>> result;
        for (const auto& text : smallJsons()) {
            const MemoryFile file(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
            result.push_back(models::text::readTokenizerJson(file.path()));
        }
        return result;
    }();
    return made;
}

void use(const Tokenizer& tokenizer, std::string_view text, bool isWhole)
{
    const auto ids = tokenizer.pieces(text);
    for (const auto id : ids)
        if (isWhole && (id < 0 || static_cast<std::size_t>(id) >= tokenizer.size()))
            std::abort();
    tokenizer.decode(ids);
    tokenizer.decode(TokenIds{-1, 0, 1, 255, 1LL << 40});
    if (tokenizer.encodePadded(text, 16).ids.size() != 16)
        std::abort();
}

template <typename Read> void open(std::string_view bytes, const Read& read)
{
    const MemoryFile file(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    try {
        use(*read(file.path()), "a lung </s>  \u80ba &amp; it's 12", /*isWhole=*/false);
    } catch (const imaging::Error& error) {
        if (std::string(error.what()).find(file.path().string()) == std::string::npos)
            std::abort(); // A refusal must name the file.
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const auto& tokenizer : smallTokenizers())
        use(*tokenizer, bytes.substr(0, 4096), /*isWhole=*/true);
    open(bytes, models::text::readTokenizerJson);
    open(bytes, [](const auto& file) {
        return std::make_unique<models::text::SentencePieceTokenizer>(file, models::text::AddedTokens());
    });
    open(bytes, [](const auto& file) {
        return std::make_unique<models::text::ClipBpe>(models::text::readClipVocabulary(file));
    });
    // A whole file with the input written over some of its bytes: four bytes say where and what.
    for (auto changed : smallJsons()) {
        for (std::size_t i = 0; i + 3 < std::min<std::size_t>(size, 40); i += 4)
            changed[(data[i] * 65536U + data[i + 1] * 256U + data[i + 2]) % changed.size()] =
                static_cast<char>(data[i + 3]);
        open(changed, models::text::readTokenizerJson);
    }
    return 0;
}
