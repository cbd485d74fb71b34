#include "models/data/zip_file.h"

#include "imaging/error.h"

#include <zip.h>

#include <array>
#include <utility>

namespace models::data {

ZipFile::ZipFile(std::filesystem::path file)
    : m_path(std::move(file))
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(m_path, failed))
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "There is no file '" + m_path.string() + "'.", m_path.string());
    if (std::filesystem::file_size(m_path, failed) > kMostFileBytes)
        refuse("it is larger than 64 MB");
    int code = 0;
    m_zip = zip_open(m_path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!m_zip)
        refuse("it is not a ZIP archive, which every Excel workbook is, or it is damaged");
}

ZipFile::~ZipFile()
{
    zip_discard(m_zip);
}

void ZipFile::refuse(const std::string& reason) const
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput,
        "The file '" + m_path.string() + "' cannot be read: " + reason + ".", m_path.string());
}

bool ZipFile::contains(const std::string& entry) const
{
    return zip_name_locate(m_zip, entry.c_str(), ZIP_FL_ENC_GUESS) >= 0;
}

void ZipFile::read(const std::string& entry, const std::function<void(std::string_view)>& take)
{
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> open(zip_fopen(m_zip, entry.c_str(), 0), zip_fclose);
    if (!open)
        refuse("its part '" + entry + "' is missing or damaged");
    std::array<char, 1 << 16> piece;
    zip_int64_t count = 0;
    while ((count = zip_fread(open.get(), piece.data(), piece.size())) > 0) {
        m_unpacked += static_cast<std::uint64_t>(count);
        if (m_unpacked > kMostUnpackedBytes)
            refuse("it unpacks to more than 128 MB");
        take({piece.data(), static_cast<std::size_t>(count)});
    }
    if (count < 0)
        refuse("its part '" + entry + "' is damaged");
}

} // namespace models::data
