#include "imaging/shared_library.h"

#include "imaging/error.h"

#include <dlfcn.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace imaging {

namespace {

/// LIMN_MODELS_LIBRARY for limn-models.
std::string variableOf(const std::string& library)
{
    std::string name = library + "_library";
    std::transform(name.begin(), name.end(), name.begin(),
        [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    return name;
}

std::vector<std::filesystem::path> placesOf(const std::string& library)
{
    std::vector<std::filesystem::path> paths;
    if (const char* given = std::getenv(variableOf(library).c_str()))
        paths.emplace_back(given);
    const std::string file = "lib" + library + ".so";
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        paths.push_back(program.parent_path() / file);
        paths.push_back(program.parent_path().parent_path() / "lib" / file);
    }
    return paths;
}

} // namespace

void* functionOf(const std::string& library, const std::string& function, const std::string& what)
{
    std::string reasons;
    for (const auto& path : placesOf(library)) {
        if (!std::filesystem::exists(path))
            continue;
        void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!handle) {
            reasons.append(" ").append(dlerror());
            continue;
        }
        if (void* address = dlsym(handle, function.c_str()))
            return address;
        reasons.append(" ").append(path.string()).append(" has no entry point.");
    }
    throw Error(ErrorKind::NotFound,
        what + " lib" + library + ".so could not be opened: run packaging/setup.sh and build again." + reasons);
}

} // namespace imaging
