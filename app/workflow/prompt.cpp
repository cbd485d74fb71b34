#include "app/workflow/prompt.h"

#include "annotations/report/report_words.h"
#include "imaging/error.h"

namespace app {

using annotations::lowerCase;
using annotations::trimmed;

namespace {

/// Whether "left" has to become "right": the picture's left half may be the patient's right one, and the model may see
/// the picture turned. What is not known is taken to be as usual.
bool mustSwap(UserSides user, models::TextSides package, const imaging::PictureSides& sides)
{
    using imaging::PatientSide;
    const bool toPatient = package == models::TextSides::Patient;
    if ((user == UserSides::Patient) == toPatient)
        return false;
    const auto shown = toPatient ? sides : imaging::turned(sides, models::turnFor(package, sides));
    return shown.atLeft != PatientSide::Left;
}

} // namespace

std::string doubtAboutSides(
    std::string_view text, UserSides user, models::TextSides package, const imaging::PictureSides& sides)
{
    if (!imaging::namesSide(text))
        return {};
    const bool lies = sides.atLeft == imaging::PatientSide::Unknown && sides.toUsual.transposed;
    if (user == UserSides::Picture && lies)
        return "The picture lies on its side, the patient's head at its left or right edge, so \"left\" and \"right\" "
               "in the sentence cannot mean the picture's.";
    if (sides.known() || (user == UserSides::Picture && package == models::TextSides::Picture))
        return {};
    const auto reason = imaging::reasonOf(sides.doubt);
    return "The picture does not say where the patient's left and right are"
        + (reason.empty() ? std::string() : ", since " + std::string(reason)) + ", and the sentence names a side.";
}

annotations::ParsedReport reportAbout(std::string_view finding, std::string_view text)
{
    auto report = annotations::parse(text);
    if (report.understood || finding.empty())
        return report;
    auto completed = annotations::parse(std::string(finding) + ", " + std::string(trimmed(text)));
    return completed.understood && !completed.partly ? completed : report;
}

ModelText inPackageWording(std::string_view text, const models::PackageInfo& package)
{
    ModelText result{std::string(text), {}};
    if (package.textWording == models::TextWording::AsWritten || trimmed(text).empty())
        return result;
    const std::string finding = lowerCase(package.finding);
    const auto report = reportAbout(finding, text);
    result.warnings = report.warnings;
    if (!report.understood)
        return result;
    auto fields = report.fields;
    if (fields.finding != finding)
        result.warnings.push_back("The model knows \"" + finding
            + "\" only: that is what it draws where the text says \"" + fields.finding + "\".");
    if (!fields.freeText.empty() || fields.extent != annotations::Extent::NotStated)
        result.warnings.push_back("The model was not taught extent and further sentences; they are not sent to it.");
    fields.finding = finding;
    fields.extent = annotations::Extent::NotStated;
    fields.freeText.clear();
    result.text = annotations::sentence(fields);
    return result;
}

ModelText withPackageSides(std::string_view text, UserSides user, models::TextSides package,
    const imaging::PictureSides& sides, Confirmed confirmed)
{
    const std::string_view sentence = trimmed(text);
    if (sentence.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The sentence is empty: write what is seen, for example \"one infected area, lower left lung\".");

    ModelText result{std::string(sentence), {}};
    if (!models::turnFor(package, sides).isNone())
        result.warnings.emplace_back(
            "The picture is not stored as it is usually seen (the head at the top, the patient's right at the left "
            "edge): it was turned for the model. The mask lies on it as it is stored.");
    const auto doubt = doubtAboutSides(sentence, user, package, sides);
    if (!doubt.empty() && confirmed == Confirmed::No)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            doubt + " Write it for the "
                + (user == UserSides::Picture ? "patient's sides (--side patient)" : "picture's sides (--side image)")
                + ", or confirm (--force) that the patient's right is at the left of the picture as it is usually seen.");
    if (!doubt.empty())
        result.warnings.push_back(doubt + " The patient's right was taken to be at its left.");
    if (mustSwap(user, package, sides))
        result.text = imaging::swapSideWords(sentence);
    return result;
}

ModelText textForModel(std::string_view text, UserSides user, const models::PackageInfo& package,
    const imaging::PictureSides& sides, Confirmed confirmed)
{
    auto worded = inPackageWording(text, package);
    auto result = withPackageSides(worded.text, user, package.textSides, sides, confirmed);
    result.warnings.insert(result.warnings.begin(), worded.warnings.begin(), worded.warnings.end());
    return result;
}

} // namespace app
