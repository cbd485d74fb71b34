#include "imaging/files/unknown_axes.h"

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

namespace imaging::detail {

namespace {

/// Of NIfTI-1: qform_code and sform_code, two bytes each.
constexpr std::size_t kFormCodes = 252;
constexpr std::size_t kFormCodeBytes = 4;
constexpr std::string_view kSpace = "\nspace: left-posterior-superior\n";
constexpr std::string_view kNoSpace = "\nspace dimension: 3\n";

struct CloseGz
{
    void operator()(gzFile file) const { gzclose(file); }
};
using GzFile = std::unique_ptr<gzFile_s, CloseGz>;

std::string inflated(const std::string& file)
{
    std::string content;
    const GzFile in(gzopen(file.c_str(), "rb"));
    std::string part(std::size_t{1} << 20U, '\0');
    for (int got = 1; in && got > 0; content.append(part, 0, static_cast<std::size_t>(std::max(got, 0))))
        got = gzread(in.get(), part.data(), static_cast<unsigned>(part.size()));
    return content;
}

void write(const std::string& file, const std::string& content, FileFormat format)
{
    constexpr std::size_t kAtOnce = std::size_t{1} << 28U;
    const GzFile out(gzopen(file.c_str(), format == FileFormat::CompressedNifti ? "wb" : "wbT"));
    for (std::size_t at = 0; out && at < content.size(); at += kAtOnce) {
        const auto size = static_cast<unsigned>(std::min(kAtOnce, content.size() - at));
        if (gzwrite(out.get(), content.data() + at, size) != static_cast<int>(size))
            return;
    }
}

} // namespace

void markAxesUnknown(FileFormat format, const std::string& file)
{
    if (format == FileFormat::Nrrd) {
        std::ifstream in(file, std::ios::binary);
        std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        const auto header = content.find("\n\n");
        if (const auto at = content.find(kSpace); at < header)
            content.replace(at, kSpace.size(), kNoSpace);
        std::ofstream(file, std::ios::binary) << content;
        return;
    }
    std::string content = inflated(file);
    if (content.size() >= kFormCodes + kFormCodeBytes)
        content.replace(kFormCodes, kFormCodeBytes, kFormCodeBytes, '\0');
    write(file, content, format);
}

} // namespace imaging::detail
