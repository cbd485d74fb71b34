#include "models/clip/training/picture_vectors.h"

#include "models/layers/unit_length.h"
#include "models/training/step_loader.h"
#include "models/weights/sha256.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <span>

namespace models::clip {

namespace {

constexpr std::int64_t kTogether = 16;

/// What one read of some pictures gives.
struct ReadBatch
{
    std::vector<vision::PictureBytes> pictures;
    std::vector<std::size_t> places;
    imaging::Warnings warnings;
};

vision::PictureFit fitOf(std::int64_t size)
{
    vision::PictureFit fit;
    fit.size = int(size);
    return fit;
}

std::string digestOf(const at::Tensor& picture)
{
    const auto values = picture.contiguous();
    weights::Sha256 digest;
    digest.update(std::as_bytes(std::span(values.const_data_ptr<float>(), std::size_t(values.numel()))));
    return digest.hexDigest();
}

} // namespace

at::Tensor fittedPixels(const std::vector<vision::PictureBytes>& pictures, std::int64_t size)
{
    const auto fit = fitOf(size);
    auto pixels = torch::empty({std::int64_t(pictures.size()), 3, size, size});
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const auto square = vision::fittedPicture(pictures[i].view(), fit);
        const auto numbers = vision::normalizedPicture(square.view(), fit);
        std::copy(numbers.begin(), numbers.end(), pixels.data_ptr<float>() + std::int64_t(i) * 3 * size * size);
    }
    return pixels;
}

void forPictures(const std::vector<LabelledPicture>& pictures, const SliceReader& read, std::int64_t size,
    const std::function<void(const at::Tensor& pixels, const std::vector<std::size_t>& places)>& visit,
    imaging::Warnings& warnings, const std::stop_token& stop, const imaging::Progress& progress)
{
    const auto steps = (std::int64_t(pictures.size()) + kTogether - 1) / kTogether;
    const auto readSome = [&](std::int64_t step) {
        ReadBatch batch;
        const auto first = std::size_t(step * kTogether);
        for (auto i = first; i < std::min(first + std::size_t(kTogether), pictures.size()); ++i)
            if (auto picture = openShown(pictures[i], read, batch.warnings)) {
                batch.pictures.push_back(std::move(*picture));
                batch.places.push_back(i);
            }
        return batch;
    };
    training::StepLoader<ReadBatch> loader(readSome, 0, steps, 0);
    for (std::int64_t step = 0; step < steps && !stop.stop_requested(); ++step) {
        const auto batch = loader.next();
        warnings.insert(warnings.end(), batch.warnings.begin(), batch.warnings.end());
        if (!batch.pictures.empty())
            visit(fittedPixels(batch.pictures, size), batch.places);
        progress.report(double(step + 1) / double(steps), "looking at pictures");
    }
}

PictureVectors::PictureVectors(Clip& clip, c10::Device device, VectorCache cache)
    : m_clip(clip)
    , m_device(device)
    , m_cache(std::move(cache))
{
}

at::Tensor PictureVectors::of(const at::Tensor& pixels)
{
    const torch::NoGradGuard noGradients;
    std::vector<std::string> digests;
    std::vector<std::int64_t> unknown;
    for (std::int64_t i = 0; i < pixels.size(0); ++i) {
        digests.push_back(digestOf(pixels[i]));
        if (!m_cache.find(digests.back()))
            unknown.push_back(i);
    }
    if (!unknown.empty()) {
        const auto seen = pixels.index_select(0, torch::tensor(unknown)).to(m_device);
        const auto vectors = layers::unitLength(m_clip->encodeImage(seen)).cpu();
        for (std::size_t i = 0; i < unknown.size(); ++i)
            m_cache.add(digests[std::size_t(unknown[i])], vectors[std::int64_t(i)]);
    }
    std::vector<at::Tensor> all;
    for (const auto& digest : digests)
        all.push_back(*m_cache.find(digest));
    return torch::stack(all).to(m_device);
}

} // namespace models::clip
