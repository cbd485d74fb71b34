#include "app/controllers/segment/finish_controller.h"

#include "app/controllers/pacs/send_controller.h"
#include "app/controllers/segment/segment_controller.h"
#include "app/controllers/study/save_controller.h"
#include "ui/messages.h"
#include "ui/models/study_list.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/segment_panel.h"

#include <QAction>

#include <algorithm>

namespace app {

FinishController::FinishController(
    Session& session, ui::SegmentPage& page, ui::StudyList& list, ui::Messages& messages, Parts parts)
    : m_session(session)
    , m_page(page)
    , m_list(list)
    , m_messages(messages)
    , m_parts(parts)
{
    connect(page.actions().finishStudy, &QAction::triggered, this, &FinishController::finish);
    connect(&page.panel(), &ui::SegmentPanel::finishRequested, this, &FinishController::finish);
    connect(&parts.segment, &SegmentController::accepted, this, [this] {
        if (m_step == Step::Accept)
            save();
    });
    connect(&parts.segment, &SegmentController::refused, this, [this] {
        if (m_step == Step::Accept)
            stop();
    });
    connect(&parts.save, &SaveController::failed, this, [this] {
        if (m_step == Step::Save)
            stop();
    });
    connect(&parts.save, &SaveController::givenUp, this, [this] {
        if (m_step == Step::Save)
            stop();
    });
    connect(&parts.send, &SendController::finished, this, [this](bool allStored) {
        if (m_step == Step::Send)
            allStored ? next() : stop();
    });
    connect(&parts.send, &SendController::givenUp, this, [this] {
        if (m_step == Step::Send)
            stop();
    });
    connect(&session, &Session::closed, this, [this] { m_step = Step::None; });
}

void FinishController::finish()
{
    const bool waiting =
        m_step == Step::Accept && m_page.panel().state() == ui::SegmentPanel::State::Running;
    if (!m_session.isOpen() || waiting || m_step == Step::Save || m_step == Step::Send)
        return;
    ++m_round;
    m_session.finishStroke();
    accept();
}

void FinishController::accept()
{
    using State = ui::SegmentPanel::State;
    const auto state = m_page.panel().state();
    if (state != State::Proposal && state != State::Running)
        return save();
    m_step = Step::Accept;
    m_parts.segment.accept();
    if (m_step == Step::Accept && m_page.panel().state() == State::Proposal)
        stop(); // A locked label, for example: a message says it.
}

bool FinishController::hasMasks() const
{
    const auto& labels = m_session.labels();
    return std::any_of(
        labels.begin(), labels.end(), [this](const auto& label) { return m_session.voxelsOf(label.value) > 0; });
}

bool FinishController::canBeSent() const
{
    return !m_session.volume()->info().sources.empty();
}

/// A study without a mask has nothing to be kept.
void FinishController::save()
{
    if (!hasMasks() && !m_session.hasUnsavedWork())
        return next();
    m_step = Step::Save;
    if (!m_session.hasUnsavedWork())
        return send();
    m_parts.save.saveQuietly([this, round = m_round] {
        if (m_step == Step::Save && round == m_round)
            send();
    });
}

void FinishController::send()
{
    if (!canBeSent() || !hasMasks())
        return next();
    m_step = Step::Send;
    m_parts.send.sendToLast();
}

void FinishController::next()
{
    m_step = Step::None;
    const int row = m_list.nextStudy();
    if (row >= 0)
        m_list.request(row);
    else
        m_messages.show({QStringLiteral("finish"), ui::MessageKind::Info,
            tr("That was the last study of the list."), {}, {}});
    Q_EMIT done(row >= 0);
}

/// What failed has said why.
void FinishController::stop()
{
    m_step = Step::None;
    Q_EMIT stopped();
}

} // namespace app
