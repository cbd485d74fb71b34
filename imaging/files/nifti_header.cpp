#include "imaging/files/nifti_header.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

namespace imaging::detail {

namespace {

/// Numbers out of the header's bytes.
class Fields
{
public:
    Fields(std::span<const std::byte> bytes, bool swapped)
        : m_bytes(bytes)
        , m_swapped(swapped)
    {
    }

    template <typename T> T at(std::size_t offset) const
    {
        std::array<std::byte, sizeof(T)> raw;
        std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(offset), sizeof(T), raw.begin());
        if (m_swapped)
            std::reverse(raw.begin(), raw.end());
        T value;
        std::memcpy(&value, raw.data(), sizeof(T));
        return value;
    }

    template <typename T, typename To, std::size_t N> void fill(std::array<To, N>& to, std::size_t offset) const
    {
        for (std::size_t i = 0; i < N; ++i)
            to[i] = static_cast<To>(at<T>(offset + i * sizeof(T)));
    }

private:
    std::span<const std::byte> m_bytes;
    bool m_swapped;
};

bool holds(std::span<const std::byte> bytes, std::size_t offset, std::string_view text)
{
    return bytes.size() >= offset + text.size() && std::memcmp(bytes.data() + offset, text.data(), text.size()) == 0;
}

NiftiHeader parseFirst(const Fields& fields)
{
    NiftiHeader header;
    fields.fill<std::int16_t>(header.dim, 40);
    header.datatype = fields.at<std::int16_t>(70);
    fields.fill<float>(header.pixdim, 76);
    header.voxelOffset = fields.at<float>(108);
    header.slope = fields.at<float>(112);
    header.intercept = fields.at<float>(116);
    header.units = fields.at<std::uint8_t>(123);
    header.qformCode = fields.at<std::int16_t>(252);
    header.sformCode = fields.at<std::int16_t>(254);
    fields.fill<float>(header.qform, 256);
    fields.fill<float>(header.sform, 280);
    return header;
}

NiftiHeader parseSecond(const Fields& fields)
{
    NiftiHeader header;
    header.datatype = fields.at<std::int16_t>(12);
    fields.fill<std::int64_t>(header.dim, 16);
    fields.fill<double>(header.pixdim, 104);
    header.voxelOffset = static_cast<double>(fields.at<std::int64_t>(168));
    header.slope = fields.at<double>(176);
    header.intercept = fields.at<double>(184);
    header.qformCode = fields.at<std::int32_t>(344);
    header.sformCode = fields.at<std::int32_t>(348);
    fields.fill<double>(header.qform, 352);
    fields.fill<double>(header.sform, 400);
    header.units = fields.at<std::int32_t>(500);
    return header;
}

/// Columns of voxel -> RAS, and the origin, in the file's units.
struct Form
{
    std::array<PatientPoint, 3> columns;
    PatientPoint origin;

    /// Finite, and no column without length or in the plane of the others.
    bool usable() const
    {
        const double volume = dot(cross(columns[0], columns[1]), columns[2]);
        const double size = length(columns[0]) * length(columns[1]) * length(columns[2]);
        return std::isfinite(volume) && std::isfinite(length(origin)) && size > 0 && std::abs(volume) > 1e-3 * size;
    }

    bool rightAngled() const
    {
        const auto part = [&](std::size_t a, std::size_t b) {
            return std::abs(dot(columns[a], columns[b])) / (length(columns[a]) * length(columns[b]));
        };
        return part(0, 1) < 1e-3 && part(0, 2) < 1e-3 && part(1, 2) < 1e-3;
    }
};

Form sformOf(const NiftiHeader& header)
{
    const auto& m = header.sform;
    Form form;
    for (std::size_t i = 0; i < 3; ++i)
        form.columns[i] = {m[i], m[4 + i], m[8 + i]};
    form.origin = {m[3], m[7], m[11]};
    return form;
}

/// Method 2 of nifti1.h: a rotation from a quaternion, times the distances.
Form qformOf(const NiftiHeader& header)
{
    auto [b, c, d, x, y, z] = header.qform;
    const double rest = 1 - (b * b + c * c + d * d);
    const double norm = std::sqrt(b * b + c * c + d * d);
    const double a = rest < 1e-7 ? 0 : std::sqrt(rest);
    if (a == 0 && norm > 0) {
        b /= norm;
        c /= norm;
        d /= norm;
    }
    const auto distance = [&](std::size_t i) { return std::abs(header.pixdim[i]); };
    const double third = header.pixdim[0] < 0 ? -distance(3) : distance(3);
    Form form;
    form.columns[0] =
        distance(1) * PatientPoint{a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)};
    form.columns[1] =
        distance(2) * PatientPoint{2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)};
    form.columns[2] = third * PatientPoint{2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c};
    form.origin = {x, y, z};
    return form;
}

/// A single slice needs no third column: it gets the normal, one unit long.
Form completed(const NiftiHeader& header, Form form)
{
    const double size = length(form.columns[0]) * length(form.columns[1]);
    const bool oneSlice = header.dim[0] < 3 || header.dim[3] <= 1;
    if (oneSlice && length(form.columns[2]) == 0 && size > 0)
        form.columns[2] = (1 / size) * cross(form.columns[0], form.columns[1]);
    return form;
}

bool disagree(const Form& a, const Form& b)
{
    constexpr double kAllowed = 1e-2; // Of a voxel.
    const double voxel = length(a.columns[0]);
    bool differ = length(a.origin - b.origin) > kAllowed * voxel;
    for (std::size_t i = 0; i < 3; ++i)
        differ |= length(a.columns[i] - b.columns[i]) > kAllowed * length(a.columns[i]);
    return differ;
}

/// The form that counts; nothing when there is none that can be used.
std::optional<Form> chosenForm(const NiftiHeader& header, Warnings& warnings)
{
    constexpr int kScanner = 1;
    const auto given = [](int code, const Form& form) {
        return code > 0 && form.usable() ? std::optional(form) : std::nullopt;
    };
    const auto sform = given(header.sformCode, completed(header, sformOf(header)));
    const auto qform = given(header.qformCode, completed(header, qformOf(header)));
    if ((header.sformCode > 0 && !sform) || (header.qformCode > 0 && !qform))
        warnings.emplace_back("One of the orientations in the file makes no sense and is ignored.");
    const bool takeSform = sform && (!qform || (header.sformCode == kScanner && sform->rightAngled()));
    if (sform && qform && disagree(*sform, *qform))
        warnings.emplace_back(std::string("The two orientations in the file disagree: the ")
            + (takeSform ? "sform" : "qform") + " is used.");
    return takeSform ? sform : qform;
}

/// PS: xyzt_units, lowest three bits: 1 metre, 2 millimetre, 3 micrometre.
double millimetresPerUnit(int units)
{
    switch (units & 7) {
    case 1:
        return 1000;
    case 3:
        return 0.001;
    default:
        return 1;
    }
}

} // namespace

std::optional<NiftiHeader> parseNiftiHeader(std::span<const std::byte> bytes)
{
    constexpr std::size_t kFirstSize = 348;
    if (bytes.size() < kFirstSize)
        return std::nullopt;
    for (const bool swapped : {false, true}) {
        const Fields fields(bytes, swapped);
        const auto size = static_cast<std::size_t>(fields.at<std::int32_t>(0));
        const bool first = size == kFirstSize && (holds(bytes, 344, "n+1") || holds(bytes, 344, "ni1"));
        const bool second = size == kNiftiHeaderBytes && bytes.size() >= kNiftiHeaderBytes
            && (holds(bytes, 4, "n+2") || holds(bytes, 4, "ni2"));
        if (!first && !second)
            continue;
        NiftiHeader header = first ? parseFirst(fields) : parseSecond(fields);
        header.swapped = swapped;
        header.detached = holds(bytes, first ? 344 : 4, "ni");
        return header;
    }
    return std::nullopt;
}

NiftiGeometry niftiGeometry(const NiftiHeader& header, Warnings& warnings)
{
    const double scale = millimetresPerUnit(header.units);
    NiftiGeometry geometry;
    const auto form = chosenForm(header, warnings);
    if (!form) {
        warnings.emplace_back("The file does not say how its axes lie in the patient: sides are not known.");
        const auto sane = [](double d) { return std::isfinite(d) && d > 0; };
        geometry.spacingKnown = std::all_of(&header.pixdim[1], &header.pixdim[4], sane);
        for (std::size_t i = 0; geometry.spacingKnown && i < 3; ++i)
            geometry.spacingMm[i] = scale * header.pixdim[i + 1];
        return geometry;
    }
    const auto toLps = [](PatientPoint p) { return PatientPoint{-p.x, -p.y, p.z}; };
    geometry.axesKnown = geometry.spacingKnown = true;
    geometry.origin = scale * toLps(form->origin);
    for (std::size_t i = 0; i < 3; ++i) {
        const double size = length(form->columns[i]);
        geometry.spacingMm[i] = scale * size;
        geometry.axes[i] = (1 / size) * toLps(form->columns[i]);
    }
    return geometry;
}

} // namespace imaging::detail
