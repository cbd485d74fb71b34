#include "models/lvit/training/pseudo_labels.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace models::lvit {

namespace {

using Words = std::vector<std::uint16_t>;

constexpr float kOne = 65535;

Words toWords(const at::Tensor& mask)
{
    const auto values = mask.to(at::kFloat).contiguous();
    const auto* value = values.const_data_ptr<float>();
    Words words(std::size_t(values.numel()));
    for (auto& word : words) {
        const float probability = *value++;
        word = probability > 0 ? std::uint16_t(std::lround(std::min(probability, 1.0F) * kOne)) : 0; // No number is 0.
    }
    return words;
}

/// `transfer` is pread or pwrite of a part; calls it until all is done. False, with errno, when it fails or gets
/// nothing more.
template <typename Transfer> bool transferAll(std::size_t bytes, const Transfer& transfer)
{
    for (std::size_t done = 0; done < bytes;) {
        errno = 0;
        const auto part = transfer(done);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return false;
        done += std::size_t(part);
    }
    return true;
}

} // namespace

PseudoLabels::PseudoLabels(const std::filesystem::path& file, std::int64_t pictures, int channels, int size)
    : m_file(file)
    , m_descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644))
    , m_channels(channels)
    , m_size(size)
    , m_rows(std::size_t(pictures), -1)
    , m_saved(m_rows)
{
    if (m_descriptor < 0)
        imaging::AtomicFile::throwIo(file, errno);
}

PseudoLabels::~PseudoLabels()
{
    ::close(m_descriptor);
}

std::int64_t PseudoLabels::bytesPerRow() const
{
    return std::int64_t(sizeof(std::uint16_t)) * m_channels * m_size * m_size;
}

at::Tensor PseudoLabels::of(std::int64_t picture) const
{
    Words words(std::size_t(m_channels * m_size * m_size));
    auto* bytes = reinterpret_cast<char*>(words.data());
    const auto start = m_rows.at(std::size_t(picture)) * bytesPerRow();
    if (!transferAll(std::size_t(bytesPerRow()), [&](std::size_t done) {
            return ::pread(m_descriptor, bytes + done, std::size_t(bytesPerRow()) - done, off_t(start) + off_t(done));
        }))
        throw imaging::Error(
            imaging::ErrorKind::Io, "The file '" + m_file.string() + "' cannot be read.", m_file.string());
    auto mask = at::empty({m_channels, m_size, m_size}, at::kFloat);
    auto* value = mask.data_ptr<float>();
    for (const auto word : words)
        *value++ = float(word) / kOne;
    return mask;
}

void PseudoLabels::set(std::int64_t picture, const at::Tensor& mask)
{
    const auto words = toWords(mask);
    const auto* bytes = reinterpret_cast<const char*>(words.data());
    auto& row = m_rows.at(std::size_t(picture));
    const auto target = row == m_saved[std::size_t(picture)] ? takeFreeRow() : row;
    const auto start = target * bytesPerRow();
    if (!transferAll(std::size_t(bytesPerRow()), [&](std::size_t done) {
            return ::pwrite(m_descriptor, bytes + done, std::size_t(bytesPerRow()) - done, off_t(start) + off_t(done));
        }))
        imaging::AtomicFile::throwIo(m_file, errno == 0 ? ENOSPC : errno);
    row = target;
}

double PseudoLabels::update(std::int64_t picture, const at::Tensor& mask, const at::Tensor& known, double decay)
{
    const auto before = of(picture); // [C, S, S]
    const auto change = (1 - decay) * (mask - before) * known;
    set(picture, before + change);
    return change.abs().mean().item<double>();
}

at::Tensor PseudoLabels::rows() const
{
    return at::tensor(m_rows, at::kLong);
}

void PseudoLabels::restore(const at::Tensor& rows)
{
    struct stat status
    {
    };
    const auto inFile = ::fstat(m_descriptor, &status) == 0 ? std::int64_t(status.st_size) / bytesPerRow() : 0;
    const bool fits = rows.scalar_type() == at::kLong && rows.numel() == std::int64_t(m_rows.size());
    std::vector<std::int64_t> wanted;
    std::set<std::int64_t> used;
    for (std::int64_t picture = 0; fits && picture < rows.numel(); ++picture) {
        const auto row = rows[picture].item<std::int64_t>();
        if (row < -1 || row >= inFile || (row >= 0 && !used.insert(row).second))
            break;
        wanted.push_back(row);
    }
    if (wanted.size() != m_rows.size())
        throw imaging::Error(imaging::ErrorKind::Model,
            "The file '" + m_file.string()
                + "' does not belong to the state of this training: begin again in another output folder.",
            m_file.string());
    m_rows = wanted;
    m_end = inFile;
    commit();
}

void PseudoLabels::sync()
{
    if (::fdatasync(m_descriptor) != 0)
        imaging::AtomicFile::throwIo(m_file, errno);
}

void PseudoLabels::commit()
{
    m_saved = m_rows;
    findFreeRows();
}

void PseudoLabels::rollBack()
{
    m_rows = m_saved;
    findFreeRows();
}

std::int64_t PseudoLabels::takeFreeRow()
{
    if (m_free.empty())
        return m_end++;
    const auto row = m_free.back();
    m_free.pop_back();
    return row;
}

void PseudoLabels::findFreeRows()
{
    std::vector<bool> used(std::size_t(m_end), false);
    for (const auto row : m_rows)
        if (row >= 0)
            used[std::size_t(row)] = true;
    m_free.clear();
    for (auto row = m_end; row-- > 0;)
        if (!used[std::size_t(row)])
            m_free.push_back(row);
}

} // namespace models::lvit
