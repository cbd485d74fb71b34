#include "app/controllers/pacs/send_controller.h"

#include "app/controllers/study/save_controller.h"
#include "imaging/error.h"
#include "imaging/pacs/echo.h"
#include "ui/dialogs/send_dialog.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/study_list.h"
#include "ui/qt_text.h"
#include "ui/study_actions.h"

#include <QAction>
#include <QSettings>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace app {

namespace {

const QString kSendChannel = QStringLiteral("send");
const QString kNodeKey = QStringLiteral("archive");
const QString kReportKey = QStringLiteral("archive-report");

/// What the user is told of a state; nameOf() is for files and the command line.
QString stateText(QueueState state)
{
    switch (state) {
    case QueueState::Pending:
        return SendController::tr("pending");
    case QueueState::Sent:
        return SendController::tr("sent, not confirmed");
    case QueueState::Failed:
        break;
    }
    return SendController::tr("failed");
}

QList<ui::WaitingRow> rowsOf(const std::vector<QueueEntry>& queue)
{
    QList<ui::WaitingRow> rows;
    for (const auto& entry : queue)
        rows << ui::WaitingRow{ui::qt(entry.file.string()), ui::qt(entry.file.filename().string()),
            stateText(entry.state), ui::qt(entry.reason)};
    return rows;
}

QList<ui::SendRow> rowsOf(const Delivery& delivery)
{
    QList<ui::SendRow> rows;
    for (const auto& result : delivery.results)
        rows << ui::SendRow{ui::qt(result.path.filename().string()), ui::qt(std::string(nameOf(result.state))),
            ui::qt(result.message), result.ok()};
    return rows;
}

} // namespace

SendController::SendController(JobRunner& jobs, Session& session, const StudyScreen& screen, SaveController& save,
    std::filesystem::path outbox, QString settingsFile)
    : m_jobs(jobs)
    , m_session(session)
    , m_screen(screen)
    , m_save(save)
    , m_outbox(std::move(outbox))
    , m_settingsFile(std::move(settingsFile))
    , m_snapshot(session)
{
    connect(screen.actions.send, &QAction::triggered, this, &SendController::showDialog);
    connect(&session, &Session::opened, this, [this] { m_outbox.letGo(); });
}

void SendController::remindOfWaiting()
{
    m_waiting = static_cast<int>(m_outbox.waiting().size());
    if (m_waiting == 0)
        return;
    m_screen.messages.show({QStringLiteral("outbox"), ui::MessageKind::Info,
        tr("Masks from earlier wait to be sent, since no archive has taken them yet (files: %1).").arg(m_waiting),
        tr("Send…"), [this] { showDialog(); }, true});
}

void SendController::showQueue()
{
    const auto queue = m_outbox.queue();
    m_waiting = static_cast<int>(queue.size());
    m_dialog->setWaiting(rowsOf(queue));
    if (m_waiting == 0)
        m_screen.messages.remove(QStringLiteral("outbox"));
}

/// These alone, to the archive that stands in the dialog.
void SendController::retry(const QStringList& files)
{
    Parcel parcel;
    for (const QString& file : files)
        parcel.others.emplace_back(file.toStdString());
    start(m_dialog->node(), std::move(parcel), m_session.revision());
}

void SendController::remove(const QStringList& files)
{
    m_jobs.start<bool>(
        {Lane::Io, QStringLiteral("queue"), {}},
        [folder = m_outbox.folder(), files](std::stop_token, const imaging::Progress&) {
            for (const QString& file : files)
                removeFromQueue(folder, file.toStdString());
            return true;
        },
        [this](bool) { showQueue(); },
        [this](const JobFailure& failure) {
            showQueue();
            m_dialog->setTestResult(ui::errorText(failure.kind, failure.message), false);
        });
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
        m_screen.messages.show(
            {QStringLiteral("send"), ui::MessageKind::Error, tr("The masks were not sent. %1").arg(why), tr("Send…"),
                [this] { showDialog(); }});
}

void SendController::prepareDialog()
{
    if (!m_dialog) {
        m_dialog = new ui::SendDialog(&m_screen.window);
        m_dialog->setNode(QSettings(m_settingsFile, QSettings::IniFormat).value(kNodeKey).toString());
        connect(m_dialog, &ui::SendDialog::testRequested, this, &SendController::test);
        connect(m_dialog, &ui::SendDialog::sendRequested, this,
            [this](const QString& node) { send(node, Others::AsTicked); });
        m_dialog->setAlsoReport(QSettings(m_settingsFile, QSettings::IniFormat).value(kReportKey).toBool());
        connect(m_dialog, &ui::SendDialog::alsoReportChanged, this, [this](bool also) {
            QSettings(m_settingsFile, QSettings::IniFormat).setValue(kReportKey, also);
        });
        connect(m_dialog, &ui::SendDialog::retryRequested, this, &SendController::retry);
        connect(m_dialog, &ui::SendDialog::removeRequested, this, &SendController::remove);
        connect(m_dialog, &ui::SendDialog::cancelRequested, this, [this] { m_stop.request_stop(); });
        connect(m_dialog, &ui::SendDialog::finished, this, [this] {
            m_quiet = false;
            if (!m_jobs.isBusy(kSendChannel))
                Q_EMIT givenUp();
        });
    }
    m_dialog->setPictureCount(static_cast<int>(pictureFiles().size()));
    showQueue();
}

void SendController::test(const QString& node)
{
    m_dialog->setBusy(true);
    m_dialog->setTestResult(tr("Asking…"), false);
    m_stop = std::stop_source();
    m_jobs.start<std::optional<std::chrono::milliseconds>>(
        {Lane::Io, kSendChannel, tr("Testing the archive")},
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
    Parcel parcel = parcelOf(others);
    if (!m_session.isOpen() && parcel.others.empty()) {
        m_dialog->setTestResult(tr("No study is open: there is nothing to send."), false);
        return;
    }
    QSettings(m_settingsFile, QSettings::IniFormat).setValue(kNodeKey, node);
    m_session.finishStroke();
    sendMasks(node, std::move(parcel));
}

bool SendController::wantsReport() const
{
    return m_dialog->alsoReport() && m_session.isOpen() && hasMasks();
}

/// The file that holds the masks, where there is one; else they are written first, as is a report that is missing.
void SendController::sendMasks(const QString& node, Parcel parcel)
{
    const auto revision = m_session.revision();
    if (const auto saved = m_save.savedFile())
        parcel.masks = *saved;
    else if (const auto kept = m_outbox.kept(revision))
        parcel.masks = *kept;
    std::erase(parcel.others, parcel.masks);
    if (const auto saved = m_save.savedReport(); saved && wantsReport()) {
        parcel.report = *saved;
        std::erase(parcel.others, parcel.report);
    }
    const bool isReported = !wantsReport() || !parcel.report.empty();
    const bool hasFile = !m_session.isOpen() || !parcel.masks.empty() || (!hasMasks() && !parcel.others.empty());
    if (hasFile && isReported)
        return start(node, std::move(parcel), revision);
    writeAndStart(node, std::move(parcel));
}

Parcel SendController::parcelOf(Others others) const
{
    Parcel parcel;
    if (others == Others::AsTicked && m_dialog->alsoWaiting())
        parcel.others = m_outbox.waiting();
    if (others == Others::AsTicked && m_dialog->alsoPictures())
        for (auto& file : pictureFiles())
            parcel.others.push_back(std::move(file));
    return parcel;
}

/// For masks that lie in no file, or without the report on them.
void SendController::writeAndStart(const QString& node, Parcel parcel)
{
    m_snapshot.take([this, node, parcel = std::move(parcel)](
                        annotations::LabelMap map, std::uint64_t revision) mutable {
        const bool masksToo = parcel.masks.empty();
        if (masksToo)
            parcel.masks = m_outbox.keep(revision);
        if (wantsReport())
            parcel.report = m_outbox.reportFor(parcel.masks);
        parcel.unwritten.emplace(UnwrittenMasks{std::move(map), m_session.volume(), m_session.labels(),
            m_session.provenance(), masksToo, m_save.reportWords()});
        start(node, std::move(parcel), revision);
    });
}

void SendController::start(const QString& node, Parcel parcel, std::uint64_t revision)
{
    const Sent sent{node, m_session.id(), revision, parcel.masks};
    m_stop = std::stop_source();
    m_dialog->setBusy(true);
    m_dialog->setTestResult(tr("Sending…"), false);
    m_dialog->setResults({});
    m_jobs.start<Delivery>(
        {Lane::Io, kSendChannel, tr("Sending to the archive")},
        [node = node.toStdString(), parcel = std::move(parcel), outbox = m_outbox.folder(), cancel = m_stop](
            std::stop_token ending, const imaging::Progress& progress) {
            // A cancelled send still tells what became of every file, so the user's cancel does not drop the result.
            const std::stop_callback either(ending, [&] { cancel.request_stop(); });
            return deliver(imaging::pacs::parseNode(node), parcel, outbox, cancel.get_token(), progress);
        },
        [this, sent](const Delivery& delivery) { finish(sent, delivery); },
        [this](const JobFailure& failure) { failed(failure); },
        [this] {
            failed({imaging::ErrorKind::Network, tr("Sending was cancelled.").toStdString()});
        });
}

/// What an archive has stored counts as saved: it can be had back from there.
void SendController::markStored(const Sent& sent, const Delivery& delivery)
{
    if (sent.masks.empty() || !delivery.hasStored(sent.masks) || sent.series != m_session.id())
        return;
    const bool ownFile = sent.masks.parent_path() != m_outbox.folder();
    m_save.stored(sent.node, sent.revision, ownFile ? sent.masks : std::filesystem::path());
}

void SendController::tell(const Sent& sent, const Delivery& delivery)
{
    const QString counted = tr("%1 of %2 files stored").arg(delivery.stored()).arg(delivery.results.size());
    const bool kept = m_outbox.keepsOpenMasks();
    m_dialog->setBusy(false);
    m_dialog->setResults(rowsOf(delivery));
    m_dialog->setTestResult(
        kept ? tr("%1. The masks are kept and wait to be sent again.").arg(counted) : counted, delivery.all() && !kept);
    auto& list = m_screen.list.model();
    list.setStatus(sent.series, delivery.all() ? QString() : tr("not all sent"));
    if (delivery.all())
        list.setState(sent.series, ui::StudyState::Sent);
    showQueue();
    m_screen.messages.remove(QStringLiteral("send"));
    if (!delivery.all())
        sayNotSent(counted + QLatin1Char('.'));
}

void SendController::finish(const Sent& sent, const Delivery& delivery)
{
    markStored(sent, delivery);
    tell(sent, delivery);
    if (delivery.all() && std::exchange(m_quiet, false))
        m_dialog->hide();
    Q_EMIT finished(delivery.all());
}

void SendController::failed(const JobFailure& failure)
{
    m_dialog->setBusy(false);
    m_dialog->setTestResult(ui::errorText(failure.kind, failure.message), false);
    sayNotSent(ui::errorText(failure.kind, failure.message));
    Q_EMIT finished(false);
}

} // namespace app
