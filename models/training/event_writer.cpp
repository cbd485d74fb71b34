#include "models/training/event_writer.h"

#include "imaging/error.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>

namespace models::training {

namespace {

/// Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
enum Field { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
enum SummaryField { kSummaryValue = 1, kValueTag = 1, kValueSimple = 2 };
constexpr int kSessionStatus = 1;
constexpr int kSessionStart = 1;

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

template <typename Value> void appendLittleEndian(std::string& out, Value value)
{
    for (std::size_t byte = 0; byte < sizeof value; ++byte)
        out += static_cast<char>(value >> (8 * byte) & 0xFF);
}

void appendVarint(std::string& out, std::uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

void appendKey(std::string& out, int field, WireType type)
{
    appendVarint(out, std::uint64_t(field) << 3 | type);
}

void appendBytes(std::string& out, int field, const std::string& bytes)
{
    appendKey(out, field, kBytes);
    appendVarint(out, bytes.size());
    out += bytes;
}

std::string eventStart(std::int64_t step)
{
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    std::string event;
    appendKey(event, kWallTime, kFixed64);
    appendLittleEndian(event, std::bit_cast<std::uint64_t>(now.count()));
    appendKey(event, kStep, kVarint);
    appendVarint(event, std::uint64_t(step));
    return event;
}

std::filesystem::path freshName(const std::filesystem::path& folder)
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    const auto stem = "events.out.tfevents." + std::to_string(seconds) + ".limn." + std::to_string(::getpid());
    auto file = folder / stem;
    for (int number = 1; std::filesystem::exists(file); ++number)
        file = folder / (stem + "." + std::to_string(number));
    return file;
}

std::array<std::uint32_t, 256> crcTable()
{
    constexpr std::uint32_t kPolynomial = 0x82F63B78U; // Castagnoli's, bits reversed
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ kPolynomial : crc >> 1;
        table[byte] = crc;
    }
    return table;
}

} // namespace

std::uint32_t maskedCrc32c(std::string_view bytes)
{
    static const auto table = crcTable();
    std::uint32_t crc = ~0U;
    for (const char byte : bytes)
        crc = crc >> 8 ^ table[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
    return std::rotr(~crc, 15) + 0xA282EAD8U;
}

EventWriter::EventWriter(const std::filesystem::path& folder, std::int64_t startStep)
    : m_file(freshName(folder))
    , m_stream(m_file, std::ios::binary)
{
    auto version = eventStart(0);
    appendBytes(version, kFileVersion, "brain.Event:2");
    writeRecord(version);
    if (startStep <= 0)
        return;
    std::string status;
    appendKey(status, kSessionStatus, kVarint);
    appendVarint(status, kSessionStart);
    auto start = eventStart(startStep + 1);
    appendBytes(start, kSessionLog, status);
    writeRecord(start);
}

void EventWriter::write(std::int64_t step, const Scalars& scalars)
{
    std::string summary;
    for (const auto& [tag, value] : scalars) {
        std::string item;
        appendBytes(item, kValueTag, tag);
        appendKey(item, kValueSimple, kFixed32);
        appendLittleEndian(item, std::bit_cast<std::uint32_t>(float(value)));
        appendBytes(summary, kSummaryValue, item);
    }
    auto event = eventStart(step);
    appendBytes(event, kSummary, summary);
    writeRecord(event);
}

void EventWriter::writeRecord(const std::string& event)
{
    std::string length;
    appendLittleEndian(length, std::uint64_t(event.size()));
    std::string frame = length;
    appendLittleEndian(frame, maskedCrc32c(length));
    frame += event;
    appendLittleEndian(frame, maskedCrc32c(event));
    m_stream << frame << std::flush;
    if (!m_stream)
        throw imaging::Error(imaging::ErrorKind::Io,
            "The file '" + m_file.string() + "' cannot be written: is the disk full?", m_file.string());
}

} // namespace models::training
