// A CT series from its folder: scan, first picture, complete; ITK's series reader beside it on the same files.
//
//     LIMN_TEST_DATA=... build/release/bin/bench_ct
//
// Needs ct-thorax in LIMN_TEST_DATA (JPEG-LS); an uncompressed copy is written to a temporary folder first.
//
//     build/release/bin/bench_ct --once first|itk FOLDER
//
// reads a folder one time and prints JSON: a process for compare.py, so that memory can be compared too.

#include "imaging/dicom/frame_source.h"
#include "imaging/dicom/prescan.h"
#include "imaging/dicom/scan.h"
#include "imaging/dicom/series.h"
#include "tests/support/dicom_bytes.h"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <itkGDCMImageIO.h>
#include <itkGDCMSeriesFileNames.h>
#include <itkImageSeriesReader.h>
#include <itkVersion.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string_view>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;

/// The same object with its pixels in Explicit VR Little Endian.
void writeUncompressed(const fs::path& from, const fs::path& to)
{
    const auto header = imaging::prescanFile(from, imaging::PrescanExtent::UpToPixels);
    const auto image = imaging::describeImage(*header);
    test::Bytes samples(imaging::decodedFrameBytes(image.layout));
    imaging::FrameSource(image).read(0, samples);
    std::ifstream file(from, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    constexpr std::size_t kElementHead = 12;
    const auto begin = static_cast<std::size_t>(header->dataOffset);
    const auto end = static_cast<std::size_t>(image.pixels.offset) - kElementHead;
    test::DicomBytes dataset;
    dataset.raw(test::toBytes(std::string_view(all).substr(begin, end - begin))).element(0x7FE00010, "OW", samples);
    test::writeFile(to.string(), test::part10(dataset, "1.2.840.10008.1.2.1"));
}

/// The two folders that are read, made on first use; the temporary one is removed at the end.
class Folders
{
public:
    Folders()
        : compressed(fs::path(std::getenv("LIMN_TEST_DATA") ? std::getenv("LIMN_TEST_DATA") : "") / "ct-thorax")
        , plain(fs::temp_directory_path() / ("limn-bench-ct-" + std::to_string(getpid())))
    {
        if (!fs::is_directory(compressed))
            return;
        fs::create_directories(plain);
        for (const auto& entry : fs::directory_iterator(compressed))
            writeUncompressed(entry.path(), plain / entry.path().filename());
    }
    ~Folders() { fs::remove_all(plain); }
    Folders(const Folders&) = delete;
    Folders& operator=(const Folders&) = delete;

    fs::path compressed;
    fs::path plain;
};

void scanSeries(benchmark::State& state, const fs::path& folder)
{
    for (auto step : state)
        benchmark::DoNotOptimize(imaging::scanPath(folder, {}, {}));
}

imaging::LoadedVolume readFirstPicture(const fs::path& folder)
{
    const auto found = imaging::scanPath(folder, {}, {});
    return imaging::readSlice(found.series.front(), found.series.front().slices / 2);
}

void firstPicture(benchmark::State& state, const fs::path& folder)
{
    for (auto step : state)
        benchmark::DoNotOptimize(readFirstPicture(folder));
}

void complete(benchmark::State& state, const fs::path& folder)
{
    for (auto step : state) {
        const auto found = imaging::scanPath(folder, {}, {});
        benchmark::DoNotOptimize(imaging::readVolume(found.series.front(), {}, {}));
    }
}

using ItkImage = itk::Image<short, 3>;

ItkImage::Pointer readWithItk(const fs::path& folder)
{
    const auto names = itk::GDCMSeriesFileNames::New();
    names->SetDirectory(folder.string());
    const auto reader = itk::ImageSeriesReader<ItkImage>::New();
    reader->SetImageIO(itk::GDCMImageIO::New());
    reader->SetFileNames(names->GetInputFileNames());
    reader->Update();
    return reader->GetOutput();
}

void completeWithItk(benchmark::State& state, const fs::path& folder)
{
    for (auto step : state)
        benchmark::DoNotOptimize(readWithItk(folder)->GetBufferPointer());
}

/// One reading, timed, with the sum of what was read.
int once(std::string_view what, const fs::path& folder)
{
    const auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    nlohmann::json answer;
    if (what == "itk") {
        const auto image = readWithItk(folder);
        answer["seconds"] = seconds();
        answer["version"] = itk::Version::GetITKVersion();
        const short* voxels = image->GetBufferPointer();
        const auto count = image->GetLargestPossibleRegion().GetNumberOfPixels();
        answer["sum"] = static_cast<double>(std::accumulate(voxels, voxels + count, std::int64_t{0}));
    } else {
        const auto loaded = readFirstPicture(folder);
        answer["seconds"] = seconds();
        answer["sum"] = imaging::statistics(*loaded.volume).sum;
    }
    std::puts(answer.dump().c_str());
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 4 && std::string_view(argv[1]) == "--once")
        return once(argv[2], argv[3]);
    benchmark::Initialize(&argc, argv);
    const Folders folders;
    if (!fs::is_directory(folders.compressed)) {
        std::fprintf(stderr, "ct-thorax is not in LIMN_TEST_DATA: nothing to measure.\n");
        return 0;
    }
    const auto add = [](const char* name, auto* function, const fs::path& folder) {
        benchmark::RegisterBenchmark(name, function, folder)->Unit(benchmark::kMillisecond)->UseRealTime();
    };
    add("scan", scanSeries, folders.plain);
    add("first picture", firstPicture, folders.plain);
    add("complete", complete, folders.plain);
    add("complete with ITK", completeWithItk, folders.plain);
    add("scan, JPEG-LS", scanSeries, folders.compressed);
    add("first picture, JPEG-LS", firstPicture, folders.compressed);
    add("complete, JPEG-LS", complete, folders.compressed);
    add("complete with ITK, JPEG-LS", completeWithItk, folders.compressed);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
