#include "app/workflow/sided_texts.h"

#include "annotations/report/reading.h"
#include "annotations/report/report_words.h"
#include "app/workflow/prompt.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace app {

namespace {

using imaging::Sides;

constexpr const char* kNotSaid = "The model does not say whose sides its texts mean: \"left\" and \"right\" were not "
                                 "changed, and are not to be relied on.";
constexpr const char* kLearntNotSaid = "What was learnt for the model does not say whose sides its classes mean: "
                                       "\"left\" and \"right\" in them were not changed.";

/// Whether it names one side in other words than "left" and "right": "RLL", "linke Lunge", "leftward"; also beside these
/// words. With those exchanged such a text does not mean the other sides all through.
bool namesSideOtherwise(const std::string& text)
{
    if (imaging::hidesSide(text))
        return true;
    const auto findings = annotations::readReport(text).findings;
    const auto mirrored =
        imaging::namesSide(text) ? annotations::readReport(imaging::swapSideWords(text)).findings : findings;
    return !std::ranges::equal(findings, mirrored, [](const auto& one, const auto& other) {
        return one.left.involved == other.right.involved && one.right.involved == other.left.involved;
    });
}

/// Between a user's words about a stored picture and a model's about the same picture as it is usually seen, in either
/// direction.
class Exchange
{
public:
    /// `why`: why the sides matter, the end of a sentence.
    Exchange(UserSides user, Sides model, const imaging::PictureSides& picture, const char* why)
        : m_user(user.sides)
    {
        if (const auto doubt = doubtAboutPicture(user.sides, model, picture); !doubt.empty())
            m_warnings.push_back(confirmedDoubt(doubt + ", and " + why, user.sides, user.confirmed));
        // What is not known is taken to be as usual: the patient's right at the left edge.
        const bool toPatient = user.sides == Sides::Picture && picture.atLeft != imaging::PatientSide::Left;
        m_swaps = toPatient != (model == Sides::Picture);
        m_words = std::string("the model's texts mean the sides of the ") + std::string(nameOf(model))
            + ", yours those of the " + std::string(nameOf(user.sides)) + ".";
    }

    /// Of what a user asks. Throws Error(InvalidInput) for a side that is named in words that are not exchanged, and for
    /// one that is said to be another's than the user's are.
    std::string asked(const std::string& given)
    {
        const auto text = inUsersSides(given, m_user);
        if (m_swaps && namesSideOtherwise(text))
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "\"" + text + "\" names a side in other words than \"left\" and \"right\", and " + m_words
                    + " Write it with these words only.");
        return exchanged(text);
    }

    /// Of what a model writes.
    std::string written(const std::string& text)
    {
        if (m_swaps && namesSideOtherwise(text))
            addWarnings(m_warnings, {"The text names a side in words that were not exchanged, and " + m_words});
        return exchanged(text);
    }

    /// The words alone, of a text that may still grow, too.
    std::string exchanged(const std::string& text)
    {
        if (!m_swaps || !imaging::namesSide(text))
            return text;
        addWarnings(m_warnings, {"\"Left\" and \"right\" were exchanged between you and the model: " + m_words});
        return imaging::swapSideWords(text);
    }

    const imaging::Warnings& warnings() const { return m_warnings; }

private:
    Sides m_user;
    bool m_swaps = false;
    std::string m_words;
    imaging::Warnings m_warnings;
};

bool anyNamesSide(const std::vector<std::string>& texts)
{
    return std::any_of(texts.begin(), texts.end(), namesAnySide);
}

/// Of a text in lower case: its words but for "left" and "right".
std::string withoutSides(const std::string& text)
{
    std::string kept, word;
    const auto take = [&] {
        if (!word.empty() && word != "left" && word != "right")
            kept += word + " ";
        word.clear();
    };
    for (const char c : text) {
        const bool belongs = std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
        if (belongs)
            word += c;
        else
            take();
    }
    take();
    return kept;
}

models::Draft writeAsItIs(models::Reporter& reporter, const models::DraftRequest& request, std::stop_token stop,
    const std::function<void(const std::string& soFar)>& show)
{
    auto draft = reporter.write(request, std::move(stop), show);
    std::vector<std::string> texts{request.prompt};
    for (const auto& one : draft.texts)
        texts.push_back(one.text);
    if (anyNamesSide(texts))
        addWarnings(draft.warnings, {kNotSaid});
    return draft;
}

} // namespace

bool namesAnySide(const std::string& text)
{
    auto words = text;
    std::ranges::replace(words, '_', ' ');
    return imaging::namesSide(words) || namesSideOtherwise(words);
}

bool differBySideOnly(const std::vector<std::string>& texts)
{
    std::map<std::string, std::string> seen; // By what is left of a text: the text.
    for (const auto& text : texts) {
        const auto words = annotations::lowerCase(text);
        const auto [other, isNew] = seen.emplace(withoutSides(words), words);
        if (!isNew && other->second != words)
            return true;
    }
    return false;
}

models::Draft writeInSides(models::Reporter& reporter, const models::DraftRequest& request, UserSides user,
    const imaging::PictureSides& picture, std::stop_token stop,
    const std::function<void(const std::string& soFar)>& show)
{
    const auto model = reporter.textSides();
    if (!model)
        return writeAsItIs(reporter, request, std::move(stop), show);
    Exchange exchange(user, *model, picture, "this model may name one.");
    auto asked = request;
    asked.prompt = exchange.asked(request.prompt);
    std::function<void(const std::string&)> showing;
    if (show)
        showing = [&](const std::string& soFar) { show(exchange.exchanged(soFar)); };
    auto draft = reporter.write(asked, std::move(stop), showing);
    for (auto& one : draft.texts)
        one.text = exchange.written(one.text);
    addWarnings(draft.warnings, exchange.warnings());
    return draft;
}

models::TextMatch matchInSides(
    models::Reporter& reporter, const std::string& text, UserSides user, const imaging::PictureSides& picture)
{
    const auto sent = [&](const std::string& asked, const imaging::Warnings& warnings) {
        auto match = reporter.match(asked);
        match.sent = asked;
        addWarnings(match.warnings, warnings);
        return match;
    };
    if (!namesAnySide(text))
        return sent(text, {});
    const auto model = reporter.textSides();
    if (!model)
        return sent(text, {kNotSaid});
    Exchange exchange(user, *model, picture, "the text names a side.");
    const auto asked = exchange.asked(text);
    return sent(asked, exchange.warnings());
}

SidedQuestion questionInSides(const models::ClassQuestion& question, std::optional<Sides> model, bool learnt,
    UserSides user, const imaging::PictureSides& picture)
{
    SidedQuestion sided{question, {}};
    if (learnt) {
        if (anyNamesSide(question.classes))
            sided.warnings.emplace_back(kLearntNotSaid);
        return sided;
    }
    if (!anyNamesSide(question.classes) && !anyNamesSide(question.templates))
        return sided;
    if (!model) {
        sided.warnings.emplace_back(kNotSaid);
        return sided;
    }
    Exchange exchange(user, *model, picture, "a class names one.");
    for (auto* texts : {&sided.question.classes, &sided.question.templates})
        for (auto& text : *texts)
            text = exchange.asked(text);
    sided.warnings = exchange.warnings();
    return sided;
}

} // namespace app
