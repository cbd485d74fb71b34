#include "imaging/pacs/vetting.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"
#include "imaging/log.h"

#include <algorithm>
#include <optional>

namespace imaging::pacs::detail {

namespace {

constexpr std::uint16_t kDoesNotMatchClass = 0xA900;
constexpr std::uint16_t kCannotUnderstand = 0xC000;

// Compressed pictures that unfold further than this are not pictures: RLE, the best of them on empty ones, reaches 64.
constexpr double kMaxUnfolding = 20'000;
constexpr double kHarmlessBytes = 256e6;

Vetting refuse(std::uint16_t status, const std::string& comment)
{
    return {status, comment, {}, {}};
}

/// Bytes that the picture has by its own account; a double, as no integer holds what can be claimed.
double claimedBytes(const DicomDataset& dataset)
{
    const auto value = [&dataset](tags::Tag tag, double otherwise) {
        return std::max(dataset.number(tag).value_or(otherwise), 0.0);
    };
    const bool isSubsampled = dataset.rawText(tags::kPhotometric).find("422") != std::string_view::npos;
    const double samples = isSubsampled ? 2 : value(tags::kSamplesPerPixel, 1);
    return value(tags::kRows, 0) * value(tags::kColumns, 0) * samples * value(tags::kNumberOfFrames, 1)
        * value(tags::kBitsAllocated, 8) / 8;
}

bool isHonestAboutPixels(const DicomHeader& header)
{
    if (!header.pixels)
        return true;
    const double claimed = claimedBytes(header.root());
    const auto present = static_cast<double>(header.pixels->length);
    if (header.pixels->encapsulated)
        return claimed <= kHarmlessBytes || claimed <= present * kMaxUnfolding;
    return claimed <= present;
}

Vetting judge(const DicomHeader& header, const FileMeta& announced)
{
    const DicomDataset dataset = header.root();
    if (header.truncated)
        return refuse(kCannotUnderstand, "The data set is cut off");
    if (dataset.rawText(tags::kSopClassUid) != announced.sopClassUid
        || dataset.rawText(tags::kSopInstanceUid) != announced.sopInstanceUid)
        return refuse(kDoesNotMatchClass, "The data set is not the announced instance");
    Vetting verdict;
    verdict.studyUid = dataset.rawText(tags::kStudyInstanceUid);
    verdict.seriesUid = dataset.rawText(tags::kSeriesInstanceUid);
    if (!isValidUid(verdict.studyUid) || !isValidUid(verdict.seriesUid))
        return refuse(kDoesNotMatchClass, "Study or series instance UID is missing or not valid");
    if (!isHonestAboutPixels(header))
        return refuse(kDoesNotMatchClass, "The pixel data do not have the size they claim");
    return verdict;
}

} // namespace

Vetting vetReceived(const std::filesystem::path& path, const FileMeta& announced)
{
    try {
        const std::optional<DicomHeader> header = prescanFile(path, PrescanExtent::WholeFile);
        return header ? judge(*header, announced) : refuse(kCannotUnderstand, "The data set is not DICOM");
    } catch (const Error& error) {
        log(LogLevel::Info, std::string("A received object was refused: ") + error.what());
        return refuse(kCannotUnderstand, "The data set is damaged, cut off or nested too deeply");
    }
}

} // namespace imaging::pacs::detail
