#include "models/clip/training/vector_cache.h"

#include "imaging/error.h"
#include "models/weights/safetensors.h"

#include <torch/types.h>

#include <cstring>

namespace models::clip {

namespace {

constexpr std::int64_t kDigestBytes = 64; ///< Hexadecimal digits.
constexpr const char* kDigests = "pictures";
constexpr const char* kVectors = "vectors";

} // namespace

VectorCache::VectorCache(const std::filesystem::path& folder, const std::string& modelSha256, std::int64_t width)
    : m_width(width)
{
    if (folder.empty())
        return;
    m_file = folder / ("vectors-" + modelSha256.substr(0, 32) + ".safetensors");
    if (!std::filesystem::exists(m_file))
        return;
    try {
        const auto tensors = weights::readSafetensors(m_file);
        const auto digests = tensors.at(kDigests), vectors = tensors.at(kVectors);
        const auto count = digests.size(0);
        if (digests.scalar_type() != torch::kByte || !digests.sizes().equals({count, kDigestBytes})
            || vectors.scalar_type() != torch::kFloat || !vectors.sizes().equals({count, width}))
            return;
        for (std::int64_t i = 0; i < count; ++i) {
            const auto* digest =
                reinterpret_cast<const char*>(digests.const_data_ptr<std::uint8_t>()) + i * kDigestBytes;
            const auto* vector = vectors.const_data_ptr<float>() + i * width;
            m_vectors.emplace(
                std::string(digest, std::size_t(kDigestBytes)), std::vector<float>(vector, vector + width));
        }
    } catch (const std::exception&) {
        m_vectors.clear(); // They are computed again.
    }
}

std::optional<at::Tensor> VectorCache::find(const std::string& pictureSha256) const
{
    const auto found = m_vectors.find(pictureSha256);
    if (found == m_vectors.end())
        return std::nullopt;
    return torch::tensor(at::ArrayRef<float>(found->second));
}

void VectorCache::add(const std::string& pictureSha256, const at::Tensor& vector)
{
    const auto values = vector.to(torch::kCPU, torch::kFloat).contiguous();
    m_vectors[pictureSha256].assign(values.const_data_ptr<float>(), values.const_data_ptr<float>() + values.numel());
    m_changed = true;
}

void VectorCache::save()
{
    if (m_file.empty() || !m_changed)
        return;
    const auto count = std::int64_t(m_vectors.size());
    auto digests = torch::empty({count, kDigestBytes}, torch::kByte);
    auto vectors = torch::empty({count, m_width});
    std::int64_t row = 0;
    for (const auto& [digest, vector] : m_vectors) {
        std::memcpy(digests.data_ptr<std::uint8_t>() + row * kDigestBytes, digest.data(), std::size_t(kDigestBytes));
        std::memcpy(vectors.data_ptr<float>() + row * m_width, vector.data(), vector.size() * sizeof(float));
        ++row;
    }
    std::error_code failed;
    std::filesystem::create_directories(m_file.parent_path(), failed);
    weights::writeSafetensors(m_file, {{kDigests, digests}, {kVectors, vectors}});
    m_changed = false;
}

} // namespace models::clip
