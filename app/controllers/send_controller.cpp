#include "app/controllers/send_controller.h"

#include "app/controllers/save_controller.h"
#include "app/workflow/mask_files.h"
#include "imaging/error.h"
#include "imaging/pacs/association.h"
#include "imaging/pacs/store_scu.h"
#include "ui/actions.h"
#include "ui/dialogs/send_dialog.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/models/series_model.h"
#include "ui/panels/series_panel.h"

#include <QAction>
#include <QDateTime>
#include <QSettings>

#include <algorithm>
#include <optional>
#include <set>

namespace app {

namespace {

const QString kChannel = QStringLiteral("send");
const QString kNodeKey = QStringLiteral("archive");

QString stateText(imaging::pacs::StoreState state)
{
    using imaging::pacs::StoreState;
    switch (state) {
    case StoreState::Stored:
        return SendController::tr("stored");
    case StoreState::StoredWithWarning:
        return SendController::tr("stored, with a warning");
    case StoreState::Refused:
        return SendController::tr("refused");
    case StoreState::NotSent:
        return SendController::tr("not sent");
    case StoreState::Unconfirmed:
        return SendController::tr("not confirmed");
    case StoreState::Cancelled:
        return SendController::tr("cancelled");
    }
    return {};
}

QList<ui::SendRow> rowsOf(const std::vector<imaging::pacs::StoreResult>& results)
{
    QList<ui::SendRow> rows;
    for (const auto& result : results)
        rows << ui::SendRow{QString::fromStdString(result.path.filename().string()), stateText(result.state),
            QString::fromStdString(result.message), result.ok()};
    return rows;
}

/// Everything a sending job needs, by value.
struct Parcel
{
    std::string node;
    std::filesystem::path file; ///< The SEG; written first when `write` is set.
    bool write = false;
    std::shared_ptr<const imaging::Volume> volume;
    std::optional<annotations::LabelMap> map;
    std::vector<annotations::Label> labels;
    annotations::Provenance provenance;
    std::vector<std::filesystem::path> pictures;
};

std::vector<imaging::pacs::StoreResult> deliver(
    const Parcel& parcel, std::stop_token stop, const imaging::Progress& progress)
{
    const auto node = imaging::pacs::parseNode(parcel.node);
    std::vector<std::filesystem::path> files;
    if (parcel.write) {
        std::error_code failed;
        std::filesystem::create_directories(parcel.file.parent_path(), failed);
        if (failed)
            throw imaging::Error(imaging::ErrorKind::Io,
                "The folder \"" + parcel.file.parent_path().string() + "\" could not be made: " + failed.message()
                    + ".");
        imaging::Warnings warnings;
        writeMasks(parcel.file, *parcel.volume, *parcel.map, parcel.labels, parcel.provenance, warnings);
    }
    files.push_back(parcel.file);
    files.insert(files.end(), parcel.pictures.begin(), parcel.pictures.end());
    auto results = imaging::pacs::store(node, files, stop, progress);
    // The copy in the outbox has served when the archive says that it keeps the masks.
    if (parcel.write && !results.empty() && results.front().ok()) {
        std::error_code ignored;
        std::filesystem::remove(parcel.file, ignored);
    }
    return results;
}

} // namespace

SendController::SendController(JobRunner& jobs, Session& session, ui::MainWindow& window, SaveController& save,
    std::filesystem::path outbox, QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_window(window)
    , m_save(save)
    , m_outbox(std::move(outbox))
    , m_settingsFile(std::move(settingsFile))
{
    connect(window.actions().send, &QAction::triggered, this, &SendController::showDialog);
}

std::vector<std::filesystem::path> SendController::pictureFiles() const
{
    std::set<std::filesystem::path> files;
    if (m_session.isOpen())
        for (const auto& source : m_session.volume()->info().sources)
            if (!source.path.empty())
                files.insert(source.path);
    return {files.begin(), files.end()};
}

void SendController::showDialog()
{
    if (!m_dialog) {
        m_dialog = new ui::SendDialog(&m_window);
        m_dialog->setNode(QSettings(m_settingsFile, QSettings::IniFormat).value(kNodeKey).toString());
        connect(m_dialog, &ui::SendDialog::testRequested, this, &SendController::test);
        connect(m_dialog, &ui::SendDialog::sendRequested, this, &SendController::send);
        connect(m_dialog, &ui::SendDialog::cancelRequested, this, [this] { m_stop.request_stop(); });
    }
    m_dialog->setPictureCount(static_cast<int>(pictureFiles().size()));
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void SendController::test(const QString& node)
{
    m_dialog->setBusy(true);
    m_dialog->setTestResult(tr("Asking…"), false);
    m_stop = std::stop_source();
    m_jobs.start<std::optional<std::chrono::milliseconds>>(
        {Lane::Io, kChannel, tr("Testing the archive")},
        [node = node.toStdString(), cancel = m_stop](std::stop_token ending, const imaging::Progress&) {
            const std::stop_callback either(ending, [&] { cancel.request_stop(); });
            return imaging::pacs::echo(imaging::pacs::parseNode(node), cancel.get_token());
        },
        [this](std::optional<std::chrono::milliseconds> time) {
            m_dialog->setBusy(false);
            m_dialog->setTestResult(
                time ? tr("The archive answered in %1 ms").arg(time->count()) : tr("Cancelled"), time.has_value());
        },
        [this](const JobFailure& failure) {
            m_dialog->setBusy(false);
            m_dialog->setTestResult(ui::errorText(failure.kind, failure.message), false);
        });
}

void SendController::send(const QString& node)
{
    if (!m_session.isOpen()) {
        m_dialog->setTestResult(tr("No study is open: there is nothing to send."), false);
        return;
    }
    QSettings(m_settingsFile, QSettings::IniFormat).setValue(kNodeKey, node);
    Parcel parcel;
    parcel.node = node.toStdString();
    const auto saved = m_save.savedFile();
    parcel.write = !saved;
    parcel.file = saved.value_or(m_outbox
        / QStringLiteral("limn-%1.dcm")
              .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz")))
              .toStdString());
    parcel.volume = m_session.volume();
    if (parcel.write)
        parcel.map = *m_session.labelMap();
    parcel.labels = m_session.labels();
    parcel.provenance = m_session.provenance();
    if (m_dialog->alsoPictures())
        parcel.pictures = pictureFiles();
    m_stop = std::stop_source();
    m_dialog->setBusy(true);
    m_dialog->setTestResult(tr("Sending…"), false);
    m_dialog->setResults({});
    const QString series = m_session.id();
    m_jobs.start<std::vector<imaging::pacs::StoreResult>>(
        {Lane::Io, kChannel, tr("Sending to the archive")},
        [parcel, cancel = m_stop](std::stop_token ending, const imaging::Progress& progress) {
            // A cancelled send still tells what became of every file, so the user's cancel does not drop the result.
            const std::stop_callback either(ending, [&] { cancel.request_stop(); });
            return deliver(parcel, cancel.get_token(), progress);
        },
        [this, series](const std::vector<imaging::pacs::StoreResult>& results) {
            const auto stored = std::count_if(results.begin(), results.end(), [](const auto& r) { return r.ok(); });
            const bool all = stored == static_cast<std::ptrdiff_t>(results.size());
            m_dialog->setBusy(false);
            m_dialog->setResults(rowsOf(results));
            m_dialog->setTestResult(tr("%1 of %2 files stored").arg(stored).arg(results.size()), all);
            m_window.seriesPanel().model().setStatus(series, all ? tr("✓ sent") : tr("not all sent"));
            Q_EMIT finished(all);
        },
        [this](const JobFailure& failure) {
            m_dialog->setBusy(false);
            m_dialog->setTestResult(ui::errorText(failure.kind, failure.message), false);
            Q_EMIT finished(false);
        });
}

} // namespace app
