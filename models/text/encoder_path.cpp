#include "models/text/encoder_path.h"

#include "imaging/error.h"
#include "imaging/reworded.h"

namespace models::text {

namespace {

namespace fs = std::filesystem;

/// Absolute, without "." and "..", without a slash at the end.
fs::path cleaned(const fs::path& path)
{
    const auto normal = fs::absolute(path).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

bool isEncoder(const fs::path& folder)
{
    std::error_code ignored;
    return fs::is_regular_file(folder / "config.json", ignored);
}

} // namespace

fs::path findTextEncoder(const PackageInfo& package)
{
    if (const auto beside = cleaned(package.folder).parent_path() / package.textEncoder;
        !package.textEncoder.empty() && isEncoder(beside))
        return beside;
    try {
        return findPackage(package.textEncoder);
    } catch (const imaging::Error& error) {
        throw imaging::reworded(error,
            "The model '" + package.name + "' needs the text encoder '" + package.textEncoder
                + "', which is not there. " + error.what(),
            package.folder.string());
    }
}

std::string textEncoderReference(const std::string& textEncoder, const fs::path& output)
{
    const auto wanted = cleaned(findPackage(textEncoder));
    PackageInfo package;
    package.folder = output;
    package.textEncoder = wanted.filename().string();
    try {
        std::error_code different;
        if (fs::equivalent(findTextEncoder(package), wanted, different))
            return package.textEncoder;
    } catch (const imaging::Error&) { // Not to be found by its name.
    }
    return wanted.string();
}

} // namespace models::text
