#include "app/controllers/pacs/send_controller.h"

#include "app/controllers/study/save_controller.h"
#include "app/workflow/mask_files.h"
#include "imaging/error.h"
#include "imaging/pacs/echo.h"
#include "imaging/pacs/store_scu.h"
#include "ui/dialogs/send_dialog.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/series_model.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/series_panel.h"

#include <QAction>
#include <QDateTime>
#include <QSettings>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

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

} // namespace

/// Everything a sending job needs, by value.
struct Parcel
{
    std::string node;
    std::filesystem::path outbox;
    std::filesystem::path masks; ///< The SEG of the open study; empty: none is sent.
    std::optional<annotations::LabelMap> map; ///< To be written to `masks` first.
    QString series; ///< The open study's, and the revision of its masks.
    std::uint64_t revision = 0;
    std::shared_ptr<const imaging::Volume> volume;
    std::vector<annotations::Label> labels;
    annotations::Provenance provenance;
    std::vector<std::filesystem::path> others;
};

namespace {

void writeToOutbox(const Parcel& parcel)
{
    std::error_code failed;
    std::filesystem::create_directories(parcel.outbox, failed);
    if (failed)
        throw imaging::Error(imaging::ErrorKind::Io,
            "The folder \"" + parcel.outbox.string() + "\" could not be made: " + failed.message() + ".");
    imaging::Warnings warnings;
    writeMasks(parcel.masks, *parcel.volume, *parcel.map, parcel.labels, parcel.provenance, warnings);
}

std::vector<imaging::pacs::StoreResult> deliver(
    const Parcel& parcel, std::stop_token stop, const imaging::Progress& progress)
{
    const auto node = imaging::pacs::parseNode(parcel.node);
    if (parcel.map)
        writeToOutbox(parcel);
    std::vector<std::filesystem::path> files;
    if (!parcel.masks.empty())
        files.push_back(parcel.masks);
    files.insert(files.end(), parcel.others.begin(), parcel.others.end());
    auto results = imaging::pacs::store(node, files, stop, progress);
    // A copy in the outbox has served when the archive says that it keeps it.
    for (const auto& result : results) {
        std::error_code ignored;
        if (result.ok() && result.path.parent_path() == parcel.outbox)
            std::filesystem::remove(result.path, ignored);
    }
    return results;
}

} // namespace

SendController::SendController(JobRunner& jobs, Session& session, ui::SegmentPage& page, ui::Messages& messages,
    SaveController& save, std::filesystem::path outbox, QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_page(page)
    , m_messages(messages)
    , m_save(save)
    , m_outbox(std::move(outbox))
    , m_settingsFile(std::move(settingsFile))
    , m_snapshot(session)
{
    connect(page.actions().send, &QAction::triggered, this, &SendController::showDialog);
    connect(&session, &Session::opened, this, [this] { m_written.clear(); });
}

/// What waits in the outbox, without the masks that are open now.
std::vector<std::filesystem::path> SendController::waitingFiles() const
{
    std::vector<std::filesystem::path> files;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(m_outbox, none))
        if (entry.path().extension() == ".dcm" && entry.path() != m_written)
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

void SendController::remindOfWaiting()
{
    const auto count = static_cast<int>(waitingFiles().size());
    if (count == 0)
        return;
    m_messages.show({QStringLiteral("outbox"), ui::MessageKind::Info,
        tr("Masks from earlier wait to be sent, since no archive has taken them yet (files: %1).").arg(count),
        tr("Send…"), [this] { showDialog(); }, true});
}

bool SendController::hasMasks() const
{
    const auto& labels = m_session.labels();
    return std::any_of(
        labels.begin(), labels.end(), [this](const auto& label) { return m_session.voxelsOf(label.value) > 0; });
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
    prepareDialog();
    m_dialog->show();
    m_dialog->raise();
    m_dialog->activateWindow();
}

void SendController::sendToLast()
{
    prepareDialog();
    m_quiet = true;
    if (m_dialog->node().isEmpty() || m_dialog->isVisible())
        return showDialog();
    send(m_dialog->node(), Others::None);
}

void SendController::sayNotSent(const QString& why)
{
    if (!m_dialog->isVisible())
        m_messages.show(
            {QStringLiteral("send"), ui::MessageKind::Error, tr("The masks were not sent. %1").arg(why), tr("Send…"),
                [this] { showDialog(); }});
}

void SendController::prepareDialog()
{
    if (!m_dialog) {
        m_dialog = new ui::SendDialog(m_page.window());
        m_dialog->setNode(QSettings(m_settingsFile, QSettings::IniFormat).value(kNodeKey).toString());
        connect(m_dialog, &ui::SendDialog::testRequested, this, &SendController::test);
        connect(m_dialog, &ui::SendDialog::sendRequested, this,
            [this](const QString& node) { send(node, Others::AsTicked); });
        connect(m_dialog, &ui::SendDialog::cancelRequested, this, [this] { m_stop.request_stop(); });
        connect(m_dialog, &ui::SendDialog::finished, this, [this] {
            m_quiet = false;
            if (!m_jobs.isBusy(kChannel))
                Q_EMIT givenUp();
        });
    }
    m_dialog->setPictureCount(static_cast<int>(pictureFiles().size()));
    m_dialog->setWaitingCount(static_cast<int>(waitingFiles().size()));
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

void SendController::send(const QString& node, Others others)
{
    Parcel parcel;
    parcel.node = node.toStdString();
    parcel.outbox = m_outbox;
    if (others == Others::AsTicked && m_dialog->alsoWaiting())
        parcel.others = waitingFiles();
    if (others == Others::AsTicked && m_dialog->alsoPictures())
        for (auto& file : pictureFiles())
            parcel.others.push_back(std::move(file));
    if (!m_session.isOpen() && parcel.others.empty()) {
        m_dialog->setTestResult(tr("No study is open: there is nothing to send."), false);
        return;
    }
    QSettings(m_settingsFile, QSettings::IniFormat).setValue(kNodeKey, node);
    m_session.finishStroke();
    parcel.series = m_session.id();
    parcel.revision = m_session.revision();
    if (const auto saved = m_save.savedFile())
        parcel.masks = *saved;
    else if (!m_written.empty() && m_writtenRevision == m_session.revision() && std::filesystem::exists(m_written))
        parcel.masks = m_written; // The same masks as in the try before: the same object.
    if (!m_session.isOpen() || !parcel.masks.empty() || (!hasMasks() && !parcel.others.empty()))
        return start(std::move(parcel));
    parcel.masks = m_outbox
        / QStringLiteral("limn-%1.dcm")
              .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz")))
              .toStdString();
    parcel.volume = m_session.volume();
    parcel.labels = m_session.labels();
    parcel.provenance = m_session.provenance();
    m_snapshot.take([this, parcel = std::move(parcel)](annotations::LabelMap map, std::uint64_t revision) mutable {
        m_written = parcel.masks;
        m_writtenRevision = revision;
        parcel.revision = revision;
        parcel.map = std::move(map);
        start(std::move(parcel));
    });
}

void SendController::start(Parcel parcel)
{
    const Sent sent{QString::fromStdString(parcel.node), parcel.series, parcel.revision, parcel.masks};
    m_stop = std::stop_source();
    m_dialog->setBusy(true);
    m_dialog->setTestResult(tr("Sending…"), false);
    m_dialog->setResults({});
    m_jobs.start<std::vector<imaging::pacs::StoreResult>>(
        {Lane::Io, kChannel, tr("Sending to the archive")},
        [parcel = std::move(parcel), cancel = m_stop](std::stop_token ending, const imaging::Progress& progress) {
            // A cancelled send still tells what became of every file, so the user's cancel does not drop the result.
            const std::stop_callback either(ending, [&] { cancel.request_stop(); });
            return deliver(parcel, cancel.get_token(), progress);
        },
        [this, sent](const auto& results) { finish(sent, results); },
        [this](const JobFailure& failure) { failed(failure); },
        [this] {
            failed({imaging::ErrorKind::Network, tr("Sending was cancelled.").toStdString()});
        });
}

/// What an archive has stored counts as saved: it can be had back from there.
void SendController::markStored(const Sent& sent, const std::vector<imaging::pacs::StoreResult>& results)
{
    const bool stored = !sent.masks.empty()
        && std::any_of(results.begin(), results.end(),
            [&](const auto& result) { return result.ok() && result.path == sent.masks; });
    if (!stored || sent.series != m_session.id())
        return;
    const bool ownFile = sent.masks.parent_path() != m_outbox;
    m_save.stored(sent.node, sent.revision, ownFile ? sent.masks : std::filesystem::path());
}

void SendController::finish(const Sent& sent, const std::vector<imaging::pacs::StoreResult>& results)
{
    markStored(sent, results);
    const auto stored = std::count_if(results.begin(), results.end(), [](const auto& r) { return r.ok(); });
    const bool all = stored == static_cast<std::ptrdiff_t>(results.size());
    m_dialog->setBusy(false);
    m_dialog->setResults(rowsOf(results));
    m_dialog->setTestResult(tr("%1 of %2 files stored").arg(stored).arg(results.size()), all);
    const bool kept = !m_written.empty() && std::filesystem::exists(m_written);
    if (kept)
        m_dialog->setTestResult(
            tr("%1 of %2 files stored. The masks are kept and wait to be sent again.").arg(stored).arg(results.size()),
            false);
    auto& list = m_page.series().model();
    list.setStatus(sent.series, all ? QString() : tr("not all sent"));
    if (all)
        list.setState(sent.series, ui::StudyState::Sent);
    m_dialog->setWaitingCount(static_cast<int>(waitingFiles().size()));
    if (waitingFiles().empty())
        m_messages.remove(QStringLiteral("outbox"));
    m_messages.remove(QStringLiteral("send"));
    if (!all)
        sayNotSent(tr("%1 of %2 files stored.").arg(stored).arg(results.size()));
    else if (std::exchange(m_quiet, false))
        m_dialog->hide();
    Q_EMIT finished(all);
}

void SendController::failed(const JobFailure& failure)
{
    m_dialog->setBusy(false);
    m_dialog->setTestResult(ui::errorText(failure.kind, failure.message), false);
    sayNotSent(ui::errorText(failure.kind, failure.message));
    Q_EMIT finished(false);
}

} // namespace app
