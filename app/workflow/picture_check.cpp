#include "app/workflow/picture_check.h"

#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "models/package/model_list.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace app {

namespace {

std::size_t withoutValue(const imaging::Slice& slice)
{
    return static_cast<std::size_t>(
        std::count_if(slice.values.begin(), slice.values.end(), [](float value) { return !std::isfinite(value); }));
}

/// By the window, as a viewer and every model see it; what is no number is black for both.
bool isEquallyBright(const imaging::Slice& slice)
{
    const auto bright = imaging::brightness(slice);
    const auto [least, most] = std::minmax_element(bright.begin(), bright.end());
    return bright.empty() || *least == *most;
}

/// A warning about single pixels, or nothing.
imaging::Warnings oddPixels(const imaging::Slice& slice)
{
    const auto count = withoutValue(slice);
    if (count == 0 || count == slice.values.size())
        return {};
    return {std::to_string(count) + " of the picture's " + std::to_string(slice.values.size())
        + " pixels have no value (NaN or infinite): the model sees them black or white."};
}

[[noreturn]] void ask(const std::string& doubt)
{
    throw imaging::Error(
        imaging::ErrorKind::InvalidInput, doubt + " Confirm to run it all the same.", {}, imaging::Confirmable::Run);
}

} // namespace

models::PackageHead headOf(const std::filesystem::path& model)
{
    std::error_code missing;
    auto read = std::filesystem::is_directory(model, missing) ? models::readModel(model) : std::nullopt;
    return read ? models::PackageHead(std::move(*read)) : models::PackageHead();
}

std::string nothingToSee(const imaging::Slice& slice)
{
    if (withoutValue(slice) == slice.values.size())
        return "None of the picture's pixels has a value (all are NaN or infinite), so there is nothing to see on it: "
               "choose another picture or slice.";
    if (isEquallyBright(slice))
        return "All pixels of the picture are equally bright, so there is nothing to see on it: choose another picture "
               "or "
               "slice.";
    return {};
}

imaging::Warnings checkPicture(const models::PackageHead& package, const imaging::Slice& slice, Confirmed confirmed)
{
    imaging::Warnings warnings;
    if (const auto reasons = models::misfits(package, slice); !reasons.empty()) {
        std::string sentence = "The model \"" + package.name + "\" is not meant for this picture:";
        for (const auto& reason : reasons)
            sentence += " " + reason;
        if (confirmed == Confirmed::No)
            ask(sentence);
        warnings.push_back(std::move(sentence));
    }
    addWarnings(warnings, models::untold(package, slice));
    addWarnings(warnings, oddPixels(slice));
    return warnings;
}

imaging::Warnings checkChosenPicture(
    const models::PackageHead& package, const imaging::Slice& slice, Confirmed confirmed)
{
    auto warnings = checkPicture(package, slice, confirmed);
    if (auto doubt = nothingToSee(slice); !doubt.empty()) {
        if (confirmed == Confirmed::No)
            ask(doubt);
        warnings.push_back(std::move(doubt));
    }
    return warnings;
}

} // namespace app
