#include "models/layers/bert_settings.h"

namespace models::layers {

BertConfig readBertSettings(const weights::ModelSettings& settings, const BertConfig& standard)
{
    constexpr std::int64_t kMost = 1 << 24;
    constexpr std::int64_t kMostLayers = 1024;
    auto config = standard;
    config.vocabularySize = settings.count("vocab_size", standard.vocabularySize, kMost);
    config.hiddenSize = settings.count("hidden_size", standard.hiddenSize, kMost);
    config.layers = settings.count("num_hidden_layers", standard.layers, kMostLayers);
    config.heads = settings.count("num_attention_heads", standard.heads, kMost);
    config.intermediateSize = settings.count("intermediate_size", standard.intermediateSize, kMost);
    config.maxPositions = settings.count("max_position_embeddings", standard.maxPositions, kMost);
    config.layerNormEps = settings.fraction("layer_norm_eps", standard.layerNormEps);
    config.dropout = settings.fraction("hidden_dropout_prob", standard.dropout);
    config.attentionDropout = settings.fraction("attention_probs_dropout_prob", standard.attentionDropout);
    config.activation = settings.word("hidden_act", standard.activation.c_str());
    settings.requireActivation(config.activation);
    if (config.hiddenSize % config.heads != 0)
        settings.refuse(settings.quoted("hidden_size") + " is not a multiple of the number of heads");
    return config;
}

} // namespace models::layers
