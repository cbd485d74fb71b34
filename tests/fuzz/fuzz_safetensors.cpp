#include "memory_file.h"

#include "imaging/error.h"
#include "models/weights/safetensors.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const MemoryFile file(data, size);
    try {
        models::weights::readSafetensors(file.path());
    } catch (const imaging::Error&) {
        return 0; // Refused: the only way out besides success.
    }
    return 0;
}
