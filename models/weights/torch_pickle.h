#pragma once

#include "models/weights/state_dict.h"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace models::weights {

/// One value of a file written by `torch.save`. Children belong to the TorchFile and may be shared or even form a ring.
struct TorchValue
{
    enum class Kind {
        None,
        Bool, ///< integer
        Integer, ///< integer; numbers beyond 64 bits become Opaque
        Real, ///< real
        String, ///< text (UTF-8)
        Bytes, ///< text (raw)
        Tensor, ///< tensor; arrays of numpy too
        List, ///< items
        Tuple, ///< items
        Set, ///< items
        Dict, ///< items: key, value, key, value ... in the file's order
        Opaque, ///< An object or function that is only named (text = "module.name"), never made; items: what it was
                ///< given
    };

    Kind kind = Kind::None;
    std::int64_t integer = 0;
    double real = 0;
    std::string text;
    at::Tensor tensor;
    std::vector<const TorchValue*> items;

    /// The value under a text key of a dictionary; nullptr when this is no dictionary or has no such key.
    const TorchValue* find(std::string_view key) const;
};

/// What a file written by `torch.save` holds: plain data and tensors.
class TorchFile
{
public:
    explicit TorchFile(std::deque<TorchValue> values, const TorchValue* root)
        : m_values(std::move(values))
        , m_root(root)
    {
    }
    TorchFile(TorchFile&&) = default;
    TorchFile& operator=(TorchFile&&) = default;
    TorchFile(const TorchFile&) = delete;
    TorchFile& operator=(const TorchFile&) = delete;

    const TorchValue& root() const { return *m_root; }

private:
    std::deque<TorchValue> m_values;
    const TorchValue* m_root;
};

/// Reads the zip format (PyTorch 1.6 and later, also TorchScript's data) and the legacy format. The pickle inside is
/// interpreted as data: no name in it is ever looked up or called, so no code can run from a file.
/// Throws Error(NotFound), or Error(Model) for anything broken, truncated, too deep, compressed, or big endian.
TorchFile readTorchFile(const std::filesystem::path& file);

/// The weights in such a file: the dictionary of tensors itself or the one under "state_dict", "model_state_dict",
/// "model", "net" or "params". A prefix "module." that all keys share (DataParallel) is taken off. Entries that are not
/// tensors are left out. Throws Error(Model) when there is none.
StateDict stateDictOf(const TorchFile& file, const std::filesystem::path& name);

} // namespace models::weights
