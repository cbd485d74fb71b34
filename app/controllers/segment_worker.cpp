#include "app/controllers/segment_worker.h"

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

SegmentAnswer SegmentWorker::run(const SegmentTask& task, std::stop_token stop, const imaging::Progress& progress)
{
    SegmentAnswer answer;
    progress.report(0.05, "opening the model");
    answer.package = segmenter().package();
    const imaging::Slice slice = imaging::sliceOf(*task.volume, task.slice);
    if (task.confirmed == Confirmed::No)
        answer.doubts = doubtsAbout(answer.package, slice, task.text, task.sides);
    ModelText text = textForModel(
        task.text, task.sides, answer.package, slice.sides, answer.doubts.empty() ? task.confirmed : Confirmed::Yes);
    answer.modelText = std::move(text.text);
    answer.warnings = std::move(text.warnings);
    if (!answer.doubts.empty() || stop.stop_requested())
        return answer;
    progress.report(0.2, "looking at the picture");
    auto& picture = prepared(task.volume, task.slice, slice);
    if (stop.stop_requested())
        return answer;
    progress.report(0.7, "reading the sentence");
    answer.segmentation = segmenter().segment(picture, answer.modelText);
    for (auto& warning : answer.segmentation.warnings)
        answer.warnings.push_back(warning);
    return answer;
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
