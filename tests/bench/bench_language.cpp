#include "imaging/error.h"
#include "models/generate/generate.h"
#include "models/language/causal_decoder.h"
#include "models/language/load_language.h"
#include "models/language/opt.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"

#include <torch/types.h>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

// Tokens a second of a language model behind 32 picture tokens and a short prompt, by the type that its weights are
// held in, greedy and with 5 beams: random weights of the widths of OPT-2.7b, fewer layers.
//
//     build/release/bin/bench_language [LAYERS [ROUNDS]]
//     build/release/bin/bench_language --open FOLDER float32|bfloat16|int8
//
// The second opens a Hugging Face folder of an OPT and prints the seconds and the peak of memory (open_large.py).

namespace {

namespace language = models::language;
using Clock = std::chrono::steady_clock;

constexpr int kPrompt = 40, kTokens = 24;

nlohmann::json settings(int layers)
{
    return {{"model_type", "opt"}, {"hidden_size", 2560}, {"word_embed_proj_dim", 2560}, {"ffn_dim", 10240},
        {"num_attention_heads", 32}, {"num_hidden_layers", layers}, {"vocab_size", 50272},
        {"max_position_embeddings", 2048}};
}

models::weights::StateDict randomWeights(const language::CausalModel& model)
{
    models::weights::StateDict weights;
    for (const auto& [key, tensor] : models::weights::weightsOf(model))
        weights.emplace(key, tensor.dim() > 1 ? 0.02 * torch::randn(tensor.sizes()) : torch::ones(tensor.sizes()));
    return weights;
}

double tokensASecond(const std::shared_ptr<language::CausalModel>& model, int beams)
{
    const at::InferenceMode inference;
    models::generate::GenerateOptions options;
    options.beams = beams;
    options.maxNewTokens = options.minNewTokens = kTokens;
    options.endId = model->endId();
    options.penalizePrompt = false;
    const auto prompt = 0.02 * torch::randn({1, kPrompt, model->width()});
    const auto begin = Clock::now();
    language::CausalDecoder decoder(model, prompt);
    models::generate::generate(decoder, torch::full({1, 1}, model->beginId(), torch::kLong), options);
    return kTokens / std::chrono::duration<double>(Clock::now() - begin).count();
}

at::ScalarType typeOf(const std::string& name)
{
    return name == "int8" ? at::kChar : name == "bfloat16" ? at::kBFloat16 : at::kFloat;
}

/// A figure of /proc/self/status in GB.
double gigabytesOf(const std::string& wanted)
{
    std::ifstream status("/proc/self/status");
    double kilobytes = 0;
    for (std::string word; status >> word;)
        if (word == wanted)
            status >> kilobytes;
    return kilobytes * 1024 / 1e9;
}

int openFolder(const std::filesystem::path& folder, const std::string& type)
{
    const auto begin = Clock::now();
    std::ifstream stream(folder / "config.json");
    const auto document = nlohmann::json::parse(stream);
    const models::weights::ModelSettings read(document, "The settings of the language model", folder / "config.json");
    try {
        const auto model =
            language::makeCausalModel(read, models::weights::readWeights(folder), folder.string(), typeOf(type));
        std::printf("%s: open after %.2f s; peak %.2f GB, of these in memory of its own %.2f GB\n", type.c_str(),
            std::chrono::duration<double>(Clock::now() - begin).count(), gigabytesOf("VmHWM:"),
            gigabytesOf("RssAnon:"));
    } catch (const imaging::Error& error) {
        std::printf("%s: %s\n", type.c_str(), error.what());
        return 1;
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 4 && std::string(argv[1]) == "--open")
        return openFolder(argv[2], argv[3]);
    const int layers = argc > 1 ? std::stoi(argv[1]) : 8, rounds = argc > 2 ? std::stoi(argv[2]) : 3;
    const auto document = settings(layers);
    const models::weights::ModelSettings read(document, "The settings of the language model", "bench");
    const std::vector<std::pair<const char*, at::ScalarType>> types{
        {"float32", at::kFloat}, {"bfloat16", at::kBFloat16}, {"int8", at::kChar}};
    std::vector<std::shared_ptr<language::CausalModel>> models;
    auto weights = randomWeights(language::Opt(language::readOptConfig(read)));
    for (const auto& [name, type] : types)
        models.push_back(language::makeCausalModel(read, weights, "bench", type));
    weights.clear();
    for (const int beams : {1, 5})
        for (int round = 0; round < rounds; ++round) {
            std::printf("%d beams:", beams);
            double first = 0;
            for (std::size_t i = 0; i < types.size(); ++i) { // In turn, so that what else runs meets all alike.
                const double speed = tokensASecond(models[i], beams);
                first = i == 0 ? speed : first;
                std::printf("  %s %.2f tokens/s (%.2f x)", types[i].first, speed, speed / first);
            }
            std::printf("\n");
            std::fflush(stdout);
        }
}
