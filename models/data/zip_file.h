#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct zip;

namespace models::data {

/// A ZIP archive from an untrusted file, read entry by entry in pieces. At most kMostFileBytes on disk and
/// kMostUnpackedBytes unpacked, all entries together, whatever the archive claims.
class ZipFile
{
public:
    static constexpr std::uint64_t kMostFileBytes = std::uint64_t{64} << 20;
    static constexpr std::uint64_t kMostUnpackedBytes = std::uint64_t{128} << 20;

    /// Throws Error(NotFound) when there is no such file, Error(InvalidInput) when it is no archive or too large.
    explicit ZipFile(std::filesystem::path file);
    ~ZipFile();
    ZipFile(const ZipFile&) = delete;
    ZipFile& operator=(const ZipFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    bool contains(const std::string& entry) const;

    /// Gives the entry's bytes to `take`, a piece after the other. Throws Error(InvalidInput) when there is no such
    /// entry, it is damaged or too large.
    void read(const std::string& entry, const std::function<void(std::string_view)>& take);

private:
    [[noreturn]] void refuse(const std::string& reason) const;

    std::filesystem::path m_path;
    zip* m_zip = nullptr;
    std::uint64_t m_unpacked = 0;
};

} // namespace models::data
