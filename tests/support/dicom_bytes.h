#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

/// Writes DICOM byte by byte, right or wrong: tests make every odd file themselves and need no library to do so.
namespace test {

using Bytes = std::vector<std::byte>;

inline Bytes toBytes(std::string_view text)
{
    Bytes result;
    for (const char c : text)
        result.push_back(static_cast<std::byte>(c));
    return result;
}

enum class Syntax { ExplicitLittle, ImplicitLittle, ExplicitBig };
enum class LengthKind { Defined, Undefined };

/// A data set being written.
///
///     DicomBytes set;
///     set.text(0x00080060, "CS", "CT").number(0x00280010, 512);
///     writeFile(path, part10(set, "1.2.840.10008.1.2.1"));
class DicomBytes
{
public:
    explicit DicomBytes(Syntax syntax = Syntax::ExplicitLittle)
        : m_syntax(syntax)
    {
    }

    DicomBytes& raw(const Bytes& bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    DicomBytes& element(std::uint32_t tag, std::string_view vr, const Bytes& value)
    {
        head(tag, vr, static_cast<std::uint32_t>(value.size() + value.size() % 2));
        raw(value);
        if (value.size() % 2 != 0)
            m_bytes.push_back(vr == "UI" || vr == "OB" ? std::byte{0} : std::byte{' '});
        return *this;
    }

    DicomBytes& text(std::uint32_t tag, std::string_view vr, std::string_view value)
    {
        return element(tag, vr, toBytes(value));
    }

    DicomBytes& number(std::uint32_t tag, std::uint32_t value, std::string_view vr = "US")
    {
        Bytes bytes;
        vr == "US" || vr == "SS" ? put16(bytes, value) : put32(bytes, value);
        return element(tag, vr, bytes);
    }

    DicomBytes& shorts(std::uint32_t tag, std::string_view vr, const std::vector<std::uint16_t>& values)
    {
        Bytes bytes;
        for (const std::uint16_t value : values)
            put16(bytes, value);
        return element(tag, vr, bytes);
    }

    DicomBytes& sequence(
        std::uint32_t tag, const std::vector<DicomBytes>& items, LengthKind kind = LengthKind::Undefined)
    {
        DicomBytes content(m_syntax);
        for (const DicomBytes& item : items) {
            content.mark(
                0xFFFEE000, kind == LengthKind::Defined ? static_cast<std::uint32_t>(item.m_bytes.size()) : kUndefined);
            content.raw(item.m_bytes);
            if (kind == LengthKind::Undefined)
                content.mark(0xFFFEE00D, 0);
        }
        head(tag, "SQ", kind == LengthKind::Defined ? static_cast<std::uint32_t>(content.m_bytes.size()) : kUndefined);
        raw(content.m_bytes);
        if (kind == LengthKind::Undefined)
            mark(0xFFFEE0DD, 0);
        return *this;
    }

    /// An item tag or a delimiter.
    DicomBytes& mark(std::uint32_t tag, std::uint32_t length)
    {
        put16(m_bytes, tag >> 16U);
        put16(m_bytes, tag & 0xFFFFU);
        put32(m_bytes, length);
        return *this;
    }

    /// Tag, VR and length alone, so that a test can lie about what follows.
    DicomBytes& head(std::uint32_t tag, std::string_view vr, std::uint32_t length)
    {
        put16(m_bytes, tag >> 16U);
        put16(m_bytes, tag & 0xFFFFU);
        if (m_syntax == Syntax::ImplicitLittle) {
            put32(m_bytes, length);
            return *this;
        }
        raw(toBytes(vr));
        constexpr std::string_view kLong = "OB OD OF OL OV OW SQ SV UC UN UR UT UV";
        if (kLong.find(vr) == std::string_view::npos) {
            put16(m_bytes, length);
            return *this;
        }
        put16(m_bytes, 0);
        put32(m_bytes, length);
        return *this;
    }

    const Bytes& bytes() const { return m_bytes; }

    static constexpr std::uint32_t kUndefined = 0xFFFFFFFF;

private:
    void put16(Bytes& to, std::uint32_t value) const
    {
        const bool big = m_syntax == Syntax::ExplicitBig;
        to.push_back(static_cast<std::byte>(big ? value >> 8U : value));
        to.push_back(static_cast<std::byte>(big ? value : value >> 8U));
    }

    void put32(Bytes& to, std::uint32_t value) const
    {
        const bool big = m_syntax == Syntax::ExplicitBig;
        put16(to, big ? value >> 16U : value & 0xFFFFU);
        put16(to, big ? value & 0xFFFFU : value >> 16U);
    }

    Syntax m_syntax;
    Bytes m_bytes;
};

/// Preamble, "DICM", meta header with this transfer syntax, and the data set.
inline Bytes part10(
    const Bytes& dataset, std::string_view transferSyntax, std::string_view sopClass = "1.2.840.10008.5.1.4.1.1.2")
{
    DicomBytes group;
    group.text(0x00020002, "UI", sopClass).text(0x00020003, "UI", "1.2.3.4.5").text(0x00020010, "UI", transferSyntax);
    DicomBytes meta;
    meta.number(0x00020000, static_cast<std::uint32_t>(group.bytes().size()), "UL").raw(group.bytes());
    Bytes result(128);
    const auto append = [&](const Bytes& bytes) { result.insert(result.end(), bytes.begin(), bytes.end()); };
    append(toBytes("DICM"));
    append(meta.bytes());
    append(dataset);
    return result;
}

inline Bytes part10(const DicomBytes& dataset, std::string_view transferSyntax)
{
    return part10(dataset.bytes(), transferSyntax);
}

inline void writeFile(const std::string& path, const Bytes& bytes)
{
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// A picture to be written. Empty texts leave the element out.
struct PictureSpec
{
    std::string sopClass = "1.2.840.10008.5.1.4.1.1.2";
    std::string instanceUid = "1.2.3.1";
    std::string seriesUid = "1.2.3.100";
    std::string studyUid = "1.2.3.1000";
    std::string modality = "CT";
    std::string imageType = "ORIGINAL\\PRIMARY\\AXIAL";
    std::string position = "0\\0\\0";
    std::string orientation = "1\\0\\0\\0\\1\\0";
    std::string pixelSpacing = "0.5\\0.75";
    std::string imagerPixelSpacing;
    std::string thickness = "2";
    std::string acquisition = "1";
    std::string slope;
    std::string intercept;
    std::string padding;
    std::string photometric = "MONOCHROME2";
    std::string frames;
    int instanceNumber = 1;
    int columns = 4;
    int rows = 3;
    int samples = 1;
    int bitsAllocated = 16;
    int bitsStored = 16;
    int highBit = -1; ///< bitsStored - 1 when negative.
    bool isSigned = false;
    Bytes pixels; ///< As stored; zeros when empty.
    Syntax syntax = Syntax::ExplicitLittle;
};

inline void addIf(DicomBytes& set, std::uint32_t tag, std::string_view vr, const std::string& value)
{
    if (!value.empty())
        set.text(tag, vr, value);
}

/// The data set of a picture; `more` is written in front of the pixel data.
inline DicomBytes pictureDataset(const PictureSpec& spec, const DicomBytes& more)
{
    DicomBytes set(spec.syntax);
    addIf(set, 0x00080008, "CS", spec.imageType);
    addIf(set, 0x00080016, "UI", spec.sopClass);
    addIf(set, 0x00080018, "UI", spec.instanceUid);
    addIf(set, 0x00080060, "CS", spec.modality);
    addIf(set, 0x00180050, "DS", spec.thickness);
    addIf(set, 0x00181164, "DS", spec.imagerPixelSpacing);
    addIf(set, 0x0020000D, "UI", spec.studyUid);
    addIf(set, 0x0020000E, "UI", spec.seriesUid);
    addIf(set, 0x00200012, "IS", spec.acquisition);
    set.text(0x00200013, "IS", std::to_string(spec.instanceNumber));
    addIf(set, 0x00200032, "DS", spec.position);
    addIf(set, 0x00200037, "DS", spec.orientation);
    set.number(0x00280002, static_cast<std::uint32_t>(spec.samples));
    addIf(set, 0x00280004, "CS", spec.photometric);
    if (spec.samples > 1)
        set.number(0x00280006, 0);
    addIf(set, 0x00280008, "IS", spec.frames);
    set.number(0x00280010, static_cast<std::uint32_t>(spec.rows))
        .number(0x00280011, static_cast<std::uint32_t>(spec.columns));
    addIf(set, 0x00280030, "DS", spec.pixelSpacing);
    set.number(0x00280100, static_cast<std::uint32_t>(spec.bitsAllocated))
        .number(0x00280101, static_cast<std::uint32_t>(spec.bitsStored));
    set.number(0x00280102, static_cast<std::uint32_t>(spec.highBit < 0 ? spec.bitsStored - 1 : spec.highBit));
    set.number(0x00280103, spec.isSigned ? 1 : 0);
    if (!spec.padding.empty())
        set.number(
            0x00280120, static_cast<std::uint32_t>(std::stoi(spec.padding)) & 0xFFFFU, spec.isSigned ? "SS" : "US");
    addIf(set, 0x00281052, "DS", spec.intercept);
    addIf(set, 0x00281053, "DS", spec.slope);
    set.raw(more.bytes());
    Bytes pixels = spec.pixels;
    const int frames = spec.frames.empty() ? 1 : std::stoi(spec.frames);
    if (pixels.empty())
        pixels.resize(
            static_cast<std::size_t>((spec.columns * spec.rows * spec.samples * frames * spec.bitsAllocated + 7) / 8));
    set.element(0x7FE00010, spec.bitsAllocated > 8 ? "OW" : "OB", pixels);
    return set;
}

/// The whole file of a picture.
inline Bytes pictureFile(const PictureSpec& spec, const DicomBytes& more)
{
    constexpr std::string_view kSyntaxes[] = {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"};
    return part10(pictureDataset(spec, more), kSyntaxes[static_cast<int>(spec.syntax)]);
}

inline Bytes pictureFile(const PictureSpec& spec)
{
    return pictureFile(spec, DicomBytes(spec.syntax));
}

/// 16-bit samples, low byte first (or last).
inline Bytes samples16(const std::vector<int>& values, bool bigEndian = false)
{
    Bytes bytes;
    for (const int value : values) {
        const auto low = static_cast<std::byte>(value & 0xFF);
        const auto high = static_cast<std::byte>((value >> 8) & 0xFF);
        bytes.push_back(bigEndian ? high : low);
        bytes.push_back(bigEndian ? low : high);
    }
    return bytes;
}

} // namespace test
