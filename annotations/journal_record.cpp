#include "annotations/journal_record.h"

#include "annotations/journal_bytes.h"
#include "annotations/measure/measurement_bytes.h"
#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace annotations {

namespace {

static_assert(sizeof(MaskRun) == 16, "A run is written as it lies in memory.");

/// Where a step on masks has the length of its name: no name is so long.
constexpr std::uint32_t kLabelsMark = 0xFFFFFFFFu; // Labels without a step.
constexpr std::uint32_t kStepMark = 0xFFFFFFFEu; // A step on labels, perhaps on masks too.
constexpr std::uint32_t kStudyMark = 0xFFFFFFFDu;
constexpr std::uint32_t kSavedMark = 0xFFFFFFFCu;
constexpr std::uint32_t kMeasuredMark = 0xFFFFFFFBu; // A step on measurements, perhaps on labels and masks too.

/// The texts of a label in the order in which they are written.
template <typename L> auto textsOf(L& label)
{
    return std::array{&label.name, &label.category.value, &label.category.scheme, &label.category.meaning,
        &label.type.value, &label.type.scheme, &label.type.meaning, &label.region.value, &label.region.scheme,
        &label.region.meaning, &label.laterality.value, &label.laterality.scheme, &label.laterality.meaning,
        &label.algorithmName, &label.description, &label.trackingId, &label.trackingUid};
}

std::string bytesOf(const LabelTable& labels)
{
    std::string payload;
    for (const Label& label : labels) {
        put(payload, label.value);
        for (const std::uint8_t part : label.colour)
            put(payload, part);
        put(payload, static_cast<std::uint8_t>(label.algorithm));
        put(payload, static_cast<std::uint8_t>((label.visible ? 1 : 0) | (label.locked ? 2 : 0)));
        for (const std::string* text : textsOf(label))
            putText(payload, *text);
    }
    return payload;
}

template <typename Note> auto textsOfStudy(Note& note)
{
    return std::array{&note.path, &note.series, &note.patient, &note.date, &note.modality, &note.title};
}

std::optional<Label> takeLabel(std::string_view& bytes)
{
    const auto value = take<std::uint16_t>(bytes);
    const auto colour = take<std::array<std::uint8_t, 3>>(bytes);
    const auto algorithm = take<std::uint8_t>(bytes);
    const auto flags = take<std::uint8_t>(bytes);
    if (!value || *value == 0 || !colour || !flags || *algorithm > static_cast<int>(AlgorithmType::Automatic))
        return std::nullopt;
    Label label;
    label.value = *value;
    label.colour = *colour;
    label.algorithm = static_cast<AlgorithmType>(*algorithm);
    label.visible = (*flags & 1) != 0;
    label.locked = (*flags & 2) != 0;
    for (std::string* text : textsOf(label)) {
        auto taken = takeText(bytes);
        if (!taken)
            return std::nullopt;
        *text = std::move(*taken);
    }
    return label;
}

std::optional<LabelTable> labelsOf(std::string_view payload)
{
    LabelTable labels;
    while (!payload.empty()) {
        auto label = takeLabel(payload);
        if (!label || findLabel(labels, label->value))
            return std::nullopt;
        labels.push_back(std::move(*label));
    }
    return labels;
}

std::optional<MaskDelta> deltaOf(std::string name, std::string_view payload, const imaging::VoxelGrid& grid)
{
    if (payload.size() % sizeof(MaskRun) != 0)
        return std::nullopt;
    std::vector<MaskRun> runs(payload.size() / sizeof(MaskRun));
    std::memcpy(runs.data(), payload.data(), payload.size());
    try {
        return MaskDelta(std::move(name), grid, std::move(runs));
    } catch (const imaging::Error&) {
        return std::nullopt; // A damaged step ends the journal, as a torn one does.
    }
}

/// What follows the mark of a step on labels.
std::optional<JournalStep> labelsStepOf(std::string_view payload, const imaging::VoxelGrid& grid)
{
    auto name = takeText(payload);
    const auto table = takeText(payload);
    if (!name || !table)
        return std::nullopt;
    JournalStep step{*name, std::nullopt, labelsOf(*table), std::nullopt};
    if (step.labels && !payload.empty())
        step.mask = deltaOf(std::move(*name), payload, grid);
    const bool whole = step.labels && (payload.empty() || step.mask);
    return whole ? std::optional(std::move(step)) : std::nullopt;
}

/// What follows the mark of a step on measurements.
std::optional<JournalStep> measuredStepOf(std::string_view payload, const imaging::VoxelGrid& grid)
{
    auto name = takeText(payload);
    const auto hasLabels = take<std::uint8_t>(payload);
    const auto labels = hasLabels && *hasLabels != 0 ? takeText(payload) : std::nullopt;
    const auto measurements = takeText(payload);
    if (!name || !hasLabels || !measurements || (*hasLabels != 0 && !labels))
        return std::nullopt;
    JournalStep step{*name, std::nullopt, std::nullopt, measurementsFrom(*measurements)};
    if (labels)
        step.labels = labelsOf(*labels);
    if (!payload.empty())
        step.mask = deltaOf(std::move(*name), payload, grid);
    const bool whole = step.measurements && (!labels || step.labels) && (payload.empty() || step.mask);
    return whole ? std::optional(std::move(step)) : std::nullopt;
}

std::optional<StudyNote> studyOf(std::string_view payload)
{
    StudyNote note;
    for (std::string* text : textsOfStudy(note)) {
        auto taken = takeText(payload);
        if (!taken)
            return std::nullopt;
        *text = std::move(*taken);
    }
    return note;
}

std::optional<SavedNote> savedOf(std::string_view payload)
{
    auto file = takeText(payload);
    auto archive = takeText(payload);
    const auto when = take<std::int64_t>(payload);
    const auto fileBytes = take<std::uint64_t>(payload);
    const auto fileTime = take<std::int64_t>(payload);
    if (!file || !archive || !fileTime)
        return std::nullopt;
    return SavedNote{std::move(*file), std::move(*archive), *when, *fileBytes, *fileTime};
}

/// Nothing for a step that is damaged.
std::optional<JournalStep> stepOf(std::string_view payload, const imaging::VoxelGrid& grid)
{
    std::string_view rest = payload;
    const auto mark = take<std::uint32_t>(rest);
    if (mark == kStepMark)
        return labelsStepOf(rest, grid);
    if (mark == kMeasuredMark)
        return measuredStepOf(rest, grid);
    if (mark == kLabelsMark) {
        auto labels = labelsOf(rest);
        return labels ? std::optional(JournalStep{{}, std::nullopt, std::move(labels), std::nullopt}) : std::nullopt;
    }
    auto name = takeText(payload);
    auto delta = name ? deltaOf(*name, payload, grid) : std::nullopt;
    return delta ? std::optional(JournalStep{std::move(*name), std::move(delta), std::nullopt, std::nullopt}) : std::nullopt;
}

} // namespace

/// Name and runs.
std::string journalRecord(const MaskDelta& delta)
{
    std::string payload;
    payload.reserve(delta.name().size() + 4 + delta.runs().size() * sizeof(MaskRun));
    put(payload, static_cast<std::uint32_t>(delta.name().size()));
    payload += delta.name();
    payload.append(reinterpret_cast<const char*>(delta.runs().data()), delta.runs().size() * sizeof(MaskRun));
    return payload;
}

/// The mark; then, unless it is a view, the name, the labels with their length, and the runs.
std::string journalRecord(std::string_view name, const MaskDelta* mask, const LabelTable& labels)
{
    std::string payload;
    const bool step = mask || !name.empty();
    put(payload, step ? kStepMark : kLabelsMark);
    if (!step)
        return payload + bytesOf(labels);
    putText(payload, name);
    putText(payload, bytesOf(labels));
    if (mask)
        payload.append(reinterpret_cast<const char*>(mask->runs().data()), mask->runs().size() * sizeof(MaskRun));
    return payload;
}

/// The mark, the name, whether there are labels, these and the measurements with their length, and the runs.
std::string journalRecord(
    std::string_view name, const MaskDelta* mask, const LabelTable* labels, const MeasurementTable& measurements)
{
    std::string payload;
    put(payload, kMeasuredMark);
    putText(payload, name);
    put(payload, static_cast<std::uint8_t>(labels ? 1 : 0));
    if (labels)
        putText(payload, bytesOf(*labels));
    putText(payload, bytesOf(measurements));
    if (mask)
        payload.append(reinterpret_cast<const char*>(mask->runs().data()), mask->runs().size() * sizeof(MaskRun));
    return payload;
}

std::string journalRecord(const SavedNote& note)
{
    std::string payload;
    put(payload, kSavedMark);
    putText(payload, note.file);
    putText(payload, note.archive);
    put(payload, note.when);
    put(payload, note.fileBytes);
    put(payload, note.fileTime);
    return payload;
}

std::string journalRecord(const StudyNote& note)
{
    std::string payload;
    put(payload, kStudyMark);
    for (const std::string* text : textsOfStudy(note))
        putText(payload, *text);
    return payload;
}

RecordKind journalRecordKind(std::string_view record)
{
    const auto mark = take<std::uint32_t>(record);
    if (mark == kLabelsMark)
        return RecordKind::View;
    if (mark == kSavedMark)
        return RecordKind::Saved;
    return mark == kStudyMark ? RecordKind::Study : RecordKind::Step;
}

bool takeJournalRecord(std::string_view record, const imaging::VoxelGrid& grid, JournalContent& content)
{
    std::string_view rest = record;
    rest.remove_prefix(std::min(rest.size(), sizeof(std::uint32_t)));
    const RecordKind kind = journalRecordKind(record);
    if (kind == RecordKind::Study) {
        content.study = studyOf(rest);
        return content.study.has_value();
    }
    if (kind == RecordKind::Saved) {
        content.saved = savedOf(rest);
        content.savedSteps = content.steps.size();
        return content.saved.has_value();
    }
    auto step = stepOf(record, grid);
    if (step)
        content.steps.push_back(std::move(*step));
    return step.has_value();
}

} // namespace annotations
