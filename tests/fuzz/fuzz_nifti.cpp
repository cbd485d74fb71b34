#include "imaging/error.h"
#include "imaging/files/nifti_read.h"
#include "memory_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

void look(const Bytes& bytes)
{
    const MemoryFile file(bytes.data(), bytes.size());
    try {
        imaging::Warnings warnings;
        const auto volume = imaging::detail::readNifti(file.path(), warnings);
        for (const double spacing : volume->grid().spacingMm)
            if (!(std::isfinite(spacing) && spacing > 0))
                std::abort(); // A grid is always usable, whatever the file says.
    } catch (const imaging::Error&) {
        return; // Refused: the only way out besides success.
    }
}

/// A volume of 4 x 3 x 2 voxels of 16 bits with an sform.
Bytes smallVolume()
{
    Bytes bytes(352 + 48);
    const auto put = [&](std::size_t at, auto value) { std::memcpy(&bytes[at], &value, sizeof value); };
    put(0, std::int32_t{348});
    put(40, std::array<std::int16_t, 4>{3, 4, 3, 2});
    put(70, std::int16_t{4});
    put(76, std::array<float, 4>{1, 2, 3, 4});
    put(108, 352.0F);
    put(254, std::int16_t{1});
    put(280, std::array<float, 12>{2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30});
    std::memcpy(&bytes[344], "n+1", 4);
    return bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    look(Bytes(data, data + size));
    // A whole file with the input written over some of its bytes: three bytes say where and what.
    static const Bytes kVolume = smallVolume();
    Bytes changed = kVolume;
    for (std::size_t i = 0; i + 2 < std::min<std::size_t>(size, 30); i += 3)
        changed[(data[i] * 256U + data[i + 1]) % changed.size()] = data[i + 2];
    look(changed);
    return 0;
}
