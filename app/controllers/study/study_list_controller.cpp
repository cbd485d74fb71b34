#include "app/controllers/study/study_list_controller.h"

#include "app/controllers/study/save_controller.h"
#include "ui/models/study_list.h"

#include <QCryptographicHash>

namespace app {

namespace {

QString keyOf(const QString& id)
{
    const QByteArray digest = QCryptographicHash::hash(id.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    return QStringLiteral("states/") + QString::fromLatin1(digest);
}

} // namespace

StudyListController::StudyListController(Session& session, ui::StudyList& list, SaveController& save,
    const QString& settingsFile)
    : m_session(session)
    , m_model(list.model())
    , m_settings(settingsFile, QSettings::IniFormat)
{
    connect(&m_model, &ui::SeriesModel::modelReset, this, &StudyListController::listed);
    connect(&m_model, &ui::SeriesModel::stateChanged, this, &StudyListController::remember);
    connect(&session, &Session::opened, this, [this] {
        m_open = m_session.id();
        workChanged(); // A journal may have brought work back.
    });
    connect(&session, &Session::historyChanged, this, &StudyListController::workChanged);
    connect(&session, &Session::closed, this, &StudyListController::closed);
    connect(&save, &SaveController::saved, this, &StudyListController::saved);
}

void StudyListController::listed()
{
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QString id = QString::fromStdString(m_model.series(row).id);
        m_model.setState(id, remembered(id));
    }
}

void StudyListController::workChanged()
{
    if (m_session.hasUnsavedWork())
        m_model.setState(m_open, ui::StudyState::Draft);
    else if (m_model.state(m_open) == ui::StudyState::Draft)
        m_model.setState(m_open, remembered(m_open));
}

/// A draft that is given up leaves the study as it was before.
void StudyListController::closed()
{
    if (m_model.state(m_open) == ui::StudyState::Draft)
        m_model.setState(m_open, remembered(m_open));
    m_open.clear();
}

/// What was sent and not changed since stays sent.
void StudyListController::saved()
{
    if (m_model.state(m_open) != ui::StudyState::Sent)
        m_model.setState(m_open, ui::StudyState::Saved);
}

void StudyListController::remember(const QString& id, ui::StudyState state)
{
    if (state == ui::StudyState::Sent)
        m_settings.setValue(keyOf(id), QStringLiteral("sent"));
    else if (state == ui::StudyState::Saved)
        m_settings.setValue(keyOf(id), QStringLiteral("saved"));
}

ui::StudyState StudyListController::remembered(const QString& id) const
{
    const QString state = m_settings.value(keyOf(id)).toString();
    if (state == QStringLiteral("sent"))
        return ui::StudyState::Sent;
    return state == QStringLiteral("saved") ? ui::StudyState::Saved : ui::StudyState::New;
}

} // namespace app
