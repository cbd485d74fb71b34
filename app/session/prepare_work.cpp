#include "app/session/session.h"

#include "imaging/error.h"

#include <QCryptographicHash>

#include <fstream>
#include <utility>

namespace app {

namespace detail {

std::filesystem::path viewNoteOf(std::filesystem::path journal)
{
    return journal.replace_extension(".view");
}

} // namespace detail

namespace {

/// Series UIDs may be any text in a damaged file: never a path by themselves.
std::filesystem::path journalPath(const std::filesystem::path& folder, const QString& id)
{
    const QByteArray digest = QCryptographicHash::hash(id.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    return folder / (digest.toStdString() + ".journal");
}

/// Labels without a step are a view, or a change that an earlier version did not count as one.
void takeStep(annotations::JournalStep step, Session::PreparedWork& work)
{
    std::optional<annotations::LabelsChange> change;
    if (step.labels) {
        auto before = std::exchange(work.labels, std::move(*step.labels));
        if (withVisibilityOf(before, work.labels) != work.labels)
            change = {std::move(before), work.labels};
    }
    std::optional<annotations::MeasurementsChange> measured;
    if (step.measurements && *step.measurements != work.measurements) {
        measured = {std::exchange(work.measurements, std::move(*step.measurements)), {}};
        measured->after = work.measurements;
    }
    if (step.mask)
        step.mask->apply(*work.map);
    if (!step.mask && !change && !measured)
        return;
    if (step.name.empty() && change)
        step.name = labelsStepName(change->before, change->after).toStdString();
    work.steps.emplace_back(std::move(step.name), std::move(step.mask), std::move(change));
    work.steps.back().measurements = std::move(measured);
}

/// Nothing for what is missing or larger than a note.
std::string readViewNote(const std::filesystem::path& journal)
{
    constexpr std::size_t kMostBytes = 1 << 16;
    std::ifstream file(detail::viewNoteOf(journal), std::ios::binary);
    std::string note(kMostBytes, '\0');
    file.read(note.data(), static_cast<std::streamsize>(note.size()));
    note.resize(static_cast<std::size_t>(file.gcount()));
    return note.size() < kMostBytes ? note : std::string();
}

void takeLock(Session::PreparedWork& work)
{
    try {
        auto taken = annotations::JournalLock::take(work.journalFile);
        if (auto* holder = std::get_if<annotations::JournalHolder>(&taken))
            work.holder = std::move(*holder);
        else
            work.lock = std::move(std::get<std::unique_ptr<annotations::JournalLock>>(taken));
    } catch (const imaging::Error&) {
        // The writer of the journal tries again, and says it.
    }
}

/// What the journal held. Another window's is only read, as far as it is complete now.
annotations::JournalContent openJournal(
    Session::PreparedWork& work, const std::string& key, const imaging::VoxelGrid& grid, std::uint64_t largeBytes)
{
    if (work.holder) {
        auto content = annotations::readJournal(work.journalFile, key, grid);
        content.warnings.clear();
        return content;
    }
    work.journal = std::make_unique<annotations::Journal>(work.journalFile, key, grid, largeBytes);
    return work.journal->takeContent();
}

void lay(const GivenMasks& given, Session::PreparedWork& work)
{
    work.labels = given.labels;
    if (given.voxels.empty())
        return;
    const auto& grid = work.map->grid();
    if (given.voxels.size() != grid.sliceVoxels() || given.slice < 0 || given.slice >= grid.slices)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The mask has another size than the picture it belongs to: it cannot be shown on it.");
    annotations::MaskEdit edit(*work.map);
    edit.paintValues(grid.offset({0, 0, given.slice}), given.voxels);
    if (const auto delta = edit.commit("Given"))
        work.base.assign(delta->runs().begin(), delta->runs().end());
}

} // namespace

Session::PreparedWork prepareWork(const JournalPlace& place, const imaging::Volume& volume, const QString& id,
    const GivenMasks* given, const annotations::StudyNote* study)
{
    Session::PreparedWork work;
    work.map = std::make_unique<annotations::LabelMap>(volume.grid());
    if (given)
        lay(*given, work);
    if (place.folder.empty())
        return work;
    if (place.settled.valid())
        place.settled.wait();
    work.journalFile = journalPath(place.folder, id);
    work.viewNote = readViewNote(work.journalFile);
    takeLock(work);
    auto content = openJournal(work, id.toStdString(), volume.grid(), place.largeBytes);
    if (work.journal && study && content.study != *study)
        work.journal->append(annotations::journalRecord(*study));
    for (std::size_t i = 0; i < content.steps.size(); ++i) {
        takeStep(std::move(content.steps[i]), work);
        if (i + 1 == content.savedSteps)
            work.savedSteps = work.steps.size();
    }
    work.saved = std::move(content.saved);
    work.warnings = std::move(content.warnings);
    return work;
}

} // namespace app
