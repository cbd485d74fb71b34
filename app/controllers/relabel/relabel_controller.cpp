#include "app/controllers/relabel/relabel_controller.h"

#include "app/controllers/page_controller.h"
#include "app/controllers/relabel/cohort_session.h"
#include "app/controllers/study/save_controller.h"
#include "ui/dialogs/cohort_dialog.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/relabel_page.h"
#include "ui/panels/cohort_panel.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>

#include <utility>

namespace app {

namespace {

const QString kRelabelMessage = QStringLiteral("cohort");
const QString kLastCohort = QStringLiteral("cohort/last");

} // namespace

RelabelController::RelabelController(JobRunner& jobs, CohortSession& cohort, ui::RelabelPage& page, ui::Messages& messages,
    SaveController& save, PageController& pageController, QString settingsFile)
    : m_jobs(jobs)
    , m_cohort(cohort)
    , m_page(page)
    , m_messages(messages)
    , m_save(save)
    , m_pageController(pageController)
    , m_settingsFile(std::move(settingsFile))
{
    auto& actions = page.actions();
    const auto on = [&](QAction* action, auto signal, auto function) {
        connect(action, &QAction::triggered, this, function);
        connect(&page.cohort(), signal, this, function);
    };
    on(actions.newCohort, &ui::CohortPanel::newRequested, &RelabelController::askForNew);
    on(actions.openCohort, &ui::CohortPanel::openRequested, &RelabelController::askForFolder);
    connect(actions.closeCohort, &QAction::triggered, this, &RelabelController::closeCohort);
    connect(&cohort, &CohortSession::opened, this, &RelabelController::opened);
    connect(&cohort, &CohortSession::openFailed, this, &RelabelController::fail);
    connect(&cohort, &CohortSession::left, this, [this] { m_page.cohort().setCohort({}, {}); });
}

bool RelabelController::isCohort(const QString& path)
{
    return QFileInfo::exists(QDir(path).filePath(QStringLiteral("cohort.sqlite")));
}

void RelabelController::leave()
{
    m_cohort.pause();
    m_messages.clear();
}

void RelabelController::enter()
{
    if (m_cohort.isOpen())
        return m_cohort.resume();
    const QSettings settings(m_settingsFile, QSettings::IniFormat);
    const QString last = settings.value(kLastCohort).toString();
    if (!last.isEmpty() && isCohort(last))
        openCohort(last);
}

void RelabelController::askForNew()
{
    auto* dialog = new ui::CohortDialog(m_page.cohort().window());
    connect(dialog, &QDialog::accepted, this,
        [this, dialog] { createCohort(dialog->folder(), dialog->settings(), dialog->place()); });
    dialog->open();
}

void RelabelController::askForFolder()
{
    auto* dialog = new QFileDialog(m_page.cohort().window(), tr("Open Cohort"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &RelabelController::openCohort);
    dialog->open();
}

void RelabelController::openCohort(const QString& folder)
{
    if (!m_page.isShown())
        return m_pageController.show(m_page, [this, folder] { openCohort(folder); });
    m_save.whenSafe(tr("before another cohort is opened"), [this, folder] {
        m_messages.remove(kRelabelMessage);
        m_cohort.open(std::filesystem::absolute(folder.toStdString()).lexically_normal());
    });
}

void RelabelController::createCohort(
    const QString& folder, const annotations::CohortSettings& settings, annotations::CohortPlace place)
{
    m_jobs.start<bool>(
        {Lane::Store, {}, tr("Making the cohort")},
        [path = std::filesystem::path(folder.toStdString()), settings, place](
            std::stop_token, const imaging::Progress&) {
            annotations::createCohort(path, settings, place);
            return true;
        },
        [this, folder](bool) { openCohort(folder); }, [this](const JobFailure& failure) { fail(failure); });
}

void RelabelController::opened(const annotations::CohortSettings& settings)
{
    const QString path = QString::fromStdString(m_cohort.folder().string());
    QSettings(m_settingsFile, QSettings::IniFormat).setValue(kLastCohort, path);
    const QString name = QString::fromStdString(settings.name);
    m_page.cohort().setCohort(name.isEmpty() ? QFileInfo(path).fileName() : name, path);
}

void RelabelController::closeCohort()
{
    m_save.whenSafe(tr("before the cohort is closed"), [this] {
        m_cohort.close();
        m_messages.clear();
        QSettings(m_settingsFile, QSettings::IniFormat).remove(kLastCohort);
    });
}

void RelabelController::fail(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_messages.show({kRelabelMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

} // namespace app
