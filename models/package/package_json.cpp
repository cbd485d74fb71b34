#include "models/package/package_json.h"

#include "imaging/error.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace models {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

constexpr std::uintmax_t kMaxConfigBytes = 4U << 20U;

[[noreturn]] void refuse(const std::string& source, const std::string& reason)
{
    throw Error(ErrorKind::Model, "The settings in " + source + " are wrong: " + reason + ".", source);
}

const json& at(const json& object, const char* key, const std::string& source)
{
    const auto found = object.find(key);
    if (found == object.end())
        refuse(source, std::string("there is no \"") + key + "\"");
    return *found;
}

std::string text(const json& object, const char* key, const std::string& source)
{
    const auto& value = at(object, key, source);
    if (!value.is_string() || value.get_ref<const std::string&>().find('\0') != std::string::npos)
        refuse(source, std::string("\"") + key + "\" is not text");
    return value.get<std::string>();
}

std::vector<std::string> list(const json& object, const char* key, const std::string& source)
{
    std::vector<std::string> result;
    const auto& value = at(object, key, source);
    if (!value.is_array())
        refuse(source, std::string("\"") + key + "\" is not a list of words");
    for (const auto& item : value) {
        if (!item.is_string())
            refuse(source, std::string("\"") + key + "\" is not a list of words");
        result.push_back(item.get<std::string>());
    }
    return result;
}

imaging::Sides sides(const json& object, const std::string& source)
{
    if (const auto known = imaging::sidesFrom(text(object, "text_sides", source)))
        return *known;
    refuse(source, "\"text_sides\" is neither \"picture\" nor \"patient\"");
}

TextWording wording(const json& object, const std::string& source)
{
    if (!object.contains("text_wording"))
        return TextWording::AsWritten;
    if (const auto known = wordingFrom(text(object, "text_wording", source)))
        return *known;
    refuse(source, "\"text_wording\" is neither \"as_written\" nor \"lvit_report\"");
}

int pictureSize(const json& object, const std::string& source)
{
    const auto& value = at(object, "picture_size", source);
    if (!value.is_number_integer() || value < 16 || value > 4096)
        refuse(source, "\"picture_size\" is not a whole number from 16 to 4096");
    return value.get<int>();
}

float threshold(const json& object, const std::string& source)
{
    const auto& value = at(object, "threshold", source);
    if (!value.is_number() || !(value.get<double>() > 0 && value.get<double>() < 1))
        refuse(source, "\"threshold\" is not a number between 0 and 1");
    return value.get<float>();
}

std::string digest(const json& object, const char* key, const std::string& source)
{
    if (!object.contains(key))
        return {};
    const auto value = text(object, key, source);
    constexpr std::size_t kDigits = 64;
    if (value.size() != kDigits || value.find_first_not_of("0123456789abcdef") != std::string::npos)
        refuse(source, std::string("\"") + key + "\" is not a SHA-256 of 64 lower-case hexadecimal digits");
    return value;
}

} // namespace

PackageHead packageHeadFromJson(const json& object, const std::string& source)
{
    if (!object.is_object())
        refuse(source, "they are not a JSON object");
    PackageHead head;
    head.modelType = text(object, "model_type", source);
    head.name = text(object, "name", source);
    head.version = text(object, "version", source);
    head.licence = object.contains("licence") ? text(object, "licence", source) : "";
    head.provenance = object.contains("provenance") ? text(object, "provenance", source) : "";
    head.modalities = list(object, "modalities", source);
    head.bodyParts = list(object, "body_parts", source);
    head.views = list(object, "views", source);
    return head;
}

SegmenterBlock segmenterBlockFromJson(const json& object, const std::string& source)
{
    SegmenterBlock block;
    block.textSides = sides(object, source);
    block.textWording = wording(object, source);
    block.pictureSize = pictureSize(object, source);
    block.threshold = threshold(object, source);
    block.finding = text(object, "finding", source);
    block.textEncoder = text(object, "text_encoder", source);
    block.textEncoderSha256 = digest(object, "text_encoder_sha256", source);
    if (object.contains("class_names"))
        block.classes = list(object, "class_names", source);
    return block;
}

PackageInfo packageInfoFromJson(const json& object, const std::string& source)
{
    auto head = packageHeadFromJson(object, source);
    return {std::move(head), segmenterBlockFromJson(object, source)};
}

void packageHeadToJson(const PackageHead& head, json& object)
{
    object["model_type"] = head.modelType;
    object["name"] = head.name;
    object["version"] = head.version;
    if (!head.licence.empty())
        object["licence"] = head.licence;
    if (!head.provenance.empty())
        object["provenance"] = head.provenance;
    object["modalities"] = head.modalities;
    object["body_parts"] = head.bodyParts;
    object["views"] = head.views;
}

void segmenterBlockToJson(const SegmenterBlock& block, json& object)
{
    object["text_sides"] = nameOf(block.textSides);
    object["text_wording"] = nameOf(block.textWording);
    object["picture_size"] = block.pictureSize;
    // 0.35F as a double would be written as 0.3499999940395355.
    object["threshold"] = std::round(static_cast<double>(block.threshold) * 1e6) / 1e6;
    if (!block.classes.empty())
        object["class_names"] = block.classes;
    object["finding"] = block.finding;
    object["text_encoder"] = block.textEncoder;
    if (!block.textEncoderSha256.empty())
        object["text_encoder_sha256"] = block.textEncoderSha256;
}

void packageInfoToJson(const PackageInfo& info, json& object)
{
    packageHeadToJson(info, object);
    segmenterBlockToJson(info, object);
}

json readConfigJson(const std::filesystem::path& folder)
{
    const auto file = folder / "config.json";
    std::error_code problem;
    const auto bytes = std::filesystem::file_size(file, problem);
    std::ifstream stream(file, std::ios::binary);
    if (problem || !stream)
        throw Error(ErrorKind::NotFound,
            "There is no model package in " + folder.string() + ": it has no readable config.json.", folder.string());
    if (bytes > kMaxConfigBytes)
        refuse(file.string(), "the file is far too large");
    auto parsed = json::parse(stream, nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object())
        refuse(file.string(), "they are not a JSON object");
    return parsed;
}

std::optional<nlohmann::json> saidInConfig(const std::filesystem::path& model, const char* key)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(model / "config.json", ignored))
        return std::nullopt;
    const auto config = readConfigJson(model);
    const auto said = config.find(key);
    return said == config.end() ? std::nullopt : std::optional(*said);
}

} // namespace models
