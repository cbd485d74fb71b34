#include "models/text/text_normalizer.h"

namespace models::text {

namespace {

std::string changedBy(const Charsmap& step, const std::string& text)
{
    return step.replaced(text);
}

std::string changedBy(const ReplaceText& step, const std::string& text)
{
    std::string result;
    std::size_t from = 0;
    for (auto at = text.find(step.from); at != std::string::npos && !step.from.empty();
         at = text.find(step.from, from)) {
        result.append(text, from, at - from).append(step.to);
        from = at + step.from.size();
    }
    return result.append(text, from);
}

std::string changedBy(const ReplaceRuns& step, const std::string& text)
{
    std::string result;
    const auto characters = codePoints(text);
    for (std::size_t i = 0; i < characters.size();) {
        std::size_t end = i;
        while (
            end < characters.size() && (step.anyWhiteSpace ? isWhiteSpace(characters[end]) : characters[end] == U' '))
            ++end;
        if (end - i >= (step.anyWhiteSpace ? 1U : 2U)) {
            result += step.to;
            i = end;
        } else {
            appendUtf8(result, characters[i++]);
        }
    }
    return result;
}

std::string changedBy(const PrependText& step, const std::string& text)
{
    return text.empty() ? text : step.text + text;
}

std::string changedBy(const StripSpace& step, const std::string& text)
{
    const auto characters = codePoints(text);
    std::u32string_view rest(characters);
    while (step.left && !rest.empty() && isWhiteSpace(rest.front()))
        rest.remove_prefix(1);
    while (step.right && !rest.empty() && isWhiteSpace(rest.back()))
        rest.remove_suffix(1);
    return utf8(rest);
}

std::string changedBy(const LowerCase&, const std::string& text)
{
    return utf8(lowered(codePoints(text)));
}

std::string changedBy(const NormalForm& form, const std::string& text)
{
    return utf8(normalized(codePoints(text), form));
}

} // namespace

std::string normalizedText(std::string_view text, const std::vector<NormalizerStep>& steps)
{
    std::string result(text);
    for (const auto& step : steps)
        result = std::visit([&](const auto& one) { return changedBy(one, result); }, step);
    return result;
}

} // namespace models::text
