#include "annotations/journal.h"

#include "annotations/label_map.h"
#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace annotations {

namespace {

static_assert(std::endian::native == std::endian::little, "The journal is written in the machine's byte order.");
static_assert(sizeof(MaskRun) == 16, "A run is written as it lies in memory.");

constexpr std::string_view kMagic = "LIMN-JOURNAL-1\n";

/// CRC-32 as in ISO 3309, the one of zip and PNG.
std::uint32_t checksum(std::string_view bytes)
{
    static const std::array<std::uint32_t, 256> kTable = [] {
        std::array<std::uint32_t, 256> table{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t c = i;
            for (int bit = 0; bit < 8; ++bit)
                c = (c & 1) ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            table[i] = c;
        }
        return table;
    }();
    std::uint32_t crc = 0xFFFFFFFFu;
    for (char byte : bytes)
        crc = kTable[(crc ^ static_cast<std::uint8_t>(byte)) & 0xFF] ^ (crc >> 8);
    return crc ^ 0xFFFFFFFFu;
}

template <typename T> void put(std::string& bytes, T value)
{
    const std::size_t size = bytes.size();
    bytes.resize(size + sizeof(T));
    std::memcpy(bytes.data() + size, &value, sizeof(T));
}

/// Takes a value off the front; nothing when there are too few bytes.
template <typename T> std::optional<T> take(std::string_view& bytes)
{
    if (bytes.size() < sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    bytes.remove_prefix(sizeof(T));
    return value;
}

std::string headerOf(std::string_view key, const imaging::VoxelGrid& grid)
{
    std::string header(kMagic);
    put(header, static_cast<std::uint32_t>(key.size()));
    header += key;
    for (int size : {grid.columns, grid.rows, grid.slices})
        put(header, static_cast<std::int32_t>(size));
    return header;
}

/// Length and checksum of the payload, then the payload.
std::string recordOf(const std::string& payload)
{
    std::string record;
    put(record, static_cast<std::uint64_t>(payload.size()));
    put(record, checksum(payload));
    return record + payload;
}

/// Name and runs.
std::string payloadOf(const MaskDelta& delta)
{
    std::string payload;
    payload.reserve(delta.name().size() + 4 + delta.runs().size() * sizeof(MaskRun));
    put(payload, static_cast<std::uint32_t>(delta.name().size()));
    payload += delta.name();
    payload.append(reinterpret_cast<const char*>(delta.runs().data()), delta.runs().size() * sizeof(MaskRun));
    return payload;
}

/// Where a step on masks has the length of its name: no name is so long.
constexpr std::uint32_t kLabelsMark = 0xFFFFFFFFu; // Labels without a step.
constexpr std::uint32_t kStepMark = 0xFFFFFFFEu; // A step on labels, perhaps on masks too.

void putText(std::string& bytes, std::string_view text)
{
    put(bytes, static_cast<std::uint32_t>(text.size()));
    bytes += text;
}

std::optional<std::string> takeText(std::string_view& bytes)
{
    const auto size = take<std::uint32_t>(bytes);
    if (!size || bytes.size() < *size)
        return std::nullopt;
    std::string text(bytes.substr(0, *size));
    bytes.remove_prefix(*size);
    return text;
}

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

/// The mark; then, unless it is a view, the name, the labels with their length, and the runs.
std::string payloadOf(std::string_view name, const MaskDelta* mask, const LabelTable& labels)
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
    JournalStep step{*name, std::nullopt, labelsOf(*table)};
    if (step.labels && !payload.empty())
        step.mask = deltaOf(std::move(*name), payload, grid);
    const bool whole = step.labels && (payload.empty() || step.mask);
    return whole ? std::optional(std::move(step)) : std::nullopt;
}

/// Nothing for a payload that is damaged.
std::optional<JournalStep> stepOf(std::string_view payload, const imaging::VoxelGrid& grid)
{
    std::string_view rest = payload;
    const auto mark = take<std::uint32_t>(rest);
    if (mark == kStepMark)
        return labelsStepOf(rest, grid);
    if (mark == kLabelsMark) {
        auto labels = labelsOf(rest);
        return labels ? std::optional(JournalStep{{}, std::nullopt, std::move(labels)}) : std::nullopt;
    }
    auto name = takeText(payload);
    auto delta = name ? deltaOf(*name, payload, grid) : std::nullopt;
    return delta ? std::optional(JournalStep{std::move(*name), std::move(delta), std::nullopt}) : std::nullopt;
}

struct Scanned
{
    bool ours = false; // Header, key and grid are these.
    std::vector<JournalStep> steps;
    std::uint64_t goodBytes = 0; // Header and complete records.
    std::uint64_t fileBytes = 0;
};

/// The next record's payload; nothing at the end of what is whole.
std::optional<std::string> nextPayload(std::ifstream& file, std::uint64_t left)
{
    constexpr std::uint64_t kFrame = sizeof(std::uint64_t) + sizeof(std::uint32_t);
    if (left < kFrame)
        return std::nullopt;
    std::uint64_t size = 0;
    std::uint32_t sum = 0;
    file.read(reinterpret_cast<char*>(&size), sizeof size);
    file.read(reinterpret_cast<char*>(&sum), sizeof sum);
    if (!file || size > left - kFrame)
        return std::nullopt;
    std::string payload(size, '\0');
    file.read(payload.data(), static_cast<std::streamsize>(size));
    if (!file || checksum(payload) != sum)
        return std::nullopt;
    return payload;
}

Scanned scan(const std::filesystem::path& path, const std::string& header, const imaging::VoxelGrid& grid)
{
    Scanned result;
    std::error_code missing;
    result.fileBytes = std::filesystem::file_size(path, missing);
    std::ifstream file(path, std::ios::binary);
    if (missing || !file || result.fileBytes < header.size())
        return result;
    std::string found(header.size(), '\0');
    file.read(found.data(), static_cast<std::streamsize>(found.size()));
    if (!file || found != header)
        return result;
    result.ours = true;
    result.goodBytes = header.size();
    while (auto payload = nextPayload(file, result.fileBytes - result.goodBytes)) {
        auto step = stepOf(*payload, grid);
        if (!step)
            break;
        result.steps.push_back(std::move(*step));
        result.goodBytes += sizeof(std::uint64_t) + sizeof(std::uint32_t) + payload->size();
    }
    return result;
}

[[noreturn]] void throwIo(const std::filesystem::path& path, int reason)
{
    throw imaging::Error(imaging::ErrorKind::Io,
        "The journal '" + path.string() + "' cannot be written: " + std::strerror(reason)
            + ". Save your work now: until then a crash would lose it.",
        path.string());
}

void writeAll(int file, std::string_view bytes, const std::filesystem::path& path)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            throwIo(path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace

Journal::Journal(std::filesystem::path path, std::string_view key, const imaging::VoxelGrid& grid)
    : m_path(std::move(path))
    , m_header(headerOf(key, grid))
{
    const Scanned old = scan(m_path, m_header, grid);
    std::error_code ignored;
    if (!old.ours)
        std::filesystem::remove(m_path, ignored);
    else if (old.goodBytes < old.fileBytes)
        std::filesystem::resize_file(m_path, old.goodBytes, ignored); // What follows a torn record could not be read.
    open();
}

Journal::~Journal()
{
    close();
}

void Journal::open()
{
    std::error_code ignored;
    if (m_path.has_parent_path())
        std::filesystem::create_directories(m_path.parent_path(), ignored);
    m_file = ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (m_file < 0)
        throwIo(m_path, errno);
    struct stat status
    {
    };
    if (::fstat(m_file, &status) == 0 && status.st_size == 0) {
        try {
            writeAll(m_file, m_header, m_path);
        } catch (const imaging::Error&) {
            close();
            throw;
        }
    }
}

void Journal::close()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
}

void Journal::append(const MaskDelta& delta)
{
    appendRecord(payloadOf(delta));
}

void Journal::append(std::string_view name, const MaskDelta* mask, const LabelTable& labels)
{
    appendRecord(payloadOf(name, mask, labels));
}

void Journal::appendRecord(const std::string& payload)
{
    if (m_file < 0)
        open();
    struct stat before
    {
    };
    if (::fstat(m_file, &before) != 0)
        throwIo(m_path, errno);
    try {
        writeAll(m_file, recordOf(payload), m_path);
        if (::fdatasync(m_file) != 0)
            throwIo(m_path, errno);
    } catch (const imaging::Error&) {
        // Half a record would hide those that follow it.
        if (::ftruncate(m_file, before.st_size) != 0)
            close();
        throw;
    }
}

void Journal::remove()
{
    close();
    std::error_code ignored;
    std::filesystem::remove(m_path, ignored);
}

JournalContent readJournal(const std::filesystem::path& path, std::string_view key, const imaging::VoxelGrid& grid)
{
    Scanned scanned = scan(path, headerOf(key, grid), grid);
    JournalContent content;
    content.steps = std::move(scanned.steps);
    if (scanned.ours && scanned.goodBytes < scanned.fileBytes)
        content.warnings.push_back(
            "The last step of the journal was not written completely and is lost; all steps before it were restored.");
    return content;
}

void replay(const JournalContent& content, LabelMap& map)
{
    for (const JournalStep& step : content.steps)
        if (step.mask)
            step.mask->apply(map);
}

} // namespace annotations
