#pragma once

#include "annotations/seg/seg_object.h"
#include "imaging/dicom/header.h"
#include "imaging/error.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace annotations {

/// Refuses a file that was to be read as a segmentation, with its name in the sentence.
class SegRefusal
{
public:
    explicit SegRefusal(const std::filesystem::path& path)
        : m_path(path.string())
    {
    }

    [[noreturn]] void invalid(const std::string& reason) const { fail(imaging::ErrorKind::InvalidInput, reason); }
    [[noreturn]] void unsupported(const std::string& reason) const { fail(imaging::ErrorKind::Unsupported, reason); }
    [[noreturn]] void fail(imaging::ErrorKind kind, const std::string& reason) const;

private:
    std::string m_path;
};

/// Segment number as stored -> index into SegObject::segments, from 1.
using SegmentIndices = std::map<int, int>;

/// The object as its header describes it: patient, study, segments; its frames come with their pixels. Throws as
/// readSeg().
SegObject segObjectOf(const imaging::DicomHeader& header, SegmentIndices& segments, const SegRefusal& refusal);

/// Where each frame lies, which segment it belongs to and what it was made from, by the functional groups (PS3.3
/// C.7.6.16.2, C.8.20.3); also sets what the object has of them as a whole.
std::vector<SegFrame> segFramesOf(const imaging::DicomHeader& header, const SegmentIndices& segments, SegObject& object,
    const SegRefusal& refusal);

/// The index of a segment that pixels or frames belong to.
int segmentIndex(int number, const SegmentIndices& segments, const SegRefusal& refusal);

/// The value of a label map's pixels that belong to no segment: (0028,0120), 0 when it is absent.
int backgroundOf(const imaging::DicomHeader& header);

} // namespace annotations
