#include "app/controllers/relabel/relabel_controller.h"

#include "app/controllers/relabel/cohort_job_controller.h"
#include "app/controllers/relabel/queue_controller.h"
#include "app/controllers/relabel/review_controller.h"
#include "app/controllers/relabel/training_controller.h"
#include "app/controllers/study/open_controller.h"
#include "app/controllers/study/save_controller.h"
#include "app/workflow/relabel.h"
#include "ui/dialogs/cohort_dialog.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/pages.h"
#include "ui/panels/cohort_panel.h"

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>

#include <utility>

namespace app {

namespace {

const QString kMessage = QStringLiteral("cohort");
const QString kLastCohort = QStringLiteral("cohort/last");

} // namespace

RelabelController::RelabelController(
    JobRunner& jobs, ui::Pages& pages, ui::Messages& messages, const Parts& parts, std::string reader,
    QString settingsFile)
    : m_jobs(jobs)
    , m_pages(pages)
    , m_messages(messages)
    , m_parts(parts)
    , m_reader(reader.empty() ? defaultReader() : std::move(reader))
    , m_settingsFile(std::move(settingsFile))
{
    auto& page = pages.relabel;
    auto& actions = page.actions();
    const auto on = [&](QAction* action, auto signal, auto function) {
        connect(action, &QAction::triggered, this, function);
        connect(&page.cohort(), signal, this, function);
    };
    on(actions.newCohort, &ui::CohortPanel::newRequested, &RelabelController::askForNew);
    on(actions.openCohort, &ui::CohortPanel::openRequested, &RelabelController::askForFolder);
    connect(actions.closeCohort, &QAction::triggered, this, &RelabelController::closeCohort);
    connect(&pages, &ui::Pages::wanted, this, &RelabelController::showPage);
}

bool RelabelController::isCohort(const QString& path)
{
    return QFileInfo::exists(QDir(path).filePath(QStringLiteral("cohort.sqlite")));
}

void RelabelController::showPage(ui::PageId page)
{
    if (page == m_pages.shown().id())
        return;
    const bool relabel = page == ui::PageId::Relabel;
    const QString before = relabel ? tr("before the cohort is shown") : tr("before the Segment page is shown");
    m_parts.save.whenSafe(before, [this, page, relabel] {
        if (relabel) {
            m_parts.open.setAside();
            m_pages.show(page);
            enter();
        } else {
            m_parts.queue.pause();
            m_parts.review.leave();
            m_messages.clear();
            m_pages.show(page);
            m_parts.open.takeUp();
        }
    });
}

/// What the page shows when it is come to: the cohort that is open, or the one of the last time.
void RelabelController::enter()
{
    if (!m_folder.empty()) {
        m_parts.review.begin(m_folder, m_reader);
        return m_parts.queue.begin(m_folder, m_reader);
    }
    const QSettings settings(m_settingsFile, QSettings::IniFormat);
    const QString last = settings.value(kLastCohort).toString();
    if (!last.isEmpty() && isCohort(last))
        openCohort(last);
}

void RelabelController::askForNew()
{
    auto* dialog = new ui::CohortDialog(m_pages.relabel.window());
    connect(dialog, &QDialog::accepted, this,
        [this, dialog] { createCohort(dialog->folder(), dialog->settings(), dialog->place()); });
    dialog->open();
}

void RelabelController::askForFolder()
{
    auto* dialog = new QFileDialog(m_pages.relabel.window(), tr("Open Cohort"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &RelabelController::openCohort);
    dialog->open();
}

void RelabelController::openCohort(const QString& folder)
{
    if (!m_pages.relabel.isShown()) {
        m_parts.save.whenSafe(tr("before the cohort is shown"), [this, folder] {
            m_parts.open.setAside();
            m_pages.show(ui::PageId::Relabel);
            openCohort(folder);
        });
        return;
    }
    m_parts.save.whenSafe(tr("before another cohort is opened"), [this, folder] {
        m_messages.remove(kMessage);
        const auto path = std::filesystem::absolute(folder.toStdString()).lexically_normal();
        m_jobs.start<annotations::CohortSettings>(
            {Lane::Store, QStringLiteral("cohort open"), tr("Opening the cohort")},
            [&worker = m_parts.worker, path, reader = m_reader](
                std::stop_token, const imaging::Progress&) { return worker.open(path, reader); },
            [this, path](const annotations::CohortSettings& settings) { opened(path, settings); },
            [this](const JobFailure& failure) { fail(failure); });
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

void RelabelController::opened(const std::filesystem::path& folder, const annotations::CohortSettings& settings)
{
    leaveCohort();
    m_folder = folder;
    const QString path = QString::fromStdString(folder.string());
    QSettings(m_settingsFile, QSettings::IniFormat).setValue(kLastCohort, path);
    const QString name = QString::fromStdString(settings.name);
    m_pages.relabel.cohort().setCohort(name.isEmpty() ? QFileInfo(path).fileName() : name, path);
    m_parts.work.begin(folder, m_reader);
    m_parts.training.begin(folder, m_reader);
    m_parts.review.begin(folder, m_reader);
    m_parts.queue.begin(folder, m_reader);
}

void RelabelController::leaveCohort()
{
    m_parts.queue.leave();
    m_parts.work.leave();
    m_parts.review.leave();
    m_parts.training.leave();
    m_folder.clear();
    m_pages.relabel.cohort().setCohort({}, {});
}

void RelabelController::closeCohort()
{
    m_parts.save.whenSafe(tr("before the cohort is closed"), [this] {
        leaveCohort();
        m_messages.clear();
        QSettings(m_settingsFile, QSettings::IniFormat).remove(kLastCohort);
        m_jobs.start<bool>(
            {Lane::Store, {}, {}},
            [&worker = m_parts.worker](std::stop_token, const imaging::Progress&) {
                worker.close();
                return true;
            },
            [](bool) {});
    });
}

void RelabelController::fail(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    m_messages.show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT failed(text);
}

} // namespace app
