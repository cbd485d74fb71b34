#include "imaging/dicom/zip_archive.h"

#include "imaging/dicom/byte_source.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/text.h"
#include "imaging/error.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <string_view>
#include <utility>

namespace imaging {

namespace {

namespace fs = std::filesystem;

struct Discard
{
    void operator()(zip_t* archive) const { zip_discard(archive); }
};

struct Close
{
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

[[noreturn]] void refuse(const fs::path& path, const std::string& reason)
{
    throw Error(ErrorKind::InvalidInput,
        "The zip archive " + quotedName(path.string()) + " was refused: " + reason + ".", path.string());
}

/// The last part of an entry's name, made harmless: it is only there to be read.
std::string readableName(std::string_view entry)
{
    constexpr std::size_t kLongest = 60;
    entry.remove_prefix(std::min(entry.size(), entry.find_last_of("/\\") + 1));
    std::string name(entry.substr(0, kLongest));
    std::replace_if(
        name.begin(), name.end(),
        [](char c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            return !letter && !(c >= '0' && c <= '9') && c != '.' && c != '-';
        },
        '_');
    return name.find_first_not_of('.') == std::string::npos ? "file" : name;
}

/// Names that differ in the archive may be the same once they are harmless.
fs::path freeName(const fs::path& folder, const std::string& name)
{
    fs::path path = folder / name;
    std::error_code none;
    for (int number = 2; fs::exists(path, none); ++number)
        path = folder / (name + "-" + std::to_string(number));
    return path;
}

std::string numbered(std::size_t number)
{
    char text[24];
    std::snprintf(text, sizeof text, "%06zu", number);
    return text;
}

/// One call of unpackZip().
class Unpacking
{
public:
    Unpacking(const fs::path& path, const ZipLimits& limits)
        : m_path(path)
        , m_limits(limits)
    {
        int code = 0;
        m_zip.reset(zip_open(path.c_str(), ZIP_RDONLY, &code));
        if (!m_zip)
            refuse(path, "it is damaged or cut off; copy it again from where it came from");
        const auto entries = static_cast<std::uint64_t>(std::max<zip_int64_t>(0, zip_get_num_entries(m_zip.get(), 0)));
        if (entries > limits.mostEntries)
            refuse(path, "it holds more than " + std::to_string(limits.mostEntries) + " files");
        std::error_code failed;
        const std::uint64_t size = fs::file_size(path, failed);
        m_mostBytes = std::min(limits.mostBytes, std::max(limits.alwaysBytes, size * limits.mostRatio));
        m_entries = entries;
        m_result.folder = std::make_shared<TemporaryFolder>();
    }

    UnpackedZip run(const std::stop_token& stop, const Progress& progress)
    {
        const std::uint64_t reportEvery = std::max<std::uint64_t>(1, m_entries / 50);
        for (std::uint64_t i = 0; i < m_entries && !stop.stop_requested(); ++i) {
            unpack(i, stop);
            if (i % reportEvery == 0)
                progress.report(static_cast<double>(i) / static_cast<double>(m_entries), "unpacking the zip archive");
        }
        std::sort(m_result.files.begin(), m_result.files.end());
        return std::move(m_result);
    }

private:
    void unpack(std::uint64_t index, const std::stop_token& stop)
    {
        zip_stat_t entry;
        zip_stat_init(&entry);
        if (zip_stat_index(m_zip.get(), index, ZIP_FL_ENC_GUESS, &entry) != 0)
            refuse(m_path, "its list of contents is damaged");
        const std::string name = entry.valid & ZIP_STAT_NAME ? entry.name : "";
        if (name.empty() || name.back() == '/')
            return; // A folder.
        if (entry.valid & ZIP_STAT_ENCRYPTION_METHOD && entry.encryption_method != ZIP_EM_NONE)
            return leaveOut(name, "it is locked with a password: unpack the archive with it, then open the folder");
        const std::unique_ptr<zip_file_t, Close> source(zip_fopen_index(m_zip.get(), index, 0));
        if (!source)
            return leaveOut(name, "it is damaged or packed in a way that this program does not read");
        const fs::path target = freeName(folderOf(name), readableName(name));
        if (copy(*source, target, stop)) {
            m_result.names[target.string()] = printable(name);
            return m_result.files.push_back(target.string());
        }
        std::error_code ignored;
        fs::remove(target, ignored);
        if (!stop.stop_requested())
            leaveOut(name, "it is damaged");
    }

    /// Files of one folder stay in one folder, which tells series without UID apart.
    fs::path folderOf(std::string_view entry)
    {
        const std::size_t end = entry.find_last_of("/\\");
        const std::string parent(entry.substr(0, end == std::string_view::npos ? 0 : end));
        const auto [place, isNew] = m_folders.try_emplace(parent, m_folders.size());
        const fs::path folder = m_result.folder->path() / numbered(place->second);
        std::error_code failed;
        if (isNew)
            fs::create_directory(folder, failed);
        return folder;
    }

    /// False when the entry is damaged, or when it was stopped.
    bool copy(zip_file_t& source, const fs::path& target, const std::stop_token& stop)
    {
        std::ofstream file(target, std::ios::binary);
        std::array<char, 1 << 16> piece;
        while (!stop.stop_requested()) {
            const zip_int64_t count = zip_fread(&source, piece.data(), piece.size());
            if (count <= 0)
                return count == 0 && file.flush().good();
            m_bytes += static_cast<std::uint64_t>(count);
            if (m_bytes > m_mostBytes)
                refuse(m_path, "it would unpack to more than " + std::to_string(m_mostBytes >> 20U) + " MB");
            if (!file.write(piece.data(), count))
                throw Error(ErrorKind::Io,
                    "The zip archive " + quotedName(m_path.string()) + " could not be unpacked into \""
                        + m_result.folder->path().parent_path().string() + "\": the disk may be full.",
                    m_path.string());
        }
        return false;
    }

    void leaveOut(const std::string& entry, const std::string& why)
    {
        m_result.refused.push_back({m_path.string(),
            "The file \"" + printable(entry) + "\" in " + quotedName(m_path.string()) + " was left out: " + why + "."});
    }

    fs::path m_path;
    ZipLimits m_limits;
    std::unique_ptr<zip_t, Discard> m_zip;
    std::uint64_t m_entries = 0;
    std::uint64_t m_mostBytes = 0;
    std::uint64_t m_bytes = 0;
    std::map<std::string, std::size_t> m_folders;
    UnpackedZip m_result;
};

} // namespace

bool isZip(const fs::path& path)
{
    constexpr std::array kFile{std::byte{'P'}, std::byte{'K'}, std::byte{3}, std::byte{4}};
    constexpr std::array kEmpty{std::byte{'P'}, std::byte{'K'}, std::byte{5}, std::byte{6}};
    const auto source = detail::fileSource(path);
    const auto start = source->peek(kFile.size());
    return std::ranges::equal(start, kFile) || std::ranges::equal(start, kEmpty);
}

UnpackedZip unpackZip(const fs::path& path, const ZipLimits& limits, std::stop_token stop, const Progress& progress)
{
    return Unpacking(path, limits).run(stop, progress);
}

} // namespace imaging
