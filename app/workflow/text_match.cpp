#include "app/workflow/text_match.h"

#include "annotations/report/report_words.h"
#include "annotations/report/side_frames.h"
#include "app/workflow/sided_texts.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace app {

namespace {

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

/// Whether the full stop behind `before` belongs to its last word.
bool isAbbreviation(std::string_view before)
{
    constexpr std::array<std::string_view, 14> kKnown{
        "dr", "prof", "approx", "ca", "bzw", "vs", "st", "nr", "abb", "fig", "max", "min", "resp", "usw"};
    auto begin = before.size();
    while (begin > 0 && std::isalpha(static_cast<unsigned char>(before[begin - 1])))
        --begin;
    std::string word(before.substr(begin));
    std::transform(
        word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool letter = word.size() == 1 && (begin == 0 || before[begin - 1] == '.' || isSpace(before[begin - 1]));
    return letter || std::find(kKnown.begin(), kKnown.end(), word) != kKnown.end();
}

/// Bytes of the end of a sentence that stands at `at`; 0: none.
std::size_t endAt(std::string_view text, std::size_t at)
{
    for (const std::string_view wide : {"\u3002", "\uFF01", "\uFF1F", "\uFF1B"})
        if (text.substr(at).starts_with(wide))
            return wide.size();
    const char c = text[at];
    if (c == '\n' || c == '!' || c == '?')
        return 1;
    const bool spaceFollows = at + 1 == text.size() || isSpace(text[at + 1]);
    return c == '.' && spaceFollows && !isAbbreviation(text.substr(0, at)) ? 1 : 0;
}

} // namespace

std::vector<std::string> textSentences(std::string_view text)
{
    std::vector<std::string> sentences;
    const auto add = [&](std::string_view part) {
        const auto sentence = annotations::trimmed(part);
        const bool hasWord = std::any_of(
            sentence.begin(), sentence.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80; });
        if (hasWord)
            sentences.emplace_back(sentence);
    };
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto end = endAt(text, at); end > 0) {
            add(text.substr(begin, at + end - begin));
            begin = at + end;
            at = begin - 1;
        }
    }
    add(text.substr(begin));
    return sentences;
}

ReportMatch matchReport(models::Reporter& reporter, const std::string& text, UserSides user,
    const imaging::PictureSides& picture, std::stop_token stop)
{
    const auto sentences = textSentences(text);
    if (sentences.empty())
        throw imaging::Error(imaging::ErrorKind::WrongUse, "There is no text to compare with the picture.");
    const auto judged = [&](const std::string& one) { return matchInSides(reporter, one, user, picture); };
    ReportMatch match{judged(text), {}, reporter.unknownWords(annotations::sideFramesIn(text).without)};
    addWarnings(match.whole.warnings, warningOfUnknown(match.unknownWords));
    for (const auto& sentence : sentences) {
        if (stop.stop_requested())
            break;
        match.sentences.emplace_back(sentence, sentences.size() == 1 ? match.whole : judged(sentence));
    }
    return match;
}

} // namespace app
