#include "annotations/report/doubtful_turns.h"

#include "annotations/report/plain_words.h"
#include "annotations/report/report_findings.h"
#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <string>
#include <vector>

namespace annotations {

namespace {

bool endsSentence(std::string_view word)
{
    return isOneOf(word, {".", ";", ":", "\n", "?"});
}

/// "Is there ... ?", "gibt es ... ?"
bool opensQuestion(std::string_view word)
{
    return isOneOf(word,
        {"is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "could", "any", "which", "where", "what", "ist",
            "sind", "gibt", "liegt", "liegen", "hat", "besteht", "findet", "finden", "wo", "welche"});
}

bool answersNo(std::string_view word)
{
    return isOneOf(word, {"no", "none", "not", "nope", "never", "negative", "nein", "kein", "keine", "keines", "nicht"});
}

std::string askedDoubt(std::string_view text, const std::vector<PlainWord>& words)
{
    std::size_t begin = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i].word;
        if (word == "?" && i > begin && opensQuestion(words[begin].word))
            return "The text asks a question: write what is seen.";
        if (word == "?" && i > begin && i + 1 < words.size() && answersNo(words[i + 1].word))
            return "The text answers a question with \"" + words[i + 1].word + "\": write what is seen.";
        if (endsSentence(word))
            begin = i + 1;
    }
    // Chinese asks by a word at the end.
    return text.find("\u5417") != std::string_view::npos ? "The text asks a question: write what is seen." : "";
}

/// A turn that leaves a place out; its words, and whether the reading of clauses knows it.
struct Exception
{
    std::string words;
    bool known = false;
};

Exception exceptionAt(const std::vector<PlainWord>& words, std::size_t i)
{
    const auto& word = words[i].word;
    const std::string_view next = i + 1 < words.size() ? std::string_view(words[i + 1].word) : std::string_view();
    if (isOneOf(word, {"spares", "sparing", "except", "excepting", "excepted", "excluding", "exception", "außer", "ausser", "ausnahme"}))
        return {word, true};
    if (isOneOf(word, {"spare", "exclude", "excludes", "ausgenommen", "ausgespart", "aussparung"}))
        return {word, false};
    const bool known = (isOneOf(word, {"apart", "aside"}) && next == "from") || (word == "other" && next == "than")
        || (word == "bis" && next == "auf") || (word == "but" && next == "not");
    return known || (word == "save" && next == "for") ? Exception{word + " " + std::string(next), known} : Exception{};
}

/// Whether nothing is left out of where it is: both lungs without a zone, or no place.
bool isEverywhere(const ReportFinding& finding)
{
    const bool whole = finding.left.involved && finding.right.involved && (!finding.left.any() || finding.left.all())
        && (!finding.right.any() || finding.right.all());
    return whole || !finding.hasPlace();
}

/// The findings that are there in the sentence around a word.
std::vector<const ReportFinding*> foundBeside(const std::vector<PlainWord>& words, std::size_t at, const ReportReading& reading)
{
    auto first = at, last = at;
    while (first > 0 && !endsSentence(words[first - 1].word))
        --first;
    while (last + 1 < words.size() && !endsSentence(words[last + 1].word))
        ++last;
    std::vector<const ReportFinding*> found;
    for (const auto& finding : reading.findings)
        if (isThere(finding) && finding.begin < words[last].end && finding.end > words[first].begin)
            found.push_back(&finding);
    return found;
}

std::string exceptedDoubt(const std::vector<PlainWord>& words, const ReportReading& reading)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto exception = exceptionAt(words, i);
        const auto found = exception.words.empty() ? std::vector<const ReportFinding*>() : foundBeside(words, i, reading);
        const bool leavesNothingOut = std::all_of(found.begin(), found.end(), [](const auto* one) { return isEverywhere(*one); });
        if (!found.empty() && (!exception.known || leavesNothingOut))
            return "The text excepts a place (\"" + exception.words
                + "\"), and which is not understood: name the places where it is.";
    }
    return {};
}

std::string nothingDoubt(const std::vector<PlainWord>& words, const ReportReading& reading)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!isOneOf(words[i].word, {"nothing", "nichts"}))
            continue;
        const auto found = foundBeside(words, i, reading);
        const auto drawsBehind = [&](const ReportFinding* one) { // "consolidation, otherwise nothing abnormal" is clear.
            return one->end > words[i].end && (one->hasPlace() || conceptOf(one->finding) != Concept::Abnormality);
        };
        if (std::any_of(found.begin(), found.end(), drawsBehind))
            return "The text says \"" + words[i].word + "\", and of what is not understood: write what is seen.";
    }
    return {};
}

} // namespace

std::string doubtOf(std::string_view text, const ReportReading& reading)
{
    if (std::none_of(reading.findings.begin(), reading.findings.end(), isThere))
        return {};
    const auto words = plainWordsOf(text);
    if (auto asked = askedDoubt(text, words); !asked.empty())
        return asked;
    if (auto nothing = nothingDoubt(words, reading); !nothing.empty())
        return nothing;
    return exceptedDoubt(words, reading);
}

} // namespace annotations
