#include "app/controllers/segment_worker.h"

#include "app/workflow/segment.h"

#include <algorithm>
#include <utility>

namespace app {

SegmentWorker::SegmentWorker(SegmenterFactory factory)
    : m_factory(std::move(factory))
{
}

models::Segmenter& SegmentWorker::segmenter()
{
    if (!m_segmenter)
        m_segmenter = m_factory();
    return *m_segmenter;
}

models::PreparedSlice& SegmentWorker::prepared(
    const std::shared_ptr<const imaging::Volume>& volume, int index, const imaging::Slice& slice)
{
    if (m_prepared && m_volume.lock() == volume && m_slice == index)
        return *m_prepared;
    m_prepared.reset();
    m_prepared = segmenter().prepare(slice);
    m_volume = volume;
    m_slice = index;
    return *m_prepared;
}

models::PackageInfo SegmentWorker::warmUp(
    const std::shared_ptr<const imaging::Volume>& volume, int slice, std::stop_token stop)
{
    const models::PackageInfo package = segmenter().package();
    if (stop.stop_requested() || !volume)
        return package;
    const imaging::Slice picture = imaging::sliceOf(*volume, slice);
    if (models::misfits(package, picture).empty())
        prepared(volume, slice, picture);
    return package;
}

SegmentAnswer SegmentWorker::prepareRun(const SegmentTask& task, const imaging::Slice& first)
{
    SegmentAnswer answer;
    answer.package = segmenter().package();
    if (task.confirmed == Confirmed::No)
        answer.doubts = doubtsAbout(answer.package, first, task.text, task.sides);
    ModelText text = textForModel(
        task.text, task.sides, answer.package, first.sides, answer.doubts.empty() ? task.confirmed : Confirmed::Yes);
    answer.modelText = std::move(text.text);
    answer.laterality = patientSideOf(task.text, task.sides, answer.package, first.sides);
    answer.warnings = std::move(text.warnings);
    for (auto& warning : models::untold(answer.package, first))
        answer.warnings.push_back(std::move(warning));
    return answer;
}

/// The first slice, the one that is looked at, stays prepared for the next sentence; the others are let go.
models::Segmentation SegmentWorker::answer(const SegmentTask& task, int index, const std::string& text)
{
    const imaging::Slice slice = imaging::sliceOf(*task.volume, index);
    if (index == task.slices.front())
        return segmenter().segment(prepared(task.volume, index, slice), text);
    return segmenter().segment(*segmenter().prepare(slice), text);
}

SegmentAnswer SegmentWorker::run(
    const SegmentTask& task, std::stop_token stop, const imaging::Progress& progress, const GiveSlice& give)
{
    const std::size_t count = task.slices.size();
    progress.report(count > 1 ? 0 : 0.05, "opening the model");
    SegmentAnswer result = prepareRun(task, imaging::sliceOf(*task.volume, task.slices.at(0)));
    if (!result.doubts.empty())
        return result;
    for (std::size_t i = 0; i < count && !stop.stop_requested(); ++i) {
        progress.report(count > 1 ? static_cast<double>(i) / static_cast<double>(count) : 0.2,
            count > 1 ? "slice " + std::to_string(i + 1) + " of " + std::to_string(count) : "looking at the picture");
        auto segmentation = answer(task, task.slices[i], result.modelText);
        auto hundredths = inHundredths(segmentation.probabilities);
        give(result, {task.slices[i], std::move(hundredths), std::move(segmentation.probabilities)});
        for (auto& warning : segmentation.warnings)
            if (std::find(result.warnings.begin(), result.warnings.end(), warning) == result.warnings.end())
                result.warnings.push_back(std::move(warning));
    }
    return result;
}

imaging::Warnings doubtsAbout(
    const models::PackageInfo& package, const imaging::Slice& slice, std::string_view text, UserSides sides)
{
    imaging::Warnings doubts = models::misfits(package, slice);
    if (slice.sides.atLeft == imaging::PatientSide::Unknown
        && needsSideTags(inPackageWording(text, package).text, sides, package.textSides))
        doubts.emplace_back("No tag of the picture says which side is the patient's right, and the sentence names a "
                            "side: the usual display, the patient's right at the left, would be assumed.");
    return doubts;
}

} // namespace app
