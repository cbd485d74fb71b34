#include "app/workflow/model_digest.h"

#include "imaging/error.h"
#include "models/facade/files.h"

#include <algorithm>
#include <span>
#include <vector>

namespace app {

namespace {

std::vector<std::filesystem::path> filesOf(const std::filesystem::path& model)
{
    std::error_code problem;
    if (!std::filesystem::is_directory(model, problem))
        return {model};
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator next(model, problem), end; !problem && next != end;
        next.increment(problem)) {
        std::error_code unknown;
        if (next->is_regular_file(unknown))
            files.push_back(next->path());
    }
    if (problem)
        throw imaging::Error(
            imaging::ErrorKind::Io, "The folder '" + model.string() + "' could not be read.", model.string());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

std::string digestOfModel(const std::filesystem::path& model)
{
    if (std::error_code problem; !std::filesystem::exists(model, problem))
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "There is no model '" + model.string() + "'.", model.string());
    models::weights::Sha256 digest;
    for (const auto& file : filesOf(model)) {
        const auto line = file.filename().string() + " " + models::weights::sha256OfFile(file) + "\n";
        digest.update(std::as_bytes(std::span(line)));
    }
    return digest.hexDigest();
}

} // namespace app
