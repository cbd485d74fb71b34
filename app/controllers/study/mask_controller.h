#pragma once

#include "app/controllers/dialog_folder.h"
#include "app/controllers/study/study_screen.h"
#include "app/session/job_runner.h"
#include "app/session/session.h"
#include "app/workflow/open_mask.h"

#include <QObject>
#include <QString>

#include <map>

namespace ui {
class ViewState;
} // namespace ui

namespace app {

class SaveController;

/// Opens mask files onto the open picture, each as one undoable step that replaces the masks that were there.
class MaskController : public QObject
{
    Q_OBJECT

public:
    MaskController(JobRunner& jobs, Session& session, const StudyScreen& screen, ui::ViewState& state,
        SaveController& save, const QString& settingsFile);

    /// Reads a DICOM SEG, NIfTI, NRRD or PNG file onto the open picture; refused with a sentence when it belongs to
    /// another one. What the user may confirm is asked for by a button under the sentence.
    void load(const QString& path, Confirmed confirmed = Confirmed::No);

Q_SIGNALS:
    void loaded(const QString& path);
    void failed(const QString& why);

private:
    void askForFile();
    void show(const QString& path, const OpenedMask& mask);
    bool replace(const QString& path, const OpenedMask& mask);
    void showLargestSlice();
    void refuse(const QString& path, const JobFailure& failure);
    void say(const QString& why);

    JobRunner& m_jobs;
    Session& m_session;
    StudyScreen m_screen;
    ui::ViewState& m_state;
    SaveController& m_save;
    DialogFolder m_folder;
};

} // namespace app
