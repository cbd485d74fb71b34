#include "models/facade/library.h"

#include "imaging/error.h"

#include <dlfcn.h>

#include <cstdlib>
#include <vector>

namespace models {

namespace {

std::vector<std::filesystem::path> candidates()
{
    std::vector<std::filesystem::path> paths;
    if (const char* given = std::getenv("LIMN_MODELS_LIBRARY"))
        paths.emplace_back(given);
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        paths.push_back(program.parent_path() / "liblimn-models.so");
        paths.push_back(program.parent_path().parent_path() / "lib" / "liblimn-models.so");
    }
    return paths;
}

const Library& open()
{
    std::string reasons;
    for (const auto& path : candidates()) {
        if (!std::filesystem::exists(path))
            continue;
        void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!handle) {
            reasons.append(" ").append(dlerror());
            continue;
        }
        using EntryPoint = const Library* (*)();
        if (auto entry = reinterpret_cast<EntryPoint>(dlsym(handle, "limnModels")))
            return *entry();
        reasons.append(" ").append(path.string()).append(" has no entry point.");
    }
    throw imaging::Error(imaging::ErrorKind::NotFound,
        "The model library liblimn-models.so could not be opened: run packaging/setup.sh and build again." + reasons);
}

} // namespace

const Library& library()
{
    static const Library& opened = open();
    return opened;
}

} // namespace models
