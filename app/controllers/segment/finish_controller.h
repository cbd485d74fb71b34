#pragma once

#include "app/session/session.h"

#include <QObject>

namespace ui {
class Messages;
class SegmentPage;
class StudyList;
} // namespace ui

namespace app {

class SaveController;
class SegmentController;
class SendController;

/// One key for the end of a study: accepts what is proposed, saves the masks, sends them to the archive that was used
/// last, and opens the next study of the list. A step that fails, or is given up in its dialog, ends it there with a
/// sentence: nothing is lost, and the key goes on from where the work stands.
class FinishController : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        SegmentController& segment;
        SaveController& save;
        SendController& send;
    };

    FinishController(Session& session, ui::SegmentPage& page, ui::StudyList& list, ui::Messages& messages, Parts parts);

    void finish();

Q_SIGNALS:
    /// The next study was asked for; false: this was the last one.
    void done(bool another);
    void stopped();

private:
    enum class Step { None, Accept, Save, Send };

    void accept();
    void save();
    void send();
    void next();
    void stop();
    bool hasMasks() const;
    bool canBeSent() const;

    Session& m_session;
    ui::SegmentPage& m_page;
    ui::StudyList& m_list;
    ui::Messages& m_messages;
    Parts m_parts;
    Step m_step = Step::None;
    int m_round = 0; ///< What an earlier round still waits for is not this one's.
};

} // namespace app
