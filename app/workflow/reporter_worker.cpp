#include "app/workflow/reporter_worker.h"

#include "annotations/report/report_words.h"
#include "annotations/report/side_frames.h"
#include "app/workflow/picture_check.h"
#include "app/workflow/sided_texts.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "imaging/slice.h"

#include <string_view>
#include <utility>

namespace app {

namespace {

[[noreturn]] void refuse(const std::string& why)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse, why);
}

bool isQuestion(std::string_view text)
{
    text = annotations::trimmed(text);
    return text.ends_with('?') || text.ends_with("\uFF1F"); // The wide one of Chinese texts.
}

imaging::PictureSides sidesOf(const PictureChoice& picture)
{
    return imaging::sidesOf(*picture.volume, picture.slice);
}

std::string exampleFor(const models::Reporter& reporter)
{
    for (const char* text : {"a radiograph of", "unilateral pulmonary infection"})
        if (reporter.unknownWords(text).empty())
            return text;
    return {};
}

} // namespace

ReporterWorker::ReporterWorker(ReporterFactory factory)
    : m_factory(std::move(factory))
{
}

ReporterAbilities ReporterWorker::open(const std::filesystem::path& model)
{
    if (!m_reporter || m_path != model) {
        m_reporter.reset(); // First: two large models may not fit into memory together.
        m_seen.forget();
        m_reporter = m_factory(model);
        m_path = model;
        m_head = headOf(model);
    }
    return {m_reporter->canWrite(), m_reporter->canAnswer(), m_reporter->canMatch(), exampleFor(*m_reporter)};
}

void ReporterWorker::look(const PictureChoice& picture, Confirmed confirmed)
{
    if (m_seen.is(picture))
        return;
    m_seen.forget();
    const auto slice = imaging::sliceOf(*picture.volume, picture.slice);
    m_doubts = checkChosenPicture(m_head, slice, confirmed);
    m_view = m_reporter->look(slice);
    m_seen.remember(picture);
}

DraftOutcome ReporterWorker::write(const ReporterTask& task, const models::DraftRequest& request, std::stop_token stop,
    const imaging::Progress& progress, const std::function<void(const std::string& soFar)>& show)
{
    requireUtf8(request.prompt, "The prompt");
    progress.report(0, "opening the model");
    DraftOutcome outcome{open(task.model), {}, {}, {}};
    if (!outcome.abilities.writes && !outcome.abilities.answers)
        refuse("This model does not write, it only compares texts with pictures: choose one for captions or questions.");
    if (!outcome.abilities.writes && request.prompt.find_first_not_of(" \t\r\n") == std::string::npos)
        refuse("This model answers questions and follows what it is told to describe: write that.");
    if (!outcome.abilities.answers && isQuestion(request.prompt))
        refuse("This model goes on from the words that it is given and answers no questions: write how the text begins, "
               "for example \"a radiograph of\", or choose a model that answers (BLIP-2, InstructBLIP, a BLIP for "
               "questions).");
    outcome.draft.cancelled = stop.stop_requested();
    if (outcome.draft.cancelled)
        return outcome;
    progress.report(0.2, "looking at the picture");
    look(task.picture, task.user.confirmed);
    outcome.view = m_view;
    progress.report(0.5, "writing");
    outcome.draft = writeInSides(*m_reporter, request, task.user, sidesOf(task.picture), stop, show);
    addWarnings(outcome.draft.warnings, warningOfUnknown(m_reporter->unknownWords(annotations::sideFramesIn(request.prompt).without)));
    addWarnings(outcome.draft.warnings, m_doubts);
    if (!outcome.draft.texts.empty())
        outcome.sentences = textSentences(outcome.draft.texts.front().text);
    return outcome;
}

MatchOutcome ReporterWorker::match(
    const ReporterTask& task, const std::string& text, std::stop_token stop, const imaging::Progress& progress)
{
    requireUtf8(text, "The text");
    progress.report(0, "opening the model");
    MatchOutcome outcome{open(task.model), {}, {}};
    if (!outcome.abilities.compares)
        refuse("This model does not compare texts with pictures: choose one for retrieval (image-text matching).");
    if (stop.stop_requested())
        return outcome;
    progress.report(0.2, "looking at the picture");
    look(task.picture, task.user.confirmed);
    outcome.view = m_view;
    progress.report(0.5, "comparing");
    outcome.match = matchReport(*m_reporter, text, task.user, sidesOf(task.picture), stop);
    addWarnings(outcome.match.whole.warnings, m_doubts);
    return outcome;
}

models::Precision ReporterWorker::precision() const
{
    return m_reporter ? m_reporter->precision() : models::Precision::Auto;
}

} // namespace app
