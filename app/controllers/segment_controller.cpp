#include "app/controllers/segment_controller.h"

#include "annotations/report/areas.h"
#include "imaging/slice.h"
#include "ui/actions.h"
#include "ui/error_text.h"
#include "ui/main_window.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/segment_panel.h"
#include "ui/slice_view.h"

#include <QAction>
#include <QTime>

#include <algorithm>

namespace app {

namespace {

const QString kChannel = QStringLiteral("segment");
const QString kMessage = QStringLiteral("segment");
const QString kModelMessage = QStringLiteral("model");

QString joined(const imaging::Warnings& sentences)
{
    QStringList texts;
    for (const auto& sentence : sentences)
        texts << QString::fromStdString(sentence);
    return texts.join(QLatin1Char(' '));
}

QString shortened(const QString& text)
{
    constexpr qsizetype kLength = 48;
    const QString line = text.simplified();
    return line.size() > kLength ? line.left(kLength) + QChar(0x2026) : line;
}

imaging::PictureSides sidesOf(const imaging::Volume& volume, int slice)
{
    const auto& info = volume.info();
    const auto at = static_cast<std::size_t>(slice);
    if (at < info.sources.size()) {
        const auto sides = imaging::sidesFromOrientation(info.sources[at].imageOrientation);
        if (sides.atLeft != imaging::PatientSide::Unknown)
            return sides;
    }
    return imaging::sidesFromPatientOrientation(info.study.patientOrientation);
}

} // namespace

SegmentController::SegmentController(JobRunner& jobs, Session& session, ui::MainWindow& window, SegmentWorker& worker)
    : m_jobs(jobs)
    , m_session(session)
    , m_window(window)
    , m_panel(window.segmentPanel())
    , m_worker(worker)
{
    connect(&session, &Session::opened, this, &SegmentController::pictureOpened);
    connect(&session, &Session::closed, this, &SegmentController::pictureClosed);
    connect(&m_panel, &ui::SegmentPanel::runRequested, this, [this] { run(Confirmed::No); });
    connect(&m_panel, &ui::SegmentPanel::cancelRequested, this, &SegmentController::cancel);
    connect(&m_panel, &ui::SegmentPanel::acceptRequested, this, &SegmentController::accept);
    connect(&m_panel, &ui::SegmentPanel::discardRequested, this, &SegmentController::discard);
    connect(&m_panel, &ui::SegmentPanel::sentenceChanged, this, &SegmentController::describeModelText);
    auto& actions = window.actions();
    connect(actions.run, &QAction::triggered, this, [this] { run(Confirmed::No); });
    connect(actions.cancel, &QAction::triggered, this, &SegmentController::cancel);
    connect(actions.accept, &QAction::triggered, this, &SegmentController::accept);
    connect(actions.discard, &QAction::triggered, this, &SegmentController::discard);
    connect(&window.view(), &ui::SliceView::sliceChanged, this, &SegmentController::describeModelText);
    m_compareSoon.setSingleShot(true);
    m_compareSoon.setInterval(120);
    connect(&m_compareSoon, &QTimer::timeout, this, &SegmentController::compareWithText);
    connect(&m_panel, &ui::SegmentPanel::thresholdChanged, &m_compareSoon, qOverload<>(&QTimer::start));
}

UserSides SegmentController::sides() const
{
    return m_panel.pictureSides() ? UserSides::Picture : UserSides::Patient;
}

void SegmentController::pictureOpened()
{
    dropProposal();
    m_panel.clearPrompts();
    m_panel.setTiming({});
    m_window.messages().remove(kMessage);
    m_panel.setState(ui::SegmentPanel::State::Idle);
    describeModelText();
    warmUp();
}

void SegmentController::pictureClosed()
{
    m_jobs.stopChannel(kChannel);
    dropProposal();
    m_panel.setState(ui::SegmentPanel::State::NoPicture);
}

void SegmentController::warmUp()
{
    const auto volume = m_session.volume();
    const int slice = m_window.view().slice();
    m_jobs.start<models::PackageInfo>(
        {Lane::Inference, QStringLiteral("warm-up"), tr("Preparing the model")},
        [&worker = m_worker, volume, slice](
            std::stop_token stop, const imaging::Progress&) { return worker.warmUp(volume, slice, stop); },
        [this](models::PackageInfo package) {
            const bool first = !m_package;
            m_package = std::move(package);
            m_window.messages().remove(kModelMessage);
            if (first)
                m_panel.setThreshold(m_package->threshold);
            describeModelText();
        },
        [this](const JobFailure& failure) {
            m_window.messages().show({kModelMessage, ui::MessageKind::Warning,
                tr("Segmentation by words is not available; everything else is. %1")
                    .arg(ui::errorText(failure.kind, failure.message).simplified()),
                tr("Try again"), [this] { warmUp(); }});
        });
}

void SegmentController::describeModelText()
{
    const std::string text = m_panel.sentence().trimmed().toStdString();
    if (!m_package || !m_session.isOpen() || text.empty()) {
        m_panel.setModelText({});
        return;
    }
    const auto sides = sidesOf(*m_session.volume(), m_window.view().slice());
    const ModelText converted = textForModel(text, this->sides(), *m_package, sides, Confirmed::Yes);
    const QString whose =
        m_package->textSides == models::TextSides::Picture ? tr("picture's sides") : tr("patient's sides");
    QString line = tr("To the model (%1): “%2”").arg(whose, QString::fromStdString(converted.text));
    if (!converted.warnings.empty())
        line += QLatin1Char('\n') + joined(converted.warnings);
    m_panel.setModelText(line);
}

void SegmentController::run(Confirmed confirmed)
{
    if (!m_session.isOpen())
        return;
    m_window.messages().remove(kMessage);
    if (m_panel.sentence().trimmed().isEmpty())
        return failed({imaging::ErrorKind::InvalidInput,
            tr("The sentence is empty: choose fields or write what is seen.").toStdString()});
    dropProposal();
    SegmentTask task{
        m_session.volume(), m_window.view().slice(), m_panel.sentence().trimmed().toStdString(), sides(), confirmed};
    m_clock.start();
    m_panel.setTiming({});
    m_panel.setState(ui::SegmentPanel::State::Running);
    m_jobs.start<SegmentAnswer>(
        {Lane::Inference, kChannel, tr("Segmenting")},
        [&worker = m_worker, task](
            std::stop_token stop, const imaging::Progress& progress) { return worker.run(task, stop, progress); },
        [this, task](SegmentAnswer answer) { show(task, std::move(answer)); },
        [this](const JobFailure& failure) { failed(failure); },
        [this] {
            if (m_session.isOpen() && !m_jobs.isBusy(kChannel))
                m_panel.setState(m_proposal ? ui::SegmentPanel::State::Proposal : ui::SegmentPanel::State::Idle);
        });
}

void SegmentController::cancel()
{
    if (!m_jobs.isBusy(kChannel))
        return;
    m_jobs.stopChannel(kChannel);
    m_panel.setTiming(tr("cancelled"));
    m_panel.setState(ui::SegmentPanel::State::Idle);
}

void SegmentController::failed(const JobFailure& failure)
{
    const QString text = ui::errorText(failure.kind, failure.message);
    if (m_session.isOpen())
        m_panel.setState(ui::SegmentPanel::State::Idle);
    m_window.messages().show({kMessage, ui::MessageKind::Error, text, {}, {}});
    Q_EMIT refused(text);
}

void SegmentController::askToConfirm(const imaging::Warnings& doubts)
{
    m_panel.setState(ui::SegmentPanel::State::Idle);
    const QString text = joined(doubts);
    m_window.messages().show(
        {kMessage, ui::MessageKind::Warning, text, tr("Run all the same"), [this] { run(Confirmed::Yes); }});
    Q_EMIT refused(text);
}

void SegmentController::show(const SegmentTask& task, SegmentAnswer answer)
{
    m_package = answer.package;
    if (!answer.doubts.empty())
        return askToConfirm(answer.doubts);
    m_panel.setTiming(tr("%1 s").arg(static_cast<double>(m_clock.elapsed()) / 1000, 0, 'f', 2));
    m_proposal = Proposal{task, std::move(answer)};
    const auto* label = m_session.label(m_session.activeLabel());
    const QColor colour = label ? QColor(label->colour[0], label->colour[1], label->colour[2]) : QColor(214, 139, 82);
    m_window.view().setSlice(task.slice);
    m_window.view().setPreview(
        ui::SlicePreview{task.slice, m_proposal->answer.segmentation.probabilities, m_panel.threshold(), colour});
    m_panel.setState(ui::SegmentPanel::State::Proposal);
    const QString where = task.volume->grid().slices > 1 ? tr(" · slice %1").arg(task.slice + 1) : QString();
    m_panel.addPrompt(
        QString::fromStdString(task.text), QTime::currentTime().toString(QStringLiteral("HH:mm")) + where);
    if (!m_proposal->answer.warnings.empty())
        m_window.messages().show({kMessage, ui::MessageKind::Warning, joined(m_proposal->answer.warnings), {}, {}});
    compareWithText();
    Q_EMIT proposed();
}

void SegmentController::compareWithText()
{
    if (!m_proposal) {
        m_panel.setHint({});
        return;
    }
    const auto mask = thresholded(m_proposal->answer.segmentation.probabilities, m_panel.threshold());
    if (std::find(mask.begin(), mask.end(), std::uint8_t{1}) == mask.end()) {
        m_panel.setHint(tr("The mask is empty at this threshold."));
        return;
    }
    const auto report = annotations::parse(m_proposal->task.text);
    if (!report.understood || sides() == UserSides::Picture) {
        m_panel.setHint({});
        return;
    }
    const auto& grid = m_proposal->task.volume->grid();
    const std::vector<std::uint16_t> values(mask.begin(), mask.end());
    const std::size_t speck = std::max<std::size_t>(4, grid.sliceVoxels() / 5000);
    const auto areas = annotations::findAreas(values, grid, speck);
    m_panel.setHint(joined(annotations::compareWithMask(
        report.fields, areas, grid, sidesOf(*m_proposal->task.volume, m_proposal->task.slice))));
}

void SegmentController::accept()
{
    if (!m_proposal || !m_session.isOpen())
        return;
    const std::uint16_t value = m_session.activeLabel();
    const auto* label = m_session.label(value);
    if (!label || label->locked || !label->visible) {
        m_window.messages().show({kMessage, ui::MessageKind::Warning,
            tr("The chosen label is locked or hidden: choose another one, or unlock it, and accept again."), {}, {}});
        return;
    }
    const float threshold = m_panel.threshold();
    const Proposal accepted = *m_proposal;
    dropProposal();
    m_panel.setState(ui::SegmentPanel::State::Idle);
    auto edit = m_session.beginEdit();
    // A new proposal replaces what the label held on this slice.
    drawMask(*edit, accepted.task.slice, accepted.answer.segmentation.probabilities, threshold, value);
    if (m_session.commit(*edit, tr("Segment “%1”").arg(shortened(QString::fromStdString(accepted.task.text)))))
        markLabel(accepted, threshold);
}

void SegmentController::markLabel(const Proposal& proposal, float threshold)
{
    const auto& package = proposal.answer.package;
    annotations::Provenance provenance;
    provenance.prompt = proposal.answer.modelText;
    provenance.modelName = package.name;
    provenance.modelVersion = package.version;
    provenance.modelHash = package.sha256;
    provenance.threshold = static_cast<double>(threshold);
    auto labels = m_session.labels();
    if (auto* label = annotations::findLabel(labels, m_session.activeLabel()))
        applyProvenance(*label, proposal.task.text, provenance, annotations::AlgorithmType::Automatic);
    m_session.setProvenance(std::move(provenance));
    m_session.setLabels(std::move(labels));
}

void SegmentController::discard()
{
    if (!m_proposal)
        return;
    dropProposal();
    m_panel.setState(ui::SegmentPanel::State::Idle);
}

void SegmentController::dropProposal()
{
    m_proposal.reset();
    m_compareSoon.stop();
    m_window.view().setPreview(std::nullopt);
    m_panel.setHint({});
}

} // namespace app
