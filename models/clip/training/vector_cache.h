#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace models::clip {

/// Pictures' vectors by the SHA-256 of what the network saw, of one model, kept in a file of a cache folder that the
/// model's digest names. Without a folder they are kept in memory only.
class VectorCache
{
public:
    /// A file that is damaged or of another shape is left and written anew. `width`: numbers of a vector.
    VectorCache(const std::filesystem::path& folder, const std::string& modelSha256, std::int64_t width);

    /// [width] float32, on the CPU
    std::optional<at::Tensor> find(const std::string& pictureSha256) const;
    void add(const std::string& pictureSha256, const at::Tensor& vector);

    /// Brings what was added to the disk, whole or not at all. Throws Error(Io).
    void save();

private:
    std::filesystem::path m_file; ///< Empty: none.
    std::int64_t m_width;
    std::map<std::string, std::vector<float>> m_vectors;
    bool m_changed = false;
};

} // namespace models::clip
