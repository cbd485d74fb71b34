#pragma once

#include "app/session/session.h"
#include "ui/models/series_model.h"

#include <QObject>
#include <QSettings>

namespace ui {
class StudyList;
}

namespace app {

class SaveController;

/// Says in the list how far each study is: new, draft, saved or sent. What was saved and sent is remembered from run to
/// run, by a digest of the series' identifier: nothing about patients is written.
class StudyListController : public QObject
{
    Q_OBJECT

public:
    StudyListController(Session& session, ui::StudyList& list, SaveController& save, const QString& settingsFile);

private:
    void listed();
    void workChanged();
    void closed();
    void saved();
    void remember(const QString& id, ui::StudyState state);
    ui::StudyState remembered(const QString& id) const;

    Session& m_session;
    ui::SeriesModel& m_model;
    QSettings m_settings;
    QString m_open; ///< The series that is open; empty: none.
};

} // namespace app
