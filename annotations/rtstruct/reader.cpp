#include "annotations/dicom/items.h"
#include "annotations/report/report_words.h"
#include "annotations/rtstruct/contours.h"
#include "annotations/rtstruct/rt_tags.h"
#include "annotations/rtstruct/rtstruct.h"
#include "annotations/rtstruct/slice_places.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/text.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace annotations {

namespace {

using imaging::DicomDataset;

constexpr std::size_t kMostStructures = 65535; ///< Values of a label map.

[[noreturn]] void refuseSet(imaging::ErrorKind kind, const std::filesystem::path& path, const std::string& reason)
{
    throw imaging::Error(
        kind, "The file '" + path.string() + "' cannot be read as a structure set: " + reason, path.string());
}

/// The points of (3006,0050); empty when they are no whole triples of finite numbers.
std::vector<imaging::PatientPoint> pointsOf(const DicomDataset& contour)
{
    const auto numbers = contour.numbers(tags::kContourData);
    const bool finite = std::all_of(numbers.begin(), numbers.end(), [](double n) { return std::isfinite(n); });
    std::vector<imaging::PatientPoint> points;
    for (std::size_t i = 0; finite && numbers.size() % 3 == 0 && i < numbers.size(); i += 3)
        points.push_back({numbers[i], numbers[i + 1], numbers[i + 2]});
    return points;
}

void readContours(const DicomDataset& item, Structure& structure, std::size_t& unreadable)
{
    for (const DicomDataset& contour : item.items(tags::kContourSequence)) {
        if (!contour.rawText(tags::kContourGeometricType).starts_with("CLOSED")) {
            ++structure.otherContours;
            continue;
        }
        StructureContour read{pointsOf(contour), {}};
        if (const auto image = firstItem(contour, tags::kContourImageSequence))
            read.sourceSopInstanceUid = image->rawText(tags::kReferencedSopInstanceUid);
        if (read.points.size() < 3)
            ++unreadable;
        else
            structure.contours.push_back(std::move(read));
    }
    const auto colour = item.numbers(tags::kRoiDisplayColor);
    if (colour.size() == 3)
        structure.colour.emplace(std::array<std::uint8_t, 3>{static_cast<std::uint8_t>(std::clamp(colour[0], 0.0, 255.0)),
            static_cast<std::uint8_t>(std::clamp(colour[1], 0.0, 255.0)),
            static_cast<std::uint8_t>(std::clamp(colour[2], 0.0, 255.0))});
}

void readStructureList(const DicomDataset& root, const std::filesystem::path& path, StructureSet& set)
{
    std::map<int, std::size_t> places; // By number.
    for (const DicomDataset& item : root.items(tags::kStructureSetRoiSequence)) {
        if (set.structures.size() == kMostStructures)
            refuseSet(imaging::ErrorKind::InvalidInput, path, "it has more than 65535 structures.");
        Structure structure;
        structure.number = item.integer(tags::kRoiNumber).value_or(0);
        structure.name = imaging::printable(item.text(tags::kRoiName));
        structure.description = imaging::printable(item.text(tags::kRoiDescription));
        if (!places.emplace(structure.number, set.structures.size()).second)
            refuseSet(imaging::ErrorKind::InvalidInput, path,
                "two of its structures have the number " + std::to_string(structure.number) + ".");
        set.structures.push_back(std::move(structure));
    }
    std::size_t unreadable = 0;
    for (const DicomDataset& item : root.items(tags::kRoiContourSequence)) {
        const auto place = places.find(item.integer(tags::kReferencedRoiNumber).value_or(-1));
        if (place != places.end())
            readContours(item, set.structures[place->second], unreadable);
    }
    if (unreadable > 0)
        set.warnings.push_back(counted(unreadable, "contour") + " without readable points were left out.");
}

StructureSet setIn(const imaging::DicomHeader& header, const std::filesystem::path& path)
{
    const DicomDataset root = header.root();
    StructureSet set;
    set.sopInstanceUid = root.rawText(imaging::tags::kSopInstanceUid);
    set.study = imaging::studyContextOf(header);
    set.label = root.text(tags::kStructureSetLabel);
    const auto frame = firstItem(root, tags::kReferencedFrameOfReferenceSequence);
    if (frame)
        set.frameOfReferenceUid = frame->rawText(imaging::tags::kFrameOfReferenceUid);
    const auto study = firstItem(frame, tags::kRtReferencedStudySequence);
    if (const auto series = firstItem(study, tags::kRtReferencedSeriesSequence))
        set.sourceSeriesUid = series->rawText(imaging::tags::kSeriesInstanceUid);
    readStructureList(root, path, set);
    if (set.structures.empty())
        refuseSet(imaging::ErrorKind::InvalidInput, path, "it describes no structure.");
    return set;
}

bool isSetHeader(const imaging::DicomHeader& header)
{
    return header.root().rawText(imaging::tags::kSopClassUid) == imaging::sop_class::kStructureSet;
}

void checkSetBelongs(const StructureSet& set, const imaging::Volume& picture)
{
    const std::string& frame = picture.info().study.frameOfReferenceUid;
    if (frame.empty() || picture.info().sources.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The picture does not say where it lies in the patient, so contours cannot be laid on it.");
    if (!set.frameOfReferenceUid.empty() && set.frameOfReferenceUid != frame)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The contours lie in another frame of reference than the picture: their positions have nothing to do with "
            "its.");
}

/// Draws structures on the slices of a picture.
class StructureDrawing
{
public:
    explicit StructureDrawing(const imaging::Volume& picture)
        : m_picture(picture)
        , m_places(picture)
        , m_voxels(picture.grid().voxels())
    {
    }

    void draw(const Structure& structure, std::uint16_t value)
    {
        std::map<int, std::vector<Outline>> slices;
        for (const StructureContour& contour : structure.contours)
            place(contour, slices);
        const auto& grid = m_picture.grid();
        for (const auto& [slice, outlines] : slices) {
            std::vector<std::uint8_t> inside(grid.sliceVoxels());
            for (const Outline& outline : outlines)
                turnOver(outline, grid.columns, inside);
            const auto plane = std::span(m_voxels).subspan(grid.offset({0, 0, slice}), inside.size());
            for (std::size_t i = 0; i < inside.size(); ++i) {
                if (inside[i] == 0)
                    continue;
                m_overwritten += plane[i] != 0;
                plane[i] = value;
            }
        }
    }

    LabelMap finish(imaging::Warnings& warnings)
    {
        if (m_placed == 0)
            throw imaging::Error(imaging::ErrorKind::InvalidInput, "None of the contours lies on a slice of the picture.");
        if (m_lost > 0)
            warnings.push_back(counted(m_lost, "contour") + " lie on no slice of the picture and were left out.");
        if (m_overwritten > 0)
            warnings.push_back("Structures overlap in " + std::to_string(m_overwritten)
                + " voxels; there the one that stands later in the file was kept.");
        return {m_picture.grid(), std::move(m_voxels)};
    }

private:
    void place(const StructureContour& contour, std::map<int, std::vector<Outline>>& slices)
    {
        const auto slice = m_places.sliceOf(contour.points.front());
        Outline outline;
        bool flat = slice.has_value();
        for (std::size_t i = 0; flat && i < contour.points.size(); ++i) {
            const auto at = m_places.onSlice(*slice, contour.points[i]);
            outline.push_back({at[0], at[1]});
            flat = m_places.isWithin(at[2]); // Else it lies across the slices.
        }
        m_placed += flat;
        m_lost += !flat;
        if (flat)
            slices[*slice].push_back(std::move(outline));
    }

    const imaging::Volume& m_picture;
    SlicePlaces m_places;
    LabelMap::Voxels m_voxels;
    std::size_t m_placed = 0;
    std::size_t m_lost = 0;
    std::size_t m_overwritten = 0;
};

} // namespace

bool isStructureSet(const std::filesystem::path& path)
{
    const auto header = imaging::prescanFile(path, imaging::PrescanExtent::UpToPixels);
    return header && isSetHeader(*header);
}

StructureSet readStructures(const std::filesystem::path& path)
{
    std::error_code missing;
    if (!std::filesystem::exists(path, missing))
        refuseSet(imaging::ErrorKind::NotFound, path, "there is no such file.");
    const auto header = imaging::prescanFile(path, imaging::PrescanExtent::WholeFile);
    if (!header)
        refuseSet(imaging::ErrorKind::InvalidInput, path, "it is not DICOM.");
    if (!isSetHeader(*header))
        refuseSet(imaging::ErrorKind::InvalidInput, path, "it is another kind of DICOM object (not an RTSTRUCT).");
    return setIn(*header, path);
}

LabelMap toLabelMap(const StructureSet& set, const imaging::Volume& picture, imaging::Warnings& warnings)
{
    checkSetBelongs(set, picture);
    StructureDrawing drawing(picture);
    for (std::size_t i = 0; i < set.structures.size(); ++i)
        drawing.draw(set.structures[i], static_cast<std::uint16_t>(i + 1));
    return drawing.finish(warnings);
}

LabelTable labelsOf(const StructureSet& set)
{
    LabelTable labels;
    for (const Structure& structure : set.structures) {
        Label label;
        label.value = static_cast<std::uint16_t>(labels.size() + 1);
        label.name = structure.name;
        label.description = structure.description;
        label.colour = structure.colour.value_or(freeColour(labels));
        labels.push_back(std::move(label));
    }
    return labels;
}

} // namespace annotations
