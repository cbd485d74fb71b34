#include "models/clip/config.h"

#include "imaging/error.h"
#include "models/facade/package_json.h"

#include <nlohmann/json.hpp>

namespace models::clip {

namespace {

using nlohmann::json;

/// Reads one object of config.json; `where` and the file stand in messages.
class Settings
{
public:
    Settings(const json& object, std::string where, std::filesystem::path file)
        : m_object(object)
        , m_where(std::move(where))
        , m_file(std::move(file))
    {
    }

    [[noreturn]] void refuse(const std::string& reason) const
    {
        throw imaging::Error(imaging::ErrorKind::Model,
            "The settings of the CLIP model in " + m_file.string() + " cannot be used: " + reason + ".", m_file.string());
    }

    std::int64_t count(const char* key, std::int64_t standard, std::int64_t least = 1) const
    {
        constexpr std::int64_t kMost = 1 << 24;
        const auto value = m_object.value(key, json(standard));
        if (!value.is_number_integer() || value < least || value > kMost)
            refuse("\"" + m_where + key + "\" is not a whole number from " + std::to_string(least) + " to "
                + std::to_string(kMost));
        return value.get<std::int64_t>();
    }

    double fraction(const char* key, double standard) const
    {
        const auto value = m_object.value(key, json(standard));
        if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() < 1))
            refuse("\"" + m_where + key + "\" is not a number from 0 to below 1");
        return value.get<double>();
    }

    Activation activation() const
    {
        const auto value = m_object.value("hidden_act", json("quick_gelu"));
        if (value == "quick_gelu")
            return Activation::QuickGelu;
        if (value == "gelu")
            return Activation::Gelu;
        refuse("the activation \"" + m_where + "hidden_act\" is neither \"quick_gelu\" nor \"gelu\"");
    }

    Settings part(const char* key) const
    {
        static const auto kNothing = json::object();
        const auto found = m_object.find(key);
        if (found == m_object.end() || found->is_null())
            return {kNothing, std::string(key) + ".", m_file};
        if (!found->is_object())
            refuse(std::string("\"") + key + "\" is no object");
        return {*found, std::string(key) + ".", m_file};
    }

    TowerConfig tower(const TowerConfig& standard) const
    {
        TowerConfig tower;
        tower.width = count("hidden_size", standard.width);
        tower.layers = count("num_hidden_layers", standard.layers);
        tower.heads = count("num_attention_heads", standard.heads);
        tower.mlpWidth = count("intermediate_size", standard.mlpWidth);
        if (tower.width % tower.heads != 0)
            refuse("\"" + m_where + "hidden_size\" is not a multiple of the number of heads");
        return tower;
    }

private:
    const json& m_object;
    std::string m_where;
    std::filesystem::path m_file;
};

void checkSizes(const ClipConfig& config, const Settings& settings)
{
    constexpr double kMostParameters = 4e9;
    if (config.imageSize % config.patchSize != 0)
        settings.refuse("the picture's size is not a multiple of the patch's");
    double parameters = static_cast<double>(config.vocabularySize + config.contextLength)
            * static_cast<double>(config.text.width)
        + static_cast<double>(config.imageTokens()) * static_cast<double>(config.vision.width);
    for (const auto* tower : {&config.vision, &config.text})
        parameters += static_cast<double>(tower->layers) * static_cast<double>(tower->width)
            * static_cast<double>(4 * tower->width + 2 * tower->mlpWidth);
    if (parameters > kMostParameters)
        settings.refuse("the model would have more than 4 billion parameters");
}

} // namespace

ClipConfig readClipConfig(const std::filesystem::path& folder)
{
    constexpr std::int64_t kLargest = 2; // Published files say 2 and mean the largest id.
    const auto document = readConfigJson(folder);
    const Settings settings(document, "", folder / "config.json");
    if (const auto type = document.value("model_type", json("clip")); type != "clip")
        settings.refuse("the model is of the type " + type.dump() + ", not \"clip\"");
    const auto vision = settings.part("vision_config");
    const auto text = settings.part("text_config");
    ClipConfig config;
    config.vision = vision.tower({768, 12, 12, 3072});
    config.text = text.tower({512, 12, 8, 2048});
    config.imageSize = vision.count("image_size", 224);
    config.patchSize = vision.count("patch_size", 32);
    config.contextLength = text.count("max_position_embeddings", 77);
    config.vocabularySize = text.count("vocab_size", 49408);
    config.embedDim = settings.count("projection_dim", 512);
    config.activation = vision.activation();
    config.layerNormEps = vision.fraction("layer_norm_eps", 1e-5);
    if (text.activation() != config.activation || text.fraction("layer_norm_eps", 1e-5) != config.layerNormEps)
        settings.refuse("the two towers differ in their activation or in the epsilon of their norms");
    const auto end = text.count("eos_token_id", 49407, 0);
    config.endId = end == kLargest ? -1 : end;
    checkSizes(config, settings);
    return config;
}

} // namespace models::clip
