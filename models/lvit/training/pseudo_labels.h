#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace models::lvit {

/// The tensor of PseudoLabels::rows() in a state.
inline constexpr const char* kLabelRows = "pseudo_labels.rows";
/// The file of PseudoLabels beside it.
inline constexpr const char* kPseudoLabelsFile = "pseudo_labels.u16";

/// The averaged masks P of unlabelled pictures, each in its picture's own frame, in a file: 16 bits a pixel, in steps
/// of 1/65535 (32 times finer than a half-precision float just below 1, where an average with decay 0.99 would stand
/// still).
///
/// A row is never overwritten while a saved state may still ask for it: update() writes elsewhere, commit() frees the
/// old rows. So whoever is killed or runs out of disk finds the rows of the last saved state as they were. The file
/// takes at most two rows a picture. (It is read and written, not mapped: a write to a mapped file ends the program
/// when the disk is full.)
///
///     labels.update(picture, prediction, known, 0.99);
///     labels.sync();                       // before the state ...
///     saveState(..., labels.rows(), ...);  // ... that names these rows
///     labels.commit();
class PseudoLabels
{
public:
    /// Opens or makes the file, with no row in use. `pictures`: of the data set; masks are [channels, size, size].
    /// Throws Error(Io).
    PseudoLabels(const std::filesystem::path& file, std::int64_t pictures, int channels, int size);
    ~PseudoLabels();
    PseudoLabels(const PseudoLabels&) = delete;
    PseudoLabels& operator=(const PseudoLabels&) = delete;

    bool has(std::int64_t picture) const { return m_rows[std::size_t(picture)] >= 0; }

    /// [channels, size, size] float. The picture must have one. Throws Error(Io).
    at::Tensor of(std::int64_t picture) const;

    /// Sets P of a picture, 0..1. Throws Error(Io), and then every saved row is as it was.
    void set(std::int64_t picture, const at::Tensor& mask);

    /// P = decay P + (1 - decay) mask where `known` [1, size, size]; elsewhere P stays. Returns the mean |change| over
    /// all pixels. Throws like set().
    double update(std::int64_t picture, const at::Tensor& mask, const at::Tensor& known, double decay);

    /// Row of each picture in the file, -1: none. [pictures] int64: what a saved state keeps.
    at::Tensor rows() const;

    /// Goes back to the rows of a saved state. Throws Error(Model) when the file has not got them.
    void restore(const at::Tensor& rows);

    /// Brings the rows to the disk. Throws Error(Io).
    void sync();

    /// The rows in use are saved now: those they replaced may be written to.
    void commit();

    /// Back to the last commit() or restore().
    void rollBack();

private:
    std::int64_t bytesPerRow() const;
    std::int64_t takeFreeRow();
    void findFreeRows();

    std::filesystem::path m_file;
    int m_descriptor = -1;
    std::int64_t m_channels;
    std::int64_t m_size;
    std::vector<std::int64_t> m_rows; ///< By picture
    std::vector<std::int64_t> m_saved; ///< The same at the last commit
    std::vector<std::int64_t> m_free;
    std::int64_t m_end = 0; ///< Rows the file has so far.
};

} // namespace models::lvit
