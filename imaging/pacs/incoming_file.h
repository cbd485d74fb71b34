#pragma once

#include "imaging/pacs/part10.h"
#include "imaging/pacs/socket.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace imaging::pacs::detail {

/// A received object on its way to its place: a temporary file that is gone unless it was committed.
class IncomingFile
{
public:
    /// In `folder`, with the file meta information written already.
    IncomingFile(const std::filesystem::path& folder, const FileMeta& meta);
    ~IncomingFile();
    IncomingFile(const IncomingFile&) = delete;
    IncomingFile& operator=(const IncomingFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    /// False once anything could not be written (full disk, quota, permissions); later writes do nothing.
    bool isWhole() const { return m_isWhole; }
    std::uint64_t size() const { return m_size; }

    void write(std::span<const std::byte> bytes);

    /// What became of a file that was to go to its place.
    enum class Place { Taken, Failed, SameIsThere, OtherIsThere };

    /// Brings the bytes to the disk and the file to `target`, whose folders are made; never over a file that is there:
    /// one with the same data set in the same encoding stays and does, another stays and is told.
    Place commit(const std::filesystem::path& target);

private:
    std::filesystem::path m_path;
    Descriptor m_file;
    std::uint64_t m_size = 0;
    bool m_isWhole = true;
};

} // namespace imaging::pacs::detail
