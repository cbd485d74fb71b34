#include "annotations/journal.h"

#include "annotations/journal_bytes.h"
#include "annotations/journal_compact.h"
#include "annotations/journal_lock.h"
#include "annotations/label_map.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/folder_of.h"
#include "imaging/log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace annotations {

namespace {

constexpr std::string_view kMagic = "LIMN-JOURNAL-1\n";
constexpr const char* kStrange =
    "What was kept of earlier work on this series is damaged, or was drawn on other slices, and was not restored. It is "
    "kept as a file beside the journal.";
constexpr std::uint64_t kFrame = sizeof(std::uint64_t) + sizeof(std::uint32_t); // Length and checksum.

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
std::string framed(const std::string& payload)
{
    std::string record;
    record.reserve(kFrame + payload.size());
    put(record, static_cast<std::uint64_t>(payload.size()));
    put(record, checksum(payload));
    return record.append(payload);
}

/// What is behind the last record that is whole.
enum class Rest {
    Nothing,
    Torn, // The beginning of one record: the program ended while it was written.
    Damaged,
};

struct Scanned
{
    bool ours = false; // Header, key and grid are these.
    Rest rest = Rest::Nothing;
    JournalContent content;
    std::vector<std::string> records;
    std::uint64_t goodBytes = 0; // Header and complete records.
    std::uint64_t fileBytes = 0;
};

/// The next record's payload; without one, `rest` says why.
std::optional<std::string> nextPayload(std::ifstream& file, std::uint64_t left, Rest& rest)
{
    rest = left == 0 ? Rest::Nothing : Rest::Torn;
    if (left < kFrame)
        return std::nullopt;
    std::uint64_t size = 0;
    std::uint32_t sum = 0;
    file.read(reinterpret_cast<char*>(&size), sizeof size);
    file.read(reinterpret_cast<char*>(&sum), sizeof sum);
    if (!file || size > left - kFrame)
        return std::nullopt;
    rest = Rest::Damaged;
    std::string payload(size, '\0');
    file.read(payload.data(), static_cast<std::streamsize>(size));
    if (!file || checksum(payload) != sum)
        return std::nullopt;
    return payload;
}

std::string restText(Rest rest)
{
    if (rest == Rest::Torn)
        return "The last step of the journal was not written completely and is lost; all steps before it were restored.";
    return "The journal is damaged: steps behind the damage are lost; all before it were restored. The damaged file is "
           "kept beside the journal.";
}

Scanned scan(const std::filesystem::path& path, const std::string& header, const imaging::VoxelGrid& grid)
{
    Scanned result;
    std::error_code missing;
    result.fileBytes = std::filesystem::file_size(path, missing);
    if (missing)
        return result;
    std::ifstream file(path, std::ios::binary);
    std::string found(header.size(), '\0');
    file.read(found.data(), static_cast<std::streamsize>(found.size()));
    if (!file || found != header) {
        result.content.warnings.push_back(kStrange);
        return result;
    }
    result.ours = true;
    result.goodBytes = header.size();
    while (auto payload = nextPayload(file, result.fileBytes - result.goodBytes, result.rest)) {
        if (!takeJournalRecord(*payload, grid, result.content))
            break;
        result.goodBytes += kFrame + payload->size();
        result.records.push_back(std::move(*payload));
    }
    if (result.goodBytes < result.fileBytes)
        result.content.warnings.push_back(restText(result.rest));
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

struct stat statusOf(const std::filesystem::path& path)
{
    struct stat status
    {
    };
    if (::stat(path.c_str(), &status) != 0)
        status = {};
    return status;
}

/// A new name is on disk when its folder is.
void syncFolder(const std::filesystem::path& folder)
{
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    ::fsync(file);
    ::close(file);
}

} // namespace

Journal::Journal(
    std::filesystem::path path, std::string_view key, const imaging::VoxelGrid& grid, std::uint64_t largeBytes)
    : m_path(std::move(path))
    , m_header(headerOf(key, grid))
    , m_grid(grid)
    , m_largeBytes(largeBytes)
{
    Scanned old = scan(m_path, m_header, grid);
    m_content = std::move(old.content);
    if (!old.ours)
        return;
    if (old.rest != Rest::Damaged) // What is behind the damage is nobody's to throw away.
        m_known = statusOf(m_path).st_ino;
    m_records = std::move(old.records);
    if (old.goodBytes < old.fileBytes)
        return; // What would follow a torn record could not be read: the next flush() writes it whole.
    m_file = ::open(m_path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    m_written = m_records.size();
    m_writtenBytes = old.goodBytes;
}

Journal::~Journal()
{
    close();
}

void Journal::close()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
}

bool Journal::isOnDisk() const
{
    struct stat open
    {
    };
    const auto there = statusOf(m_path);
    return m_file >= 0 && ::fstat(m_file, &open) == 0 && there.st_ino == open.st_ino && there.st_dev == open.st_dev
        && static_cast<std::uint64_t>(there.st_size) == m_writtenBytes;
}

void Journal::forgetUnsaved()
{
    const auto last = std::find_if(m_records.rbegin(), m_records.rend(),
        [](const std::string& record) { return journalRecordKind(record) == RecordKind::Saved; });
    m_records.erase(last.base(), m_records.end());
    m_cut = true;
}

void Journal::flush()
{
    if (m_cut && m_records.empty())
        return removeFile();
    if (isOnDisk() && !m_cut)
        writePending();
    else
        writeWhole(m_records);
    if (m_writtenBytes > std::max(m_largeBytes, 2 * m_compactedBytes))
        compact();
}

/// All is on the disk already, so that failing loses nothing: it is tried again when twice as much has come.
void Journal::compact()
{
    auto fewer = compacted(m_records, m_grid, m_largeBytes / 4);
    try {
        writeWhole(fewer);
        m_records = std::move(fewer);
    } catch (const imaging::Error&) {
        imaging::log(imaging::LogLevel::Warning,
            "The journal '" + m_path.string() + "' could not be written again with fewer records; it stays as it is.");
    }
    m_compactedBytes = m_writtenBytes;
}

void Journal::writePending()
{
    std::uint64_t added = 0;
    try {
        for (std::size_t i = m_written; i < m_records.size(); ++i) {
            const std::string bytes = framed(m_records[i]);
            writeAll(m_file, bytes, m_path);
            added += bytes.size();
        }
        if (::fdatasync(m_file) != 0)
            throwIo(m_path, errno);
    } catch (const imaging::Error&) {
        // Half a record would hide those that follow it.
        if (::ftruncate(m_file, static_cast<off_t>(m_writtenBytes)) != 0)
            close();
        throw;
    }
    m_written = m_records.size();
    m_writtenBytes += added;
}

/// What was there stays, and open, until all of it is.
void Journal::writeWhole(const std::vector<std::string>& records)
{
    std::error_code ignored;
    if (m_path.has_parent_path())
        std::filesystem::create_directories(m_path.parent_path(), ignored);
    imaging::AtomicFile whole(m_path);
    const int file = ::open(whole.temporaryPath().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        throwIo(m_path, errno);
    std::uint64_t bytes = m_header.size();
    try {
        writeAll(file, m_header, m_path);
        for (const std::string& record : records) {
            writeAll(file, framed(record), m_path);
            bytes += kFrame + record.size();
        }
        moveStrangerAside();
        whole.commit();
    } catch (const imaging::Error&) {
        ::close(file);
        throw;
    }
    syncFolder(imaging::folderOf(m_path));
    close();
    m_file = file;
    m_known = statusOf(m_path).st_ino;
    m_written = records.size();
    m_writtenBytes = bytes;
    m_cut = false;
    removeUnfinished();
}

/// What a program that ended in writeWhole() left beside the journal: only one has the right to write it.
void Journal::removeUnfinished() const
{
    const std::string begin = m_path.filename().string() + ".";
    std::error_code ignored;
    std::vector<std::filesystem::path> found;
    for (std::filesystem::directory_iterator entry(imaging::folderOf(m_path), ignored), end; !ignored && entry != end;
         entry.increment(ignored)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(begin) && name.ends_with(".part"))
            found.push_back(entry->path());
    }
    for (const auto& file : found)
        std::filesystem::remove(file, ignored);
}

/// A file that is not ours may hold work: of this series with more or fewer slices, or of a window that had the journal
/// in between.
void Journal::moveStrangerAside() const
{
    const auto there = statusOf(m_path);
    if (there.st_ino == 0 || there.st_ino == m_known)
        return;
    std::filesystem::path aside = m_path;
    aside += std::string(".").append(std::to_string(there.st_mtime)).append(".aside");
    std::error_code failed;
    std::filesystem::create_hard_link(m_path, aside, failed); // The journal has its name at every moment.
    if (failed)
        std::filesystem::rename(m_path, aside, failed);
}

void Journal::removeFile()
{
    std::error_code ignored;
    if (isOnDisk())
        std::filesystem::remove(m_path, ignored);
    close();
    m_written = 0;
    m_writtenBytes = 0;
}

JournalContent readJournal(const std::filesystem::path& path, std::string_view key, const imaging::VoxelGrid& grid)
{
    return scan(path, headerOf(key, grid), grid).content;
}

namespace {

constexpr std::uint64_t kLongestNote = 1 << 16;

/// False when it is no journal. Steps are counted, not read: a list must be there at once.
bool summarize(std::ifstream& file, std::uint64_t left, JournalSummary& summary)
{
    std::string magic(kMagic.size(), '\0');
    std::uint32_t keySize = 0;
    file.read(magic.data(), static_cast<std::streamsize>(magic.size()));
    file.read(reinterpret_cast<char*>(&keySize), sizeof keySize);
    const std::uint64_t header = kMagic.size() + sizeof keySize + keySize + 3 * sizeof(std::int32_t);
    if (!file || magic != kMagic || header > left)
        return false;
    left -= header;
    for (file.seekg(static_cast<std::streamoff>(header)); left >= kFrame;) {
        const auto at = file.tellg();
        std::uint64_t size = 0;
        file.read(reinterpret_cast<char*>(&size), sizeof size);
        file.seekg(at + static_cast<std::streamoff>(kFrame));
        std::string start(std::min(size, kLongestNote), '\0');
        if (!file || size > left - kFrame || size < sizeof(std::uint32_t))
            break;
        file.read(start.data(), sizeof(std::uint32_t));
        const RecordKind kind = journalRecordKind(start);
        if (kind == RecordKind::Step) {
            ++summary.steps;
            ++summary.unsavedSteps;
        } else if (kind != RecordKind::View && size <= kLongestNote) {
            file.read(start.data() + sizeof(std::uint32_t), static_cast<std::streamsize>(size - sizeof(std::uint32_t)));
            JournalContent note;
            takeJournalRecord(start, {}, note);
            if (note.study)
                summary.study = std::move(note.study);
            if (note.saved) {
                summary.saved = std::move(note.saved);
                summary.unsavedSteps = 0;
            }
        }
        file.seekg(at + static_cast<std::streamoff>(kFrame + size));
        left -= kFrame + size;
    }
    return true;
}

} // namespace

std::vector<JournalSummary> journalsIn(const std::filesystem::path& folder)
{
    std::vector<JournalSummary> found;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() != ".journal")
            continue;
        std::ifstream file(entry.path(), std::ios::binary);
        JournalSummary summary;
        summary.path = entry.path();
        const auto status = statusOf(entry.path());
        summary.changed = status.st_mtime;
        if (!summarize(file, static_cast<std::uint64_t>(status.st_size), summary))
            continue;
        if (summary.steps > 0 && !JournalLock::holderOf(entry.path()))
            found.push_back(std::move(summary));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.changed > b.changed; });
    return found;
}

} // namespace annotations
