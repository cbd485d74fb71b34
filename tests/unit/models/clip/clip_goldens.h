#pragma once

#include "models/clip/prompts.h"
#include "tests/unit/models/fill_rule.h"
#include "tests/unit/models/vlm_goldens.h"

#include <torch/types.h>

#include <QtTest>

#include <stdexcept>
#include <string>
#include <vector>

/// The CLIP and the prompts that the golden numbers of prompt learning are of.
namespace clip_goldens {

using models::clip::ClassPosition;
using models::clip::Clip;
using models::clip::ClipConfig;
using models::clip::PromptConfig;
using models::clip::PromptMethod;
using models::clip::Prompts;
using nlohmann::json;

inline std::vector<std::int64_t> shapeOf(const json& value)
{
    return value.get<std::vector<std::int64_t>>();
}

inline at::Tensor tensorOf(const json& rows)
{
    std::vector<float> values;
    for (const auto& row : rows)
        for (const auto& value : row)
            values.push_back(value.get<float>());
    return torch::tensor(values).reshape({static_cast<std::int64_t>(rows.size()), -1});
}

/// Ids of one text a row, zeros behind.
inline at::Tensor idsOf(const json& rows, std::int64_t length)
{
    auto ids = torch::zeros({static_cast<std::int64_t>(rows.size()), length}, torch::kLong);
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (std::size_t i = 0; i < rows[row].size(); ++i)
            ids[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(i)] = rows[row][i].get<std::int64_t>();
    return ids;
}

/// The CLIP that the golden numbers are of, made by their rule.
inline Clip filledClip(const json& golden)
{
    const auto& base = golden["base"];
    ClipConfig config;
    const auto count = [&](const char* key) { return base[key].get<std::int64_t>(); };
    config.vision = {count("vision_width"), count("vision_layers"), count("vision_heads"), 4 * count("vision_width")};
    config.text = {count("transformer_width"), count("transformer_layers"), count("transformer_heads"),
        4 * count("transformer_width")};
    config.imageSize = count("image_resolution");
    config.patchSize = count("vision_patch_size");
    config.contextLength = count("context_length");
    config.vocabularySize = count("vocab_size");
    config.embedDim = count("embed_dim");
    Clip clip(config);
    const auto seed = golden["fill_seed"].get<std::uint64_t>();
    const at::NoGradGuard noGrad;
    for (auto& parameter : clip->named_parameters()) {
        if (parameter.key() == "logit_scale")
            parameter.value().fill_(base["logit_scale"].get<double>());
        else
            parameter.value().copy_(fill::weight(parameter.key(), seed, parameter.value().sizes()));
        parameter.value().requires_grad_(false);
    }
    return clip;
}

inline PromptConfig configOf(const json& one)
{
    PromptConfig config;
    const auto method = one["method"].get<std::string>();
    const auto count = [&](const char* key, std::int64_t standard) { return one.value(key, standard); };
    config.method = method == "coop" ? PromptMethod::CoOp
        : method == "cocoop"         ? PromptMethod::CoCoOp
        : method == "vpt"            ? PromptMethod::VisualPrompts
        : method == "maple"          ? PromptMethod::Maple
                                     : PromptMethod::IndependentVisionLanguage;
    config.textTokens = count("n_ctx", count("n_ctx_text", 0));
    config.visionTokens = count("n_ctx_vision", 0);
    config.textDepth = count("prompt_depth", count("prompt_depth_text", 1));
    config.visionDepth = count("prompt_depth_vision", 1);
    config.perClass = one.value("csc", false);
    config.contextWords = one.value("ctx_init", std::string());
    config.halfRounding = one["half_rounding"].get<bool>();
    const auto position = one.value("class_token_position", std::string("end"));
    config.classPosition = position == "middle" ? ClassPosition::Middle
        : position == "front"                   ? ClassPosition::Front
                                                : ClassPosition::End;
    return config;
}

inline models::clip::ClassTokens classesOf(const json& golden, const json& one)
{
    models::clip::ClassTokens classes;
    const bool learnt = one["prompt_ids"].is_array();
    classes.ids = idsOf(learnt ? one["prompt_ids"] : golden["zero_shot"][0]["prompt_ids"][0], 77);
    classes.nameTokens = learnt ? shapeOf(one["name_lens"]) : std::vector<std::int64_t>(3, 1);
    return classes;
}

inline Prompts promptsOf(const json& golden, const json& one, const Clip& clip)
{
    Prompts prompts(configOf(one), clip, classesOf(golden, one));
    const auto seed = golden["fill_seed"].get<std::uint64_t>();
    const at::NoGradGuard noGrad;
    for (auto& parameter : prompts->named_parameters()) {
        const auto& key = parameter.key();
        if (!one["trainable"].contains(key))
            throw std::runtime_error("The authors' network has no parameter " + key);
        const bool fromWords = key == "prompt_learner.ctx" && one["ctx_from"] != "fill rule";
        if (!fromWords)
            parameter.value().copy_(fill::weight(key, seed, parameter.value().sizes()));
    }
    if (prompts->parameters().size() != one["trainable"].size())
        throw std::runtime_error("A parameter of the authors' is missing");
    return prompts;
}

inline const json& caseOf(const json& golden, const std::string& name)
{
    for (const auto& one : golden["cases"])
        if (one["name"] == name)
            return one;
    throw std::runtime_error("no such case: " + name);
}

/// A row for each case, by name.
inline void addCases(const json& golden)
{
    QTest::addColumn<QString>("name");
    for (const auto& one : golden["cases"]) {
        const auto name = QString::fromStdString(one["name"].get<std::string>());
        QTest::newRow(qPrintable(name)) << name;
    }
}

} // namespace clip_goldens
