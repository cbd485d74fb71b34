#pragma once

#include "imaging/progress.h"
#include "models/clip/network.h"
#include "models/clip/training/learning_pictures.h"
#include "models/clip/training/vector_cache.h"
#include "models/vision/picture_fit.h"

#include <c10/core/Device.h>

#include <functional>

namespace models::clip {

/// Opened pictures as the network takes them in use: fitted, normalised. -> [pictures, 3, size, size]
at::Tensor fittedPixels(const std::vector<vision::PictureBytes>& pictures, std::int64_t size);

/// Runs `visit` with the pixels of some pictures at a time and their places in `pictures`, those that cannot be read
/// left out with a warning. Pictures are read ahead in threads. Early after a stop request.
void forPictures(const std::vector<LabelledPicture>& pictures, const SliceReader& read, std::int64_t size,
    const std::function<void(const at::Tensor& pixels, const std::vector<std::size_t>& places)>& visit,
    imaging::Warnings& warnings, const std::stop_token& stop, const imaging::Progress& progress);

/// A CLIP's vectors of pictures, of length one, each computed once.
class PictureVectors
{
public:
    /// `clip` must outlive it.
    PictureVectors(Clip& clip, c10::Device device, VectorCache cache);

    /// Pixels as the network takes them [B, 3, size, size], on the CPU -> [B, embedDim] on the device
    at::Tensor of(const at::Tensor& pixels);

    void save() { m_cache.save(); }

private:
    Clip& m_clip;
    c10::Device m_device;
    VectorCache m_cache;
};

} // namespace models::clip
