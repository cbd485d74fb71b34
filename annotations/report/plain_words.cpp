#include "annotations/report/plain_words.h"

#include <cctype>

namespace annotations {

namespace {

constexpr std::string_view kCurly = "\u2019";
constexpr std::string_view kWideQuestion = "\uff1f";

bool belongsToWord(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '\'';
}

} // namespace

std::vector<PlainWord> plainWordsOf(std::string_view text)
{
    constexpr std::string_view kSigns = "?.,;:\n";
    std::vector<PlainWord> words;
    for (std::size_t at = 0; at < text.size();) {
        PlainWord one{{}, at, at + 1};
        if (text.substr(at).starts_with(kWideQuestion)) {
            one = {"?", at, at + kWideQuestion.size()};
        } else if (kSigns.find(text[at]) != std::string_view::npos) {
            one.word = text[at];
        } else {
            for (one.end = at; one.end < text.size() && belongsToWord(text[one.end]);) {
                if (text.substr(one.end).starts_with(kWideQuestion))
                    break;
                const bool curly = text.substr(one.end).starts_with(kCurly);
                one.word += curly ? '\'' : static_cast<char>(std::tolower(static_cast<unsigned char>(text[one.end])));
                one.end += curly ? kCurly.size() : 1;
            }
        }
        at = one.end > at ? one.end : at + 1;
        if (!one.word.empty())
            words.push_back(std::move(one));
    }
    return words;
}

} // namespace annotations
