#include "models/facade/library.h"

#include "imaging/shared_library.h"

namespace models {

const Library& library()
{
    using EntryPoint = const Library* (*)();
    static const Library& opened =
        *reinterpret_cast<EntryPoint>(imaging::functionOf("limn-models", "limnModels", "The model library"))();
    return opened;
}

} // namespace models
