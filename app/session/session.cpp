#include "app/session/session.h"

#include "imaging/memory.h"

#include <QDateTime>
#include <QThread>

#include <algorithm>
#include <utility>

namespace app {

Session::Session(std::filesystem::path journalFolder, QObject* parent)
    : QObject(parent)
    , m_journalFolder(std::move(journalFolder))
    , m_availableMemory([] { return imaging::availableMemory(); })
{
    connect(&m_writer, &JournalWriter::failed, this, &Session::journalFailed);
    connect(&m_writer, &JournalWriter::recovered, this, &Session::journalRecovered);
    connect(&m_writer, &JournalWriter::stateChanged, this, &Session::journalStateChanged);
    connect(&m_writer, &JournalWriter::freed, this, &Session::journalFreed);
}

Session::~Session()
{
    // A window that closed has asked and closed the study. What is unsaved here nobody gave up.
    m_writer.disconnect(this);
    m_writer.end(hasUnsavedWork() ? JournalWriter::Unsaved::Keep : JournalWriter::Unsaved::Forget);
}

JournalPlace Session::settledPlace() const
{
    JournalPlace place(m_journalFolder);
    place.settled = m_writer.settled();
    return place;
}

Session::Restored Session::open(std::shared_ptr<const imaging::Volume> volume, const QString& id)
{
    close();
    PreparedWork work = prepareWork(journalPlace(), *volume, id);
    return open(std::move(volume), id, std::move(work));
}

Session::Restored Session::open(std::shared_ptr<const imaging::Volume> volume, const QString& id, PreparedWork work)
{
    Q_ASSERT(QThread::currentThread() == thread());
    close();
    m_volume = std::move(volume);
    m_id = id;
    m_map = std::move(work.map);
    m_held.clear();
    takeJournal(work);
    m_sliceCounts.assign(static_cast<std::size_t>(m_volume->grid().slices), 0);
    m_labels = std::move(work.labels);
    m_measurements = std::move(work.measurements);
    m_activeLabel = m_labels.empty() ? 1 : m_labels.front().value;
    const std::size_t unsaved = m_holder ? 0 : work.steps.size() - work.savedSteps;
    const Restored restored{unsaved, work.saved, std::move(work.warnings)};
    m_saved = std::move(work.saved);
    for (const auto& run : work.base)
        countRun(run, true);
    for (std::size_t i = 0; i < work.steps.size(); ++i) {
        count(work.steps[i], true);
        m_history.push(std::move(work.steps[i]));
        if (i + 1 == work.savedSteps)
            m_history.setClean();
    }
    addMissingLabels();
    Q_EMIT opened();
    Q_EMIT labelsChanged();
    Q_EMIT measurementsChanged();
    Q_EMIT activeLabelChanged(m_activeLabel);
    Q_EMIT historyChanged();
    return restored;
}

void Session::takeJournal(PreparedWork& work)
{
    m_holder = std::move(work.holder);
    m_journalFile = work.journalFile;
    m_viewNote = std::move(work.viewNote);
    if (work.journal)
        m_writer.begin(std::move(work.journal), std::move(work.lock));
    else if (m_holder)
        m_writer.watch(work.journalFile);
}

void Session::addMissingLabels()
{
    for (const auto& [value, voxels] : m_counts) {
        if (value == 0 || voxels <= 0 || label(value))
            continue;
        annotations::Label added = m_labels.empty() ? annotations::Label() : m_labels.front();
        added.value = value;
        added.name = "Restored " + std::to_string(value);
        m_labels.push_back(std::move(added));
    }
}

void Session::close()
{
    if (!m_volume)
        return;
    Q_EMIT aboutToClose();
    m_writer.end(JournalWriter::Unsaved::Forget);
    m_journalFile.clear();
    m_viewNote.clear();
    m_saved.reset();
    m_holder.reset();
    m_held.clear();
    m_history.clear();
    m_counts.clear();
    m_sliceCounts.clear();
    m_labels.clear();
    m_measurements.clear();
    m_provenance = {};
    m_volume.reset();
    m_id.clear();
    Q_EMIT closed(); // Views let go of the map here.
    m_map.reset();
    Q_EMIT historyChanged();
}

QString holderText(const annotations::JournalHolder& holder)
{
    const auto since = QDateTime::fromSecsSinceEpoch(holder.since);
    const bool today = since.date() == QDate::currentDate();
    if (holder.process == 0)
        return Session::tr("This study is open in another window, so it can only be read here.");
    return Session::tr(
        "This study is open in another window on %1 (process %2, user %3, since %4), so it can only be read here.")
        .arg(QString::fromStdString(holder.host))
        .arg(holder.process)
        .arg(QString::fromStdString(holder.user),
            since.toString(today ? QStringLiteral("HH:mm") : QStringLiteral("yyyy-MM-dd HH:mm")));
}

const annotations::Label* Session::label(std::uint16_t value) const
{
    const auto found = std::find_if(m_labels.begin(), m_labels.end(), [=](const auto& l) { return l.value == value; });
    return found == m_labels.end() ? nullptr : &*found;
}

void Session::setLabels(const annotations::LabelTable& labels, const QString& stepName)
{
    if (!m_map || labels == m_labels)
        return;
    changeView(labels);
    if (labels == m_labels)
        return;
    if (refusesEdit()) {
        Q_EMIT labelsChanged(); // Views show what holds.
        return;
    }
    const QString name = stepName.isEmpty() ? labelsStepName(m_labels, labels) : stepName;
    keep({name.toStdString(), std::nullopt, annotations::LabelsChange{m_labels, labels}});
}

void Session::setMeasurements(const annotations::MeasurementTable& measurements, const QString& stepName)
{
    if (!m_map || measurements == m_measurements)
        return;
    if (refusesEdit()) {
        Q_EMIT measurementsChanged(); // Views show what holds.
        return;
    }
    annotations::EditStep step(stepName.toStdString(), std::nullopt, std::nullopt);
    step.measurements = annotations::MeasurementsChange{m_measurements, measurements};
    keep(std::move(step));
}

/// Takes over which labels are shown.
void Session::changeView(const annotations::LabelTable& labels)
{
    auto seen = withVisibilityOf(m_labels, labels);
    if (seen == m_labels)
        return;
    m_labels = std::move(seen);
    m_writer.append(annotations::journalRecord({}, nullptr, m_labels));
    Q_EMIT labelsChanged();
}

void Session::setActiveLabel(std::uint16_t value)
{
    if (value == m_activeLabel || !label(value))
        return;
    m_activeLabel = value;
    Q_EMIT activeLabelChanged(value);
}

void Session::keepViewNote(std::string note)
{
    if (m_journalFile.empty() || m_holder || note == m_viewNote)
        return;
    m_viewNote = std::move(note);
    m_writer.writeBeside(detail::viewNoteOf(m_journalFile), m_viewNote);
}

std::size_t Session::voxelsOf(std::uint16_t value) const
{
    const auto found = m_counts.find(value);
    return found == m_counts.end() || found->second < 0 ? 0 : static_cast<std::size_t>(found->second);
}

std::size_t Session::voxelsOnSlice(int slice) const
{
    const auto at = static_cast<std::size_t>(slice);
    return at < m_sliceCounts.size() ? static_cast<std::size_t>(std::max<std::int64_t>(0, m_sliceCounts[at])) : 0;
}

std::unique_ptr<annotations::MaskEdit> Session::beginEdit(EditKind kind)
{
    Q_ASSERT(QThread::currentThread() == thread());
    if (!m_map)
        return nullptr;
    finishStroke();
    std::vector<std::uint16_t> locked;
    for (const auto& label : m_labels)
        if (label.locked || !label.visible)
            locked.push_back(label.value);
    if (kind == EditKind::WholeLabels)
        return std::make_unique<annotations::MaskEdit>(*m_map, annotations::DrawOver{}, locked);
    std::optional<annotations::ValueGate> gate;
    if (m_drawRules.values && m_volume->components() == 1) // A colour picture has no grey values to go by.
        gate = {m_volume.get(), *m_drawRules.values};
    return std::make_unique<annotations::MaskEdit>(*m_map, m_drawRules.over, locked, gate);
}

bool Session::commit(annotations::MaskEdit& edit, const QString& name)
{
    return commit(edit, name, m_labels);
}

bool Session::commit(annotations::MaskEdit& edit, const QString& name, const annotations::LabelTable& labels)
{
    if (refusesEdit()) {
        const auto region = edit.takeRegion();
        edit.revert();
        if (region)
            Q_EMIT maskChanged(*region);
        return false;
    }
    changeView(labels);
    auto delta = edit.commit(name.toStdString());
    std::optional<annotations::LabelsChange> change;
    if (labels != m_labels)
        change = {m_labels, labels};
    if (!delta && !change)
        return false;
    keep({name.toStdString(), std::move(delta), std::move(change)});
    return true;
}

/// A step whose voxels are in the map already.
void Session::keep(annotations::EditStep step)
{
    if (step.labels)
        m_labels = step.labels->after;
    if (step.measurements)
        m_measurements = step.measurements->after;
    const Touched touched(step);
    record(step, true);
    count(step, true);
    m_history.push(std::move(step));
    announce(touched);
}

Session::Touched::Touched(const annotations::EditStep& step)
    : region(step.mask ? std::optional(step.mask->region()) : std::nullopt)
    , labels(step.labels.has_value())
    , measurements(step.measurements.has_value())
{
}

void Session::announce(const Touched& touched)
{
    if (touched.measurements)
        Q_EMIT measurementsChanged();
    if (touched.labels) {
        Q_EMIT labelsChanged();
        if (!label(m_activeLabel) && !m_labels.empty())
            setActiveLabel(m_labels.front().value);
    }
    if (touched.region)
        Q_EMIT maskChanged(*touched.region);
    Q_EMIT historyChanged();
}

void Session::record(const annotations::EditStep& step, bool forward)
{
    std::optional<annotations::MaskDelta> inverted;
    if (step.mask && !forward)
        inverted = step.mask->inverted();
    const auto* mask = inverted ? &*inverted : step.mask ? &*step.mask : nullptr;
    if (step.measurements)
        m_writer.append(
            annotations::journalRecord(step.name, mask, step.labels ? &m_labels : nullptr, m_measurements));
    else
        m_writer.append(
            step.labels ? annotations::journalRecord(step.name, mask, m_labels) : annotations::journalRecord(*mask));
}

void Session::undo()
{
    if (!m_map)
        return;
    finishStroke();
    if (refusesEdit())
        return;
    if (const auto* step = m_history.undo(*m_map, m_labels, m_measurements))
        applied(*step, false);
}

void Session::redo()
{
    if (!m_map)
        return;
    finishStroke();
    if (refusesEdit())
        return;
    if (const auto* step = m_history.redo(*m_map, m_labels, m_measurements))
        applied(*step, true);
}

void Session::applied(const annotations::EditStep& step, bool forward)
{
    record(step, forward);
    count(step, forward);
    announce(Touched(step));
}

void Session::count(const annotations::EditStep& step, bool forward)
{
    ++m_revision;
    if (!step.mask)
        return;
    for (const auto& run : step.mask->runs())
        countRun(run, forward);
}

void Session::countRun(const annotations::MaskRun& run, bool forward)
{
    m_counts[forward ? run.before : run.after] -= run.count;
    m_counts[forward ? run.after : run.before] += run.count;
    countOnSlices(run, (forward ? 1 : -1) * (int{run.after != 0} - int{run.before != 0}));
}

void Session::countOnSlices(const annotations::MaskRun& run, std::int64_t change)
{
    const std::uint64_t size = m_volume->grid().sliceVoxels();
    const std::uint64_t end = run.offset + run.count;
    for (std::uint64_t at = run.offset; change != 0 && at < end;) {
        const std::uint64_t next = std::min(end, (at / size + 1) * size); // A run may go on in the next slice.
        m_sliceCounts[at / size] += change * static_cast<std::int64_t>(next - at);
        at = next;
    }
}

void Session::markSaved(std::uint64_t revision)
{
    if (revision != m_revision)
        return;
    m_history.setClean();
    Q_EMIT historyChanged();
}

void Session::markSaved(std::uint64_t revision, annotations::SavedNote note)
{
    if (revision != m_revision)
        return;
    m_writer.append(annotations::journalRecord(note));
    m_saved = std::move(note);
    markSaved(revision);
}

QString Session::readOnlyReason() const
{
    return m_holder ? holderText(*m_holder) : m_held;
}

/// A step, its record and what views make of it must have room.
QString Session::memoryReason() const
{
    constexpr std::uint64_t kLeastBytes = 96'000'000;
    const auto available = m_availableMemory();
    if (!available || *available >= kLeastBytes)
        return {};
    const QString text =
        tr("The memory of the computer is nearly used up (%1 MB are free), so nothing is changed now. Close other programs. %2");
    return text.arg(*available / 1'000'000)
        .arg(journalState() == JournalState::Failed ? tr("Save your masks.") : tr("Your work is kept on the disk."));
}

bool Session::refusesEdit()
{
    QString why = readOnlyReason();
    if (why.isEmpty())
        why = memoryReason();
    if (!why.isEmpty())
        Q_EMIT editRefused(why);
    return !why.isEmpty();
}

bool Session::hasUnsavedWork() const
{
    return m_volume && !m_holder && !m_history.isClean(); // Another window's work is not ours to lose.
}

} // namespace app
