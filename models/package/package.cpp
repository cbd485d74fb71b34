#include "models/package/package.h"

#include "imaging/error.h"
#include "models/package/model_folders.h"
#include "models/package/model_list.h"
#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string_view>

namespace models {

namespace {

using imaging::Error;
using imaging::ErrorKind;
namespace fs = std::filesystem;

constexpr const char* kLvit = "lvit";
constexpr const char* kDefaultName = "lvit-qata"; ///< The default package, where it lies beside others.

std::string upper(std::string text)
{
    std::transform(
        text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

bool contains(const std::vector<std::string>& words, const std::string& word)
{
    return std::any_of(words.begin(), words.end(), [&](const auto& known) { return upper(known) == upper(word); });
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// What the file says of the picture, when it says so and the package wants something else.
void compare(const char* what, const std::vector<std::string>& wanted, const std::string& found,
    std::vector<std::string>& reasons)
{
    if (!wanted.empty() && !found.empty() && !contains(wanted, found))
        reasons.push_back(
            std::string("The picture's ") + what + " is " + found + ", but the model is for " + joined(wanted) + ".");
}

std::vector<fs::path> splitPaths(const char* list)
{
    std::vector<fs::path> paths;
    std::istringstream stream(list ? list : "");
    for (std::string entry; std::getline(stream, entry, ':');)
        if (!entry.empty())
            paths.emplace_back(entry);
    return paths;
}

fs::path userDataFolder()
{
    if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data == '/')
        return fs::path(data) / "limn" / "models";
    if (const char* home = std::getenv("HOME"); home && *home == '/')
        return fs::path(home) / ".local" / "share" / "limn" / "models";
    return {};
}

std::string searched()
{
    std::string text;
    for (const auto& folder : packageSearchPath())
        text += "\n  " + folder.string();
    return text;
}

/// A package of ours says its model_type and its text sides; a BERT folder has a config.json too, but no such key.
bool isPackage(const fs::path& folder)
{
    try {
        return readConfigJson(folder).contains("text_sides");
    } catch (const Error&) {
        return false;
    }
}

/// The default LViT package of a folder: the one that ships, or else the first by name.
std::optional<fs::path> defaultIn(const fs::path& folder)
{
    std::optional<fs::path> first;
    for (const auto& candidate : modelFoldersIn(folder)) {
        if (!isPackage(candidate) || readConfigJson(candidate).value("model_type", "") != kLvit)
            continue;
        if (candidate.filename() == kDefaultName)
            return candidate;
        if (!first)
            first = candidate;
    }
    return first;
}

nlohmann::json settingsIn(const fs::path& folder)
{
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        throw Error(ErrorKind::NotFound, "There is no folder " + folder.string() + ".", folder.string());
    return readConfigJson(folder);
}

std::string sourceOf(const fs::path& folder)
{
    return (folder / "config.json").string();
}

} // namespace

std::string_view nameOf(TextWording wording)
{
    return wording == TextWording::LvitReport ? "lvit_report" : "as_written";
}

std::optional<TextWording> wordingFrom(std::string_view word)
{
    for (const auto wording : {TextWording::AsWritten, TextWording::LvitReport})
        if (word == nameOf(wording))
            return wording;
    return std::nullopt;
}

PackageHead readPackageHead(const fs::path& folder)
{
    auto head = packageHeadFromJson(settingsIn(folder), sourceOf(folder));
    head.folder = folder;
    return head;
}

PackageInfo readPackageInfo(const fs::path& folder)
{
    auto info = packageInfoFromJson(settingsIn(folder), sourceOf(folder));
    info.folder = folder;
    info.sha256 = weightsSha256(folder);
    return info;
}

imaging::Turn turnFor(imaging::Sides texts, const imaging::PictureSides& sides)
{
    auto turn = sides.toUsual;
    if (texts == imaging::Sides::Picture && !turn.transposed)
        turn.columnsReversed = false;
    return turn;
}

std::vector<std::string> misfits(const PackageHead& package, const imaging::Slice& slice)
{
    std::vector<std::string> reasons;
    compare("modality", package.modalities, slice.modality, reasons);
    compare("body part", package.bodyParts, slice.bodyPart, reasons);
    compare("view", package.views, slice.viewPosition, reasons);
    return reasons;
}

std::vector<std::string> untold(const PackageHead& package, const imaging::Slice& slice)
{
    std::vector<std::string> reasons;
    const auto check = [&](const char* what, const std::vector<std::string>& wanted, const std::string& found) {
        if (!wanted.empty() && found.empty())
            reasons.push_back(
                std::string("The picture does not tell its ") + what + "; the model is for " + joined(wanted) + ".");
    };
    check("modality", package.modalities, slice.modality);
    check("body part", package.bodyParts, slice.bodyPart);
    check("view", package.views, slice.viewPosition);
    return reasons;
}

std::vector<fs::path> packageSearchPath()
{
    auto folders = splitPaths(std::getenv("LIMN_MODELS"));
    std::error_code ignored;
    const auto program = fs::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        const auto prefix = program.parent_path().parent_path();
        folders.push_back(prefix / "models");
        folders.push_back(prefix / "share" / "limn" / "models");
    }
    if (const auto user = userDataFolder(); !user.empty())
        folders.push_back(user);
    return folders;
}

fs::path findPackage(const std::string& nameOrPath)
{
    std::error_code ignored;
    const bool isName = nameOrPath != ".." && nameOrPath.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
    if (!nameOrPath.empty() && nameOrPath.find('\0') == std::string::npos && fs::is_directory(nameOrPath, ignored))
        return nameOrPath;
    for (const auto& folder : packageSearchPath()) {
        if (nameOrPath.empty()) {
            if (auto found = defaultIn(folder))
                return *found;
        } else if (isName && holdsModel(folder / nameOrPath)) {
            return folder / nameOrPath;
        }
    }
    const std::string what =
        nameOrPath.empty() ? "There is no model package" : "There is no model package \"" + nameOrPath + "\"";
    throw Error(
        ErrorKind::NotFound, what + " in any of these folders (LIMN_MODELS adds more):" + searched(), nameOrPath);
}

std::vector<PackageInfo> listPackages()
{
    std::vector<PackageInfo> packages;
    for (auto& model : listModels())
        if (model.segmenter) {
            model.sha256 = weightsSha256(model.folder);
            packages.push_back({std::move(model), std::move(*model.segmenter)});
        }
    return packages;
}

} // namespace models
