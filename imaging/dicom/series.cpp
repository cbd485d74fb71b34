#include "imaging/dicom/series.h"

#include "imaging/dicom/frame_source.h"
#include "imaging/dicom/image_description.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/stack_geometry.h"
#include "imaging/dicom/voxel_convert.h"
#include "imaging/error.h"
#include "imaging/parallel.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <span>
#include <utility>

#include <unistd.h>

namespace imaging {

namespace {

/// One file of the series with the slices that come from it.
struct FilePlan
{
    const SeriesFile* file = nullptr;
    std::vector<std::pair<int, std::size_t>> slices; ///< Frame, index of the slice.
    std::vector<FrameGeometry> frames;
};

struct Plan
{
    std::vector<FilePlan> files;
    std::vector<ImageDescription> images; ///< One per file.
    std::vector<SliceRef> order;
    VoxelGrid grid;
};

std::vector<SliceRef> orderOf(const SeriesInfo& series)
{
    if (!series.order.empty())
        return series.order;
    std::vector<SliceRef> order;
    for (std::size_t file = 0; file < series.files.size(); ++file) {
        for (int frame = 0; frame < series.files[file].frames; ++frame)
            order.push_back({static_cast<int>(file), frame});
    }
    return order;
}

/// Files that the slices `order` come from; `order` then refers to these.
Plan planFor(const SeriesInfo& series, std::vector<SliceRef> order)
{
    Plan plan;
    std::vector<int> place(series.files.size(), -1);
    for (std::size_t slice = 0; slice < order.size(); ++slice) {
        int& at = place.at(static_cast<std::size_t>(order[slice].file));
        if (at < 0) {
            at = static_cast<int>(plan.files.size());
            plan.files.push_back(
                {.file = &series.files[static_cast<std::size_t>(order[slice].file)], .slices = {}, .frames = {}});
        }
        order[slice].file = at;
        plan.files[static_cast<std::size_t>(at)].slices.emplace_back(order[slice].frame, slice);
    }
    plan.order = std::move(order);
    plan.grid = series.grid;
    plan.grid.slices = static_cast<int>(plan.order.size());
    return plan;
}

/// Looks at a file again: it may have changed since it was scanned.
ImageDescription describeAgain(const SeriesInfo& series, FilePlan& plan)
{
    const auto header = prescanFile(plan.file->path, PrescanExtent::UpToPixels);
    const auto changed = [&] {
        return Error(ErrorKind::InvalidInput,
            "The file " + quotedName(plan.file->path) + " has changed since the folder was scanned: scan it again.",
            plan.file->path);
    };
    if (!header)
        throw changed();
    ImageDescription image = describeImage(*header);
    if (image.layout.columns != series.columns || image.layout.rows != series.rows)
        throw changed();
    for (const auto& [frame, slice] : plan.slices) {
        if (frame < 0 || frame >= image.layout.frames)
            throw changed();
    }
    plan.frames = frameGeometries(*header, image.layout.frames);
    return image;
}

void checkMemory(const SeriesInfo& series, std::uint64_t bytes)
{
    const auto pages = static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_PHYS_PAGES)));
    const auto pageSize = static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_PAGESIZE)));
    const std::uint64_t most = pages * pageSize / 10 * 8;
    if (bytes > most)
        throw Error(ErrorKind::InvalidInput,
            "The series with " + quotedName(series.files.front().path) + " needs " + std::to_string(bytes >> 20U)
                + " MB of memory, more than this machine has to give (" + std::to_string(most >> 20U) + " MB).",
            series.files.front().path);
}

void checkAlike(const std::vector<ImageDescription>& images)
{
    for (const ImageDescription& image : images) {
        const bool alike = image.layout.samplesPerPixel == images.front().layout.samplesPerPixel
            && image.palette.size() == images.front().palette.size()
            && image.layout.isFloat == images.front().layout.isFloat;
        if (!alike)
            throw Error(ErrorKind::Unsupported,
                "The file " + quotedName(image.path) + " holds another kind of picture than the rest of its series.",
                image.path);
    }
}

/// Decodes and converts all slices of the plan; false when a value did not fit the type or when cancelled.
class Filling
{
public:
    Filling(const Plan& plan, const VoxelChoice& choice, VoxelType type, std::span<std::byte> voxels)
        : m_plan(plan)
        , m_type(type)
        , m_sliceBytes(plan.grid.sliceVoxels() * static_cast<std::size_t>(choice.components) * bytesOf(type))
        , m_voxels(voxels)
    {
    }

    bool run(std::stop_token stop, const Progress& progress)
    {
        m_stop = std::move(stop);
        m_progress = &progress;
        const bool manyFiles = m_plan.files.size() > 1;
        // One thread a file, or, when there is one file, one thread a frame.
        parallelFor(m_plan.files.size(), manyFiles ? usefulThreads() : 1, [&](std::size_t i) {
            if (!finished())
                fillFrom(i, manyFiles ? 1 : usefulThreads());
        });
        return m_fits && !m_stop.stop_requested();
    }

    bool fits() const { return m_fits; }

private:
    bool finished() const { return !m_fits || m_stop.stop_requested(); }

    void fillFrom(std::size_t file, unsigned threads)
    {
        const ImageDescription& image = m_plan.images[file];
        const FrameSource source(image);
        const auto& slices = m_plan.files[file].slices;
        parallelFor(slices.size(), threads, [&](std::size_t i) {
            if (!finished())
                fillSlice(image, source, slices[i].first, slices[i].second);
        });
    }

    void fillSlice(const ImageDescription& image, const FrameSource& source, int frame, std::size_t slice)
    {
        const auto voxels = m_voxels.subspan(slice * m_sliceBytes, m_sliceBytes);
        const std::size_t decoded = decodedFrameBytes(image.layout);
        bool fits = true;
        // Samples of one or two bytes become voxels where they are.
        if (decoded == m_sliceBytes && decodedSampleBytes(image.layout) <= 2) {
            source.read(frame, voxels);
            fits = convertFrame(image, frame, voxels, m_type, voxels);
        } else {
            std::vector<std::byte> samples(decoded);
            source.read(frame, samples);
            fits = convertFrame(image, frame, samples, m_type, voxels);
        }
        if (!fits)
            m_fits = false;
        const std::size_t total = m_plan.order.size();
        const std::size_t done = ++m_done;
        if (done % std::max<std::size_t>(1, total / 50) == 0)
            m_progress->report(static_cast<double>(done) / static_cast<double>(total), "reading slices");
    }

    const Plan& m_plan;
    VoxelType m_type;
    std::size_t m_sliceBytes;
    std::span<std::byte> m_voxels;
    std::stop_token m_stop;
    const Progress* m_progress = nullptr;
    std::atomic<bool> m_fits{true};
    std::atomic<std::size_t> m_done{0};
};

VolumeInfo infoOf(const SeriesInfo& series, const Plan& plan)
{
    VolumeInfo info;
    info.study = series.study;
    info.unpacked = series.unpacked;
    for (const SliceRef ref : plan.order) {
        const FilePlan& file = plan.files[static_cast<std::size_t>(ref.file)];
        const FrameGeometry& frame = file.frames[static_cast<std::size_t>(ref.frame)];
        info.sources.push_back({file.file->sopClassUid, file.file->sopInstanceUid, file.file->path, ref.frame + 1,
            frame.position, frame.orientation, frame.pixelSpacing, frame.sliceThickness});
    }
    const ImageDescription& first = plan.images.front();
    info.monochrome1 = first.layout.photometric == "MONOCHROME1";
    info.spacing = series.spacing;
    info.notRegular = plan.order.size() > 1 ? series.notRegular : std::string();
    info.window = first.window;
    const bool hounsfield = std::all_of(
        plan.images.begin(), plan.images.end(), [](const ImageDescription& image) { return image.isHounsfield; });
    if (hounsfield)
        info.unit = "HU";
    if (first.padding)
        info.padding = *first.padding * first.rescaleOf(0).slope + first.rescaleOf(0).intercept;
    return info;
}

LoadedVolume loadOrThrow(const SeriesInfo& series, Plan plan, std::stop_token stop, const Progress& progress)
{
    plan.images.resize(plan.files.size());
    parallelFor(plan.files.size(), usefulThreads(), [&](std::size_t i) {
        if (!stop.stop_requested())
            plan.images[i] = describeAgain(series, plan.files[i]);
        if (i > 0)
            plan.images[i].window.reset(); // The first one's is shown; each may hold a large table.
    });
    if (stop.stop_requested())
        return {};
    checkAlike(plan.images);
    const VoxelChoice choice = chooseVoxelType(plan.images);
    for (const VoxelType type : {choice.type, choice.wider}) {
        const std::uint64_t bytes = plan.grid.voxels() * static_cast<std::uint64_t>(choice.components) * bytesOf(type);
        checkMemory(series, bytes);
        VoxelBuffer voxels(bytes);
        Filling filling(plan, choice, type, voxels.bytes());
        if (filling.run(stop, progress)) {
            auto info = infoOf(series, plan);
            LoadedVolume loaded;
            if (auto sentence = irregularSentence(info.notRegular); !sentence.empty())
                loaded.warnings.push_back(std::move(sentence));
            loaded.volume =
                std::make_shared<Volume>(plan.grid, type, choice.components, std::move(voxels), std::move(info));
            return loaded;
        }
        if (filling.fits())
            return {};
    }
    throw Error(ErrorKind::Internal,
        "The values of the series with " + quotedName(series.files.front().path) + " fit no type of voxel.",
        series.files.front().path);
}

LoadedVolume load(const SeriesInfo& series, Plan plan, std::stop_token stop, const Progress& progress)
{
    try {
        return loadOrThrow(series, std::move(plan), std::move(stop), progress);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::Io,
            "There is not enough memory to read the series with " + quotedName(series.files.front().path) + ".",
            series.files.front().path);
    }
}

void requirePictures(const SeriesInfo& series)
{
    if (series.slices <= 0 || series.files.empty())
        throw Error(ErrorKind::Unsupported, "The series " + series.id + " holds no pictures.", series.id);
}

} // namespace

LoadedVolume readVolume(const SeriesInfo& series, std::stop_token stop, const Progress& progress)
{
    requirePictures(series);
    return load(series, planFor(series, orderOf(series)), std::move(stop), progress);
}

LoadedVolume readSlice(const SeriesInfo& series, int slice)
{
    requirePictures(series);
    const auto order = orderOf(series);
    if (slice < 0 || static_cast<std::size_t>(slice) >= order.size())
        throw Error(ErrorKind::WrongUse,
            "There is no slice " + std::to_string(slice + 1) + ": the series has " + std::to_string(order.size())
                + ".");
    Plan plan = planFor(series, {order[static_cast<std::size_t>(slice)]});
    const auto& file = *plan.files.front().file;
    const auto position = parsePosition(file.imagePosition);
    plan.grid.origin = position && file.frames == 1 ? *position : series.grid.toPatient(0, 0, slice);
    return load(series, std::move(plan), {}, {});
}

} // namespace imaging
