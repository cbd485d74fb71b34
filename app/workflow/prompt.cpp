#include "app/workflow/prompt.h"

#include "annotations/report/report_findings.h"
#include "annotations/report/report_words.h"
#include "annotations/report/side_frames.h"
#include "imaging/error.h"

namespace app {

using annotations::trimmed;

namespace {

using annotations::ReadingVerdict;

/// Several classes, or a finding that no report names, are not what a denied finding is about.
bool isKnownFinding(const models::PackageInfo& package)
{
    return package.classes.empty() && annotations::conceptOf(package.finding) != annotations::Concept::Other;
}

WordedText asWritten(std::string_view text, const models::PackageInfo& package)
{
    WordedText result{std::string(text), {}, ReadingVerdict::Draw, {}};
    if (!isKnownFinding(package))
        return result;
    auto choice = annotations::chooseFor(annotations::readReport(text, package.finding), package.finding);
    if (choice.verdict == ReadingVerdict::Nothing) {
        result.verdict = choice.verdict;
        result.why = std::move(choice.why);
    }
    return result;
}

/// Whether "left" has to become "right": the picture's left half may be the patient's right one, and the model may see
/// the picture turned. What is not known is taken to be as usual.
bool mustSwap(imaging::Sides user, imaging::Sides package, const imaging::PictureSides& sides)
{
    using imaging::PatientSide;
    const bool toPatient = package == imaging::Sides::Patient;
    if ((user == imaging::Sides::Patient) == toPatient)
        return false;
    const auto shown = toPatient ? sides : imaging::turned(sides, models::turnFor(package, sides));
    return shown.atLeft != PatientSide::Left;
}

} // namespace

void requireUtf8(std::string_view text, const std::string& what)
{
    if (const auto broken = annotations::brokenByte(text))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            what + " is not UTF-8 text (its byte " + std::to_string(*broken + 1)
                + "): write it again, or convert the file that it comes from.");
}

std::string doubtAboutPicture(imaging::Sides user, imaging::Sides package, const imaging::PictureSides& sides)
{
    const bool lies = sides.atLeft == imaging::PatientSide::Unknown && sides.toUsual.transposed;
    if (user == imaging::Sides::Picture && lies)
        return "The picture lies on its side, the patient's head at its left or right edge, so \"left\" and \"right\" "
               "cannot mean the picture's";
    if (sides.known() || (user == imaging::Sides::Picture && package == imaging::Sides::Picture))
        return {};
    const auto reason = imaging::reasonOf(sides.doubt);
    return "The picture does not say where the patient's left and right are"
        + (reason.empty() ? std::string() : ", since " + std::string(reason));
}

bool mentionsSide(std::string_view text)
{
    return imaging::namesSide(text) || imaging::hidesSide(text);
}

std::string doubtAboutSides(
    std::string_view text, imaging::Sides user, imaging::Sides package, const imaging::PictureSides& sides)
{
    const auto doubt = mentionsSide(text) ? doubtAboutPicture(user, package, sides) : std::string();
    return doubt.empty() ? doubt : doubt + ", and the sentence names a side.";
}

std::string confirmedDoubt(const std::string& doubt, imaging::Sides user, Confirmed confirmed)
{
    if (confirmed == Confirmed::No)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            doubt + " Write it for the " + (user == imaging::Sides::Picture ? "patient's" : "picture's")
                + " sides, or confirm that the patient's right is at the left of the picture as it is usually seen.",
            {}, imaging::Confirmable::Sides);
    return doubt + " The patient's right was taken to be at its left.";
}

WordedText inPackageWording(std::string_view text, const models::PackageInfo& package)
{
    if (trimmed(text).empty())
        return {std::string(text), {}, ReadingVerdict::Draw, {}};
    if (package.textWording == models::TextWording::AsWritten)
        return asWritten(text, package);
    auto choice = annotations::chooseFor(annotations::readReport(text, package.finding), package.finding);
    WordedText result{std::string(text), std::move(choice.warnings), choice.verdict, std::move(choice.why)};
    auto& fields = choice.fields;
    if (fields.finding.empty()) {
        if (choice.verdict != ReadingVerdict::Draw)
            result.warnings.emplace_back("The sentence goes to the model as it stands.");
        return result;
    }
    if (fields.extent != annotations::Extent::NotStated)
        result.warnings.emplace_back("The model was not taught extent; it is not sent to it.");
    fields.extent = annotations::Extent::NotStated;
    result.text = annotations::sentence(fields);
    return result;
}

ModelText withPackageSides(std::string_view text, imaging::Sides user, imaging::Sides package,
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
    if (!doubt.empty())
        result.warnings.push_back(confirmedDoubt(doubt, user, confirmed));
    if (mustSwap(user, package, sides)) {
        if (imaging::hidesSide(sentence))
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "\"" + result.text
                    + "\" names a side within another word, and \"left\" and \"right\" have to be exchanged for the model: "
                      "write them as words of their own.");
        result.text = imaging::swapSideWords(sentence);
    }
    return result;
}

std::string inUsersSides(std::string_view text, imaging::Sides user)
{
    auto frames = annotations::sideFramesIn(text);
    const bool isPicture = user == imaging::Sides::Picture;
    if (isPicture ? frames.patient : frames.picture)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "\"" + frames.words + "\" in the text means the " + (isPicture ? "patient's" : "picture's")
                + " sides, and sides are taken for the " + (isPicture ? "picture's" : "patient's")
                + ": write it for these, or choose whose sides are meant.");
    return std::move(frames.without);
}

ModelText textForModel(std::string_view given, imaging::Sides user, const models::PackageInfo& package,
    const imaging::PictureSides& sides, Confirmed confirmed)
{
    requireUtf8(given, "The sentence");
    const auto text = inUsersSides(given, user);
    auto worded = inPackageWording(text, package);
    if (worded.verdict != ReadingVerdict::Draw) {
        if (confirmed == Confirmed::No)
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                worded.why + " Confirm to run the model all the same.", {}, imaging::Confirmable::Run);
        worded.warnings.insert(worded.warnings.begin(), std::move(worded.why));
    }
    auto result = withPackageSides(worded.text, user, package.textSides, sides, confirmed);
    result.warnings.insert(result.warnings.begin(), worded.warnings.begin(), worded.warnings.end());
    return result;
}

} // namespace app
