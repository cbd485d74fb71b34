#include "app/workflow/prompt.h"

#include "annotations/report/report_words.h"
#include "imaging/error.h"

namespace app {

using annotations::lowerCase;
using annotations::trimmed;

bool needsSideTags(std::string_view text, UserSides user, models::TextSides package)
{
    const bool sameConvention = (user == UserSides::Patient) == (package == models::TextSides::Patient);
    return !sameConvention && imaging::namesSide(text);
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

ModelText textForModel(std::string_view text, UserSides user, const models::PackageInfo& package,
    const imaging::PictureSides& sides, Confirmed confirmed)
{
    auto worded = inPackageWording(text, package);
    auto result = withPackageSides(worded.text, user, package.textSides, sides, confirmed);
    result.warnings.insert(result.warnings.begin(), worded.warnings.begin(), worded.warnings.end());
    return result;
}

} // namespace app
