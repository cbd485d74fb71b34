#include "models/package/choose_package.h"

#include "models/package/model_list.h"

namespace models {

namespace {

/// How much of what the picture tells a package that fits cares for; -1: it does not fit.
int fitOf(const PackageHead& package, const imaging::Slice& slice)
{
    if (!misfits(package, slice).empty())
        return -1;
    const auto told = [](const std::vector<std::string>& wanted, const std::string& found) {
        return wanted.empty() || found.empty() ? 0 : 1;
    };
    return told(package.modalities, slice.modality) + told(package.bodyParts, slice.bodyPart)
        + told(package.views, slice.viewPosition);
}

} // namespace

std::filesystem::path findPackageFor(const imaging::Slice& slice)
{
    auto best = findPackage("");
    int bestFit = fitOf(readPackageHead(best), slice);
    for (const auto& model : listModels()) {
        const int fit = model.segmenter ? fitOf(model, slice) : -1;
        if (fit > bestFit) {
            best = model.folder;
            bestFit = fit;
        }
    }
    return best;
}

} // namespace models
