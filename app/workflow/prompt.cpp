#include "app/workflow/prompt.h"

#include "imaging/error.h"

namespace app {

namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

} // namespace

bool needsSideTags(std::string_view text, UserSides user, models::TextSides package)
{
    const bool sameConvention = (user == UserSides::Patient) == (package == models::TextSides::Patient);
    return !sameConvention && imaging::namesSide(text);
}

ModelText textForModel(std::string_view text, UserSides user, models::TextSides package,
    const imaging::PictureSides& sides, Confirmed confirmed)
{
    const std::string_view sentence = trimmed(text);
    if (sentence.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The sentence is empty: write what is seen, for example \"one infected area, lower left lung\".");

    ModelText result{std::string(sentence), {}};
    if (!needsSideTags(sentence, user, package))
        return result;

    imaging::PatientSide atLeft = sides.atLeft;
    if (atLeft == imaging::PatientSide::Unknown) {
        if (confirmed == Confirmed::No)
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The picture does not say where the patient's left and right are, and the sentence names a side: write "
                "it for the picture's sides (--side image), or confirm (--force) that the patient's right is at the "
                "picture's left.");
        result.warnings.push_back(
            "The picture does not say where the patient's sides are: the patient's right was taken to be at its left.");
        atLeft = imaging::PatientSide::Right;
    }
    if (atLeft == imaging::PatientSide::Right)
        result.text = imaging::swapSideWords(sentence);
    return result;
}

} // namespace app
