#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace annotations {

/// Who has a study open for work, as other windows are told.
struct JournalHolder
{
    std::string host;
    std::int64_t process = 0; ///< 0: not known.
    std::string user;
    std::int64_t since = 0; ///< Seconds since 1970, UTC.
};

/// Who runs this program: the login name, or the user's number where there is none.
std::string userName();

/// The right to write a journal, which one window has at a time: a lock on a file beside it, which the kernel takes back
/// when the program ends, however it ends.
class JournalLock
{
public:
    ~JournalLock();
    JournalLock(const JournalLock&) = delete;
    JournalLock& operator=(const JournalLock&) = delete;

    /// The lock file is still the one beside the journal: nobody removed it, so nobody else can have the right.
    bool isCurrent() const;

    /// The lock of a journal, or who has it. Throws Error(Io) when the file cannot be made.
    static std::variant<std::unique_ptr<JournalLock>, JournalHolder> take(const std::filesystem::path& journal);
    /// Who has it now; none when it is free. Nothing is taken, so that whoever takes it at this moment is not refused.
    static std::optional<JournalHolder> holderOf(const std::filesystem::path& journal);

private:
    JournalLock(std::filesystem::path path, int file)
        : m_path(std::move(path))
        , m_file(file)
    {
    }

    std::filesystem::path m_path;
    int m_file;
};

} // namespace annotations
