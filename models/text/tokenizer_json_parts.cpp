#include "models/text/tokenizer_json_parts.h"

#include "imaging/error.h"

#include <nlohmann/json.hpp>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

constexpr std::string_view kMark = "\xe2\x96\x81"; // U+2581

NormalizerStep charsmapOf(const json& part, const std::filesystem::path& file)
{
    const auto bytes = base64Bytes(part.at("precompiled_charsmap").get<std::string>());
    auto charsmap = bytes ? Charsmap::read(*bytes) : std::nullopt;
    if (!charsmap)
        throw Error(ErrorKind::Model,
            "The tokenizer " + file.string()
                + " cannot be used: its table of character replacements is damaged. Copy the file again.",
            file.string());
    return std::move(*charsmap);
}

NormalizerStep replaceOf(const json& part, const std::filesystem::path& file)
{
    const auto& pattern = part.at("pattern");
    const auto content = part.at("content").get<std::string>();
    if (pattern.contains("String"))
        return ReplaceText{pattern.at("String"), content};
    const auto expression = pattern.at("Regex").get<std::string>();
    if (expression != " {2,}" && expression != "\\s+")
        refusePart(file, "replaces \"" + expression + "\"");
    return ReplaceRuns{expression == "\\s+", content};
}

void appendNormalizer(const json& part, const std::filesystem::path& file, std::vector<NormalizerStep>& steps)
{
    const auto type = typeOf(part);
    if (type == "Sequence")
        for (const auto& one : part.at("normalizers"))
            appendNormalizer(one, file, steps);
    else if (type == "Precompiled")
        steps.push_back(charsmapOf(part, file));
    else if (type == "Replace")
        steps.push_back(replaceOf(part, file));
    else if (type == "Prepend")
        steps.push_back(PrependText{part.at("prepend")});
    else if (type == "Strip")
        steps.push_back(StripSpace{part.at("strip_left"), part.at("strip_right")});
    else if (type == "Lowercase")
        steps.push_back(LowerCase{});
    else if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD")
        steps.push_back(type == "NFC" ? NormalForm::Nfc
                : type == "NFD"       ? NormalForm::Nfd
                : type == "NFKC"      ? NormalForm::Nfkc
                                      : NormalForm::Nfkd);
    else if (!type.empty())
        refusePart(file, "normalizes text by \"" + type + "\"");
}

WordMarks::Prefix prefixOf(const json& part, const std::filesystem::path& file)
{
    if (!part.contains("prepend_scheme"))
        return part.value("add_prefix_space", true) ? WordMarks::Prefix::Always : WordMarks::Prefix::Never;
    const auto scheme = part.at("prepend_scheme").get<std::string>();
    if (scheme != "always" && scheme != "first" && scheme != "never")
        refusePart(file, "marks words in the way \"" + scheme + "\"");
    return scheme == "always" ? WordMarks::Prefix::Always
        : scheme == "first"   ? WordMarks::Prefix::First
                              : WordMarks::Prefix::Never;
}

void appendMarks(const json& part, const std::filesystem::path& file, WordMarks& marks)
{
    const auto type = typeOf(part);
    if (type == "Sequence") {
        for (const auto& one : part.at("pretokenizers"))
            appendMarks(one, file, marks);
    } else if (type == "WhitespaceSplit") {
        marks.splitsAtSpace = true;
    } else if (type == "Metaspace") {
        if (part.value("replacement", std::string(kMark)) != kMark)
            refusePart(file, "marks words by another character than U+2581");
        marks.marksSpaces = true;
        marks.splitsAtMarks = part.value("split", true);
        marks.prefix = prefixOf(part, file);
    } else if (!type.empty()) {
        refusePart(file, "splits text by \"" + type + "\"");
    }
}

TokenFrame templateFrame(const json& part)
{
    TokenFrame frame;
    bool behind = false;
    for (const auto& item : part.at("single")) {
        if (item.contains("Sequence")) {
            behind = true;
            continue;
        }
        const auto token = item.at("SpecialToken").at("id").get<std::string>();
        const auto ids = part.at("special_tokens").at(token).at("ids").get<TokenIds>();
        auto& side = behind ? frame.after : frame.before;
        side.insert(side.end(), ids.begin(), ids.end());
    }
    return frame;
}

} // namespace

void refusePart(const std::filesystem::path& file, const std::string& what)
{
    throw Error(ErrorKind::Unsupported,
        "The tokenizer " + file.string() + " " + what
            + ", which this program does not know. Tokenizers of CLIP, GPT-2, OPT, BERT, T5 and Llama can be used.",
        file.string());
}

std::string typeOf(const json& part)
{
    return part.is_null() ? std::string() : part.at("type").get<std::string>();
}

std::vector<NormalizerStep> normalizerOf(const json& normalizer, const std::filesystem::path& file)
{
    std::vector<NormalizerStep> steps;
    appendNormalizer(normalizer, file, steps);
    return steps;
}

WordMarks wordMarksOf(const json& preTokenizer, const std::filesystem::path& file)
{
    WordMarks marks;
    appendMarks(preTokenizer, file, marks);
    return marks;
}

AddedTokens addedTokensOf(const json& addedTokens)
{
    AddedTokens result;
    for (const auto& token : addedTokens)
        result.add({token.at("content"), token.at("id"), token.value("special", true), token.value("lstrip", false),
            token.value("rstrip", false)});
    return result;
}

TokenFrame frameOf(const json& postProcessor, const std::filesystem::path& file)
{
    const auto type = typeOf(postProcessor);
    if (type == "TemplateProcessing")
        return templateFrame(postProcessor);
    if (type == "RobertaProcessing" || type == "BertProcessing")
        return {{postProcessor.at("cls").at(1).get<std::int64_t>()},
            {postProcessor.at("sep").at(1).get<std::int64_t>()}, 0};
    TokenFrame frame;
    if (type == "Sequence") {
        for (const auto& one : postProcessor.at("processors")) {
            const auto part = frameOf(one, file);
            if (!part.before.empty() || !part.after.empty())
                frame = part;
        }
    } else if (!type.empty() && type != "ByteLevel") {
        refusePart(file, "puts ids around a text by \"" + type + "\"");
    }
    return frame;
}

} // namespace models::text
