#include "annotations/report/empty_texts.h"

#include "annotations/report/report_words.h"

#include <algorithm>

namespace annotations {

namespace {

using std::string_view;

/// "#" stands for the finding.
constexpr string_view kDenials[] = {
    "No #.",
    "There is no #.",
    "No evidence of #.",
    "No sign of # in either lung.",
    "# is absent.",
    "Without #.",
    "Negative for #.",
    "No # of the right lung.",
    "No # of the left lung.",
    "No # in either lung.",
    "The right lung shows no #.",
    "The left lung shows no #.",
    "No focal #.",
    "# is not seen.",
    "No # is present.",
};

/// Nothing of a lung, nor of what lies in one.
constexpr string_view kOthers[] = {
    "The heart is of normal size.",
    "Cardiomegaly.",
    "Fracture of the left seventh rib.",
    "Old fracture of the right clavicle.",
    "The aorta is elongated.",
    "Hiatal hernia.",
    "A pacemaker lies on the left.",
    "Degenerative changes of the thoracic spine.",
    "The bones are unremarkable.",
    "Scoliosis.",
    "Coronary calcification.",
    "Gallstones.",
    "Fatty liver.",
    "The trachea lies in the midline.",
    "Central venous line on the right.",
};

std::string withFinding(string_view sentence, string_view finding)
{
    std::string text(sentence);
    const auto at = text.find('#');
    text.replace(at, 1, finding);
    if (at == 0 && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

/// Whether they share a word of some length: "cardiomegaly" is what such a package draws.
bool mayBeAbout(string_view sentence, string_view finding)
{
    constexpr std::size_t kShortest = 4;
    const auto text = lowerCase(sentence);
    for (auto rest = string_view(finding); !rest.empty();) {
        const auto word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        if (word.size() >= kShortest && text.find(word) != std::string::npos)
            return true;
    }
    return false;
}

} // namespace

std::vector<std::string> emptyTexts(string_view finding)
{
    const auto name = lowerCase(finding);
    std::vector<std::string> texts;
    if (!name.empty())
        for (const auto denial : kDenials)
            texts.push_back(withFinding(denial, name));
    for (const auto other : kOthers)
        if (!mayBeAbout(other, name))
            texts.emplace_back(other);
    return texts;
}

} // namespace annotations
