#include "models/lvit/config.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/reworded.h"
#include "models/package/package_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

namespace models::lvit {

namespace {

constexpr std::array<const char*, 2> kTextUnits{"words", "pieces"};
constexpr std::array<const char*, 2> kFits{"squash", "pad"};
constexpr std::array<const char*, 2> kNetworks{"lvit", "unet"};

[[noreturn]] void refuse(const std::string& source, const std::string& reason)
{
    throw imaging::Error(
        imaging::ErrorKind::Model, "The settings in " + source + " are wrong: " + reason + ".", source);
}

int integer(const nlohmann::json& json, const char* key, const std::string& source)
{
    const auto found = json.find(key);
    if (found == json.end())
        refuse(source, std::string("there is no \"") + key + "\"");
    // Compared as double: get<int>() of a huge number would wrap.
    if (!found->is_number_integer() || std::abs(found->get<double>()) > 1e9)
        refuse(source, std::string("\"") + key + "\" is not a whole number");
    return found->get<int>();
}

/// Index of the key's word in `words`; 0 when there is no such key.
std::size_t choice(
    const nlohmann::json& json, const char* key, const std::array<const char*, 2>& words, const std::string& source)
{
    const auto found = json.find(key);
    for (std::size_t i = 0; i < words.size(); ++i)
        if (found == json.end() || *found == words[i])
            return i;
    refuse(source, std::string("\"") + key + "\" is neither \"" + words[0] + "\" nor \"" + words[1] + "\"");
}

/// Leaves `value` when there is no such key.
void readFlag(const nlohmann::json& json, const char* key, bool& value, const std::string& source)
{
    const auto found = json.find(key);
    if (found == json.end())
        return;
    if (!found->is_boolean())
        refuse(source, std::string("\"") + key + "\" is neither true nor false");
    value = found->get<bool>();
}

LViTConfig networkFromJson(const nlohmann::json& json, const std::string& source)
{
    LViTConfig network;
    network.pictureSize = integer(json, "picture_size", source);
    network.channels = integer(json, "channels", source);
    network.width = integer(json, "width", source);
    network.depth = integer(json, "depth", source);
    network.textWidth = integer(json, "text_width", source);
    network.textTokens = integer(json, "text_tokens", source);
    network.classes = integer(json, "classes", source);
    if (const auto found = json.find("dropout"); found != json.end()) {
        if (!found->is_number())
            refuse(source, "\"dropout\" is not a number");
        network.dropout = found->get<double>();
    }
    network.kind = choice(json, "network", kNetworks, source) == 0 ? NetworkKind::LViT : NetworkKind::UNet;
    readFlag(json, "text", network.text, source);
    readFlag(json, "plam", network.plam, source);
    readFlag(json, "keep_unused", network.keepUnused, source);
    try {
        validate(network);
    } catch (const imaging::Error& error) {
        throw imaging::reworded(error, "The settings in " + source + " are wrong. " + error.what(), source);
    }
    return network;
}

double number(const nlohmann::json& json, const char* key, const std::string& source)
{
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number())
        refuse(source, std::string("\"") + key + "\" is not a number");
    return found->get<double>();
}

/// "preparation": {"stretch": true, "clahe": {"clip": 7.0, "tiles": 8, "side": 256}}
void readPreparation(const nlohmann::json& json, LViTPackage& package, const std::string& source)
{
    const auto found = json.find("preparation");
    if (found == json.end())
        return;
    if (!found->is_object())
        refuse(source, "\"preparation\" is not an object");
    auto& preparation = package.preparation;
    readFlag(*found, "stretch", preparation.stretch, source);
    if (const auto clahe = found->find("clahe"); clahe != found->end()) {
        if (!clahe->is_object())
            refuse(source, "\"clahe\" is not an object");
        preparation.claheClip = number(*clahe, "clip", source);
        preparation.claheTiles = integer(*clahe, "tiles", source);
        preparation.claheSide = integer(*clahe, "side", source);
        if (preparation.claheClip == 0)
            refuse(source, "the \"clip\" of \"clahe\" is 0");
    }
    try {
        requireFittingPreparation(package);
    } catch (const imaging::Error& error) {
        throw imaging::Error(
            imaging::ErrorKind::Model, "The settings in " + source + " are wrong. " + error.what(), source);
    }
}

/// How pictures are prepared: keys that packages without them (all but a few) do not have.
void readPictures(const nlohmann::json& json, LViTPackage& package, const std::string& source)
{
    if (json.contains("tile_size")) {
        package.tileSize = integer(json, "tile_size", source);
        package.tileOverlap = integer(json, "tile_overlap", source);
        if (package.tileSize < 16 || package.tileOverlap < 0 || 2 * package.tileOverlap > package.tileSize)
            refuse(source, "\"tile_size\" is below 16, or \"tile_overlap\" is not from 0 to half of it");
    }
    readFlag(json, "mirror", package.mirror, source);
    if (package.mirror && package.network.classes > 1)
        refuse(source, "\"mirror\" is for one class, whose name has no side");
    if (const auto found = json.find("colour"); found != json.end()) {
        if (!found->is_boolean() || (found->get<bool>() && package.network.channels != 3))
            refuse(source, "\"colour\" is neither true nor false, or there are not 3 channels");
        package.colour = found->get<bool>();
    }
    if (const auto found = json.find("window"); found != json.end()) {
        if (!found->is_array() || found->size() != 2 || !found->at(0).is_number() || !found->at(1).is_number()
            || !(found->at(1).get<double>() > 0))
            refuse(source, "\"window\" is not a centre and a width above 0");
        package.window = imaging::WindowLevel{found->at(0).get<double>(), found->at(1).get<double>()};
    }
}

nlohmann::json preparationToJson(const vision::SlicePreparation& preparation)
{
    nlohmann::json json{{"stretch", preparation.stretch}};
    if (preparation.claheClip > 0)
        json["clahe"] = {
            {"clip", preparation.claheClip}, {"tiles", preparation.claheTiles}, {"side", preparation.claheSide}};
    return json;
}

/// Names of all classes besides the background; made up where the file has none.
std::vector<std::string> classNames(const LViTPackage& package, const std::string& source)
{
    const auto count = std::size_t(package.network.classes - 1);
    auto names = package.info.classes;
    if (!names.empty() && names.size() != count)
        refuse(source, "\"class_names\" are not " + std::to_string(count) + ", one for each class but the background");
    if (std::set<std::string>(names.begin(), names.end()).size() != names.size())
        refuse(source, "\"class_names\" are not all different");
    for (std::size_t number = names.size() + 1; number <= count; ++number)
        names.push_back("Class " + std::to_string(number));
    return names;
}

} // namespace

LViTPackage packageFromJson(const nlohmann::json& json, const std::string& source)
{
    LViTPackage package;
    package.info = packageInfoFromJson(json, source);
    if (package.info.modelType != "lvit")
        refuse(source, "\"model_type\" is \"" + package.info.modelType + "\", not \"lvit\"");
    package.network = networkFromJson(json, source);
    if (package.info.textEncoder.empty() && package.network.readsText())
        refuse(source, "\"text_encoder\" is empty");
    package.info.classes = classNames(package, source);
    readPictures(json, package, source);
    package.textUnits = choice(json, "text_units", kTextUnits, source) == 0 ? TextUnits::Words : TextUnits::Pieces;
    package.fit = choice(json, "fit", kFits, source) == 0 ? vision::SliceFit::Squash : vision::SliceFit::Pad;
    readPreparation(json, package, source);
    return package;
}

nlohmann::json toJson(const LViTPackage& package)
{
    const auto& network = package.network;
    nlohmann::json json{{"network", kNetworks[package.network.kind == NetworkKind::LViT ? 0 : 1]},
        {"text", network.text}, {"plam", network.plam}, {"channels", network.channels}, {"width", network.width},
        {"depth", network.depth}, {"text_width", network.textWidth}, {"text_tokens", network.textTokens},
        {"classes", network.classes}, {"dropout", network.dropout}, {"keep_unused", network.keepUnused},
        {"text_units", kTextUnits[package.textUnits == TextUnits::Words ? 0 : 1]},
        {"fit", kFits[package.fit == vision::SliceFit::Squash ? 0 : 1]}};
    if (package.tileSize > 0) {
        json["tile_size"] = package.tileSize;
        json["tile_overlap"] = package.tileOverlap;
    }
    if (package.mirror)
        json["mirror"] = true;
    if (package.colour)
        json["colour"] = true;
    if (package.window)
        json["window"] = {package.window->center, package.window->width};
    if (!package.preparation.doesNothing())
        json["preparation"] = preparationToJson(package.preparation);
    auto info = package.info;
    info.modelType = "lvit";
    info.pictureSize = network.pictureSize;
    packageInfoToJson(info, json);
    return json;
}

LViTPackage readLViTPackage(const std::filesystem::path& folder)
{
    auto package = packageFromJson(readConfigJson(folder), (folder / "config.json").string());
    auto classes = std::move(package.info.classes);
    package.info = readPackageInfo(folder);
    package.info.classes = std::move(classes);
    return package;
}

void writeLViTPackage(const std::filesystem::path& folder, const LViTPackage& package)
{
    const auto file = folder / "config.json";
    std::error_code failed; // A folder that cannot be made shows when the file is written.
    std::filesystem::create_directories(folder, failed);
    imaging::writeFileAtomically(
        file, toJson(package).dump(2, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace) + "\n");
}

} // namespace models::lvit
