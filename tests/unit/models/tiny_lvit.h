#pragma once

#include "imaging/slice.h"
#include "models/lvit/lvit.h"
#include "models/layers/bert.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <filesystem>
#include <fstream>
#include <string>

/// An LViT package and its text encoder with random weights, a few hundred kilobytes, written into a test's folder.
namespace tiny {

constexpr int kTextWidth = 16;

/// `more`: words beside those of most tests.
inline void writeEncoder(const std::filesystem::path& folder, const std::vector<std::string>& more = {})
{
    std::filesystem::create_directories(folder);
    std::vector<std::string> words{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "one", "two", "infected", "area",
        "areas", "left", "right", "upper", "lower", "lung", ",", "##s"};
    words.insert(words.end(), more.begin(), more.end());
    std::ofstream vocabulary(folder / "vocab.txt");
    for (const auto& word : words)
        vocabulary << word << '\n';
    models::layers::BertConfig config;
    config.vocabularySize = static_cast<std::int64_t>(words.size());
    config.hiddenSize = kTextWidth;
    config.layers = 1;
    config.heads = 2;
    config.intermediateSize = 32;
    config.maxPositions = 64;
    std::ofstream(folder / "config.json") << nlohmann::json{{"model_type", "bert"},
        {"vocab_size", config.vocabularySize}, {"hidden_size", config.hiddenSize}, {"num_hidden_layers", config.layers},
        {"num_attention_heads", config.heads}, {"intermediate_size", config.intermediateSize},
        {"max_position_embeddings", config.maxPositions}};
    torch::manual_seed(11);
    models::layers::BertModel bert(config, models::layers::BertModelImpl::Pooler::Without);
    models::weights::writeSafetensors(folder / "model.safetensors", models::weights::weightsOf(*bert));
}

inline models::lvit::LViTPackage settings()
{
    models::lvit::LViTPackage package;
    package.info.modelType = "lvit";
    package.info.name = "tiny";
    package.info.version = std::string(1, '1'); // GCC 12 sees an overflow in an assigned literal that is not there.
    package.info.finding = "Test";
    package.info.textEncoder = "tiny-bert";
    package.network.channels = 1;
    package.network.width = 8;
    package.network.pictureSize = 32;
    package.network.textWidth = kTextWidth;
    package.network.textTokens = 6;
    package.network.keepUnused = false;
    package.textUnits = models::TextUnits::Pieces;
    return package;
}

inline models::lvit::LViT network(const models::lvit::LViTConfig& config)
{
    torch::manual_seed(5);
    models::lvit::LViT net(config);
    net->eval();
    return net;
}

/// `folder`/tiny and `folder`/tiny-bert. -> `folder`/tiny
inline std::filesystem::path writePackage(
    const std::filesystem::path& folder, const models::lvit::LViTPackage& package = settings())
{
    writeEncoder(folder / "tiny-bert");
    models::lvit::writeLViTPackage(folder / "tiny", package);
    models::weights::writeSafetensors(
        folder / "tiny" / "model.safetensors", models::weights::weightsOf(*network(package.network)));
    return folder / "tiny";
}

/// Values row * 1000 + column, window over all of them.
inline imaging::Slice slice(int columns, int rows)
{
    imaging::Slice result;
    result.columns = columns;
    result.rows = rows;
    result.values.resize(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < result.values.size(); ++i) {
        const auto column = i % static_cast<std::size_t>(columns), row = i / static_cast<std::size_t>(columns);
        result.values[i] = static_cast<float>((column * 37 + row * 101) % 4096);
    }
    result.window = {2048, 4096};
    return result;
}

} // namespace tiny
