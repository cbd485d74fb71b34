#include "models/language/config.h"

namespace models::language {

namespace {

using weights::ModelSettings;

constexpr std::int64_t kMost = 1 << 24;
constexpr std::int64_t kMostLayers = 1024;

std::string knownActivation(const ModelSettings& settings, const std::string& name)
{
    if (name == "swish")
        return "silu";
    if (name == "gelu_pytorch_tanh")
        return "gelu_new";
    settings.requireActivation(name);
    return name;
}

/// A key whose absence and null both mean `standard`.
std::int64_t countOr(const ModelSettings& settings, const char* key, std::int64_t standard, std::int64_t least = 1)
{
    return settings.has(key) ? settings.count(key, standard, kMost, least) : standard;
}

void checkHeads(const ModelSettings& settings, std::int64_t width, std::int64_t heads)
{
    if (width % heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
}

void checkSize(const ModelSettings& settings, double parameters)
{
    constexpr double kMostParameters = 32e9;
    if (parameters > kMostParameters)
        settings.refuse("the language model would have more than 32 billion parameters");
}

double real(std::int64_t number)
{
    return static_cast<double>(number);
}

/// Divisor of the positions.
double ropeFactorOf(const ModelSettings& scaling)
{
    const char* key = scaling.has("rope_type") ? "rope_type" : "type";
    const auto type = scaling.word(key, "default");
    if (type == "default")
        return 1;
    if (type != "linear")
        scaling.refuse("the kind of positions \"" + type + "\" is not supported");
    const double factor = scaling.number("factor", 1, 1e6);
    if (!(factor >= 1))
        scaling.refuse(scaling.quoted("factor") + " is below 1");
    return factor;
}

} // namespace

OptConfig readOptConfig(const ModelSettings& settings)
{
    OptConfig config;
    config.vocabularySize = settings.count("vocab_size", config.vocabularySize, kMost);
    config.hiddenSize = settings.count("hidden_size", config.hiddenSize, kMost);
    config.wordWidth = countOr(settings, "word_embed_proj_dim", config.hiddenSize);
    config.layers = settings.count("num_hidden_layers", config.layers, kMostLayers);
    config.heads = settings.count("num_attention_heads", config.heads, kMost);
    config.intermediateSize = settings.count("ffn_dim", config.intermediateSize, kMost);
    config.maxPositions = settings.count("max_position_embeddings", config.maxPositions, kMost);
    config.normFirst = settings.flag("do_layer_norm_before", true);
    config.lastNorm = config.normFirst && !settings.flag("_remove_final_layer_norm", false);
    config.bias = settings.flag("enable_bias", true);
    config.normsHaveWeights = settings.flag("layer_norm_elementwise_affine", true);
    config.tied = settings.flag("tie_word_embeddings", true);
    config.activation = knownActivation(settings, settings.word("activation_function", "relu"));
    config.dropout = settings.fraction("dropout", config.dropout);
    config.attentionDropout = settings.fraction("attention_dropout", config.attentionDropout);
    config.padId = countOr(settings, "pad_token_id", config.padId, 0);
    config.beginId = countOr(settings, "bos_token_id", config.beginId, 0);
    config.endId = countOr(settings, "eos_token_id", config.endId, 0);
    checkHeads(settings, config.hiddenSize, config.heads);
    checkSize(settings,
        real(config.vocabularySize) * real(config.wordWidth)
            + real(config.layers) * real(config.hiddenSize) * real(4 * config.hiddenSize + 2 * config.intermediateSize)
            + real(config.maxPositions) * real(config.hiddenSize));
    return config;
}

T5Config readT5Config(const ModelSettings& settings)
{
    T5Config config;
    config.vocabularySize = settings.count("vocab_size", config.vocabularySize, kMost);
    config.width = settings.count("d_model", config.width, kMost);
    config.headWidth = settings.count("d_kv", config.headWidth, kMost);
    config.heads = settings.count("num_heads", config.heads, kMost);
    config.intermediateSize = settings.count("d_ff", config.intermediateSize, kMost);
    config.encoderLayers = settings.count("num_layers", config.encoderLayers, kMostLayers);
    config.decoderLayers = settings.has("num_decoder_layers")
        ? settings.count("num_decoder_layers", config.encoderLayers, kMostLayers)
        : config.encoderLayers;
    config.distanceBuckets = settings.count("relative_attention_num_buckets", config.distanceBuckets, kMost, 4);
    config.maxDistance = settings.count("relative_attention_max_distance", config.maxDistance, kMost);
    if (config.maxDistance <= config.distanceBuckets / 2)
        settings.refuse(settings.quoted("relative_attention_max_distance") + " is too small for the number of buckets");
    config.normEps = settings.fraction("layer_norm_epsilon", config.normEps);
    const auto projection = settings.word("feed_forward_proj", "relu");
    config.gated = settings.flag("is_gated_act", projection.starts_with("gated-"));
    const auto named = projection.starts_with("gated-") ? projection.substr(6) : projection;
    const auto activation = projection == "gated-gelu" ? std::string("gelu_new") : named;
    config.activation = knownActivation(settings, settings.word("dense_act_fn", activation.c_str()));
    config.tied = settings.flag("tie_word_embeddings", true);
    config.dropout = settings.fraction("dropout_rate", config.dropout);
    config.padId = countOr(settings, "pad_token_id", config.padId, 0);
    config.startId = countOr(settings, "decoder_start_token_id", config.padId, 0);
    config.endId = countOr(settings, "eos_token_id", config.endId, 0);
    const double attention = 4 * real(config.heads) * real(config.headWidth);
    const double feed = (config.gated ? 3 : 2) * real(config.intermediateSize);
    checkSize(settings,
        real(config.width)
            * (2 * real(config.vocabularySize) + real(config.encoderLayers) * (attention + feed)
                + real(config.decoderLayers) * (2 * attention + feed)));
    return config;
}

LlamaConfig readLlamaConfig(const ModelSettings& settings)
{
    LlamaConfig config;
    config.vocabularySize = settings.count("vocab_size", config.vocabularySize, kMost);
    config.hiddenSize = settings.count("hidden_size", config.hiddenSize, kMost);
    config.layers = settings.count("num_hidden_layers", config.layers, kMostLayers);
    config.heads = settings.count("num_attention_heads", config.heads, kMost);
    config.keyHeads = countOr(settings, "num_key_value_heads", config.heads);
    checkHeads(settings, config.hiddenSize, config.heads);
    config.headWidth = countOr(settings, "head_dim", config.hiddenSize / config.heads);
    if (config.heads % config.keyHeads != 0)
        settings.refuse("the number of heads is not a multiple of " + settings.quoted("num_key_value_heads"));
    if (config.headWidth % 2 != 0)
        settings.refuse("the width of a head is odd");
    config.intermediateSize = settings.count("intermediate_size", config.intermediateSize, kMost);
    config.normEps = settings.fraction("rms_norm_eps", config.normEps);
    const auto rope = settings.part("rope_parameters"); // Of newer files
    config.ropeTheta = rope.number("rope_theta", settings.number("rope_theta", config.ropeTheta, 1e12), 1e12);
    if (!(config.ropeTheta > 1))
        settings.refuse(settings.quoted("rope_theta") + " is not above 1");
    config.ropeFactor = settings.has("rope_parameters") ? ropeFactorOf(rope) : ropeFactorOf(settings.part("rope_scaling"));
    config.attentionBias = settings.flag("attention_bias", false);
    config.mlpBias = settings.flag("mlp_bias", false);
    config.tied = settings.flag("tie_word_embeddings", false);
    config.activation = knownActivation(settings, settings.word("hidden_act", "silu"));
    config.attentionDropout = settings.fraction("attention_dropout", 0);
    config.beginId = countOr(settings, "bos_token_id", config.beginId, 0);
    config.endId = countOr(settings, "eos_token_id", config.endId, 0);
    checkSize(settings,
        real(config.hiddenSize)
            * (2 * real(config.vocabularySize)
                + real(config.layers)
                    * (2 * real(config.heads + config.keyHeads) * real(config.headWidth)
                        + 3 * real(config.intermediateSize))));
    return config;
}

} // namespace models::language
