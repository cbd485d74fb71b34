#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace models::training {

/// A TensorBoard event file: TFRecord frames (length, masked CRC-32C, data, masked CRC-32C) around Event messages with
/// scalar summaries.
class EventWriter
{
public:
    using Scalars = std::vector<std::pair<std::string, double>>;

    /// Makes a new file in `folder`. When `startStep` is above 0 TensorBoard is told to drop what earlier files hold
    /// after that step. Throws Error(Io).
    EventWriter(const std::filesystem::path& folder, std::int64_t startStep);

    /// Throws Error(Io).
    void write(std::int64_t step, const Scalars& scalars);

    const std::filesystem::path& file() const { return m_file; }

private:
    void writeRecord(const std::string& event);

    std::filesystem::path m_file;
    std::ofstream m_stream;
};

/// CRC-32C (Castagnoli), as TFRecord masks it.
std::uint32_t maskedCrc32c(std::string_view bytes);

} // namespace models::training
