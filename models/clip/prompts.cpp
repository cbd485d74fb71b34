#include "models/clip/prompts.h"

#include "imaging/error.h"
#include "models/clip/prompt_modules.h"
#include "models/layers/unit_length.h"

#include <torch/types.h>

#include <algorithm>

namespace models::clip {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr double kContextDeviation = 0.02;

bool learnsTexts(PromptMethod method)
{
    return method != PromptMethod::VisualPrompts;
}

/// Tokens of the vision tower that are learnt on their own.
std::int64_t ownVisionTokens(const PromptConfig& config)
{
    const bool own =
        config.method == PromptMethod::IndependentVisionLanguage || config.method == PromptMethod::VisualPrompts;
    return own ? config.visionTokens : 0;
}

void check(const PromptConfig& config, const ClipConfig& clip)
{
    const auto fits = [](std::int64_t depth, std::int64_t layers) { return depth >= 1 && depth <= layers; };
    const bool deepTexts =
        config.method == PromptMethod::Maple || config.method == PromptMethod::IndependentVisionLanguage;
    if (deepTexts && !fits(config.textDepth, clip.text.layers))
        throw Error(ErrorKind::WrongUse,
            "Prompts can enter 1 to " + std::to_string(clip.text.layers) + " blocks of the text tower.");
    if (config.method == PromptMethod::Maple && config.textDepth > clip.vision.layers)
        throw Error(ErrorKind::WrongUse,
            "Prompts can enter 1 to " + std::to_string(clip.vision.layers) + " blocks of the vision tower.");
    if (ownVisionTokens(config) > 0 && !fits(config.visionDepth, clip.vision.layers))
        throw Error(ErrorKind::WrongUse,
            "Prompts can enter 1 to " + std::to_string(clip.vision.layers) + " blocks of the vision tower.");
    if (learnsTexts(config.method) && config.textTokens < 1)
        throw Error(ErrorKind::WrongUse, "A context has at least one token.");
    if (config.perClass && config.method != PromptMethod::CoOp)
        throw Error(ErrorKind::WrongUse, "Only CoOp learns a context for each class.");
}

/// Start, context, name, full stop and end must fit.
void check(const ClassTokens& classes, const PromptConfig& config)
{
    const bool shaped = classes.ids.defined() && classes.ids.dim() == 2
        && classes.ids.size(0) == static_cast<std::int64_t>(classes.nameTokens.size()) && classes.ids.size(0) > 0;
    if (!shaped)
        throw Error(ErrorKind::WrongUse, "Prompts need at least one class with its tokens.");
    if (!learnsTexts(config.method))
        return;
    for (const auto tokens : classes.nameTokens)
        if (1 + config.textTokens + tokens + 1 > classes.ids.size(1))
            throw Error(ErrorKind::WrongUse,
                "A class's name is too long: with " + std::to_string(config.textTokens)
                    + " context tokens it does not fit into the " + std::to_string(classes.ids.size(1))
                    + " tokens of a text. Give it a shorter name.");
}

} // namespace

std::string promptText(const PromptConfig& config, const std::string& className)
{
    std::string name = className;
    std::replace(name.begin(), name.end(), '_', ' ');
    std::string words = config.contextWords;
    if (words.empty() && !learnsTexts(config.method))
        words = "a photo of a";
    if (words.empty()) {
        words = "X";
        for (std::int64_t i = 1; i < config.textTokens; ++i)
            words += " X";
    }
    return words + " " + name + ".";
}

PromptsImpl::PromptsImpl(const PromptConfig& config, Clip clip, const ClassTokens& classes)
    : m_config(config)
    , m_clip(std::move(clip))
{
    check(config, m_clip->config());
    setClasses(classes);
    const auto& shape = m_clip->config();
    if (learnsTexts(config.method)) {
        auto context = config.contextWords.empty()
            ? kContextDeviation * torch::randn({config.textTokens, shape.text.width})
            : m_embedded[0].narrow(0, 1, config.textTokens).clone();
        if (config.perClass)
            context = config.contextWords.empty()
                ? kContextDeviation * torch::randn({m_embedded.size(0), config.textTokens, shape.text.width})
                : context.unsqueeze(0).repeat({m_embedded.size(0), 1, 1});
        prompt_learner = register_module("prompt_learner", TextPrompts(config, shape, context));
    }
    using Shallow = TowerPromptsModuleImpl::Shallow;
    if (const auto tokens = ownVisionTokens(config); tokens > 0)
        image_encoder = register_module("image_encoder",
            TowerPromptsModule(tokens, config.visionDepth, shape.vision.width, Shallow::With));
    if (config.method == PromptMethod::IndependentVisionLanguage)
        text_encoder = register_module("text_encoder",
            TowerPromptsModule(config.textTokens, config.textDepth, shape.text.width, Shallow::Without));
}

void PromptsImpl::setClasses(const ClassTokens& classes)
{
    check(classes, m_config);
    if (m_config.perClass && prompt_learner && prompt_learner->ctx.size(0) != classes.ids.size(0))
        throw Error(ErrorKind::WrongUse, "These prompts have a context for each class: they know no other classes.");
    m_embedded = m_clip->embedTokens(classes.ids).detach();
    m_classes = classes;
}

TowerPrompts PromptsImpl::textPrompts()
{
    TowerPrompts prompts;
    prompts.halfRounding = m_config.halfRounding;
    if (m_config.method == PromptMethod::Maple)
        prompts.deep = prompt_learner->compound_prompts_text->prompts;
    else if (text_encoder)
        prompts.deep = text_encoder->deep;
    return prompts;
}

TowerPrompts PromptsImpl::visionPrompts()
{
    TowerPrompts prompts;
    prompts.halfRounding = m_config.halfRounding;
    if (image_encoder) {
        prompts.shallow = image_encoder->VPT;
        prompts.deep = image_encoder->deep;
    }
    if (m_config.method != PromptMethod::Maple)
        return prompts;
    prompts.shallow = prompt_learner->proj(prompt_learner->ctx);
    const auto& texts = prompt_learner->compound_prompts_text->prompts;
    for (std::size_t i = 0; i < texts.size(); ++i)
        prompts.deep.push_back(
            prompt_learner->compound_prompt_projections[i]->as<torch::nn::Linear>()->forward(texts[i]));
    return prompts;
}

/// [tokens, width] or [classes, tokens, width] -> [classes, T, width], the class's name where it belongs.
at::Tensor PromptsImpl::withContext(const at::Tensor& context) const
{
    const auto classes = m_embedded.size(0), length = m_embedded.size(1), tokens = m_config.textTokens;
    const auto each = context.dim() == 2 ? context.unsqueeze(0).expand({classes, -1, -1}) : context;
    if (m_config.classPosition == ClassPosition::End)
        return torch::cat(
            {m_embedded.narrow(1, 0, 1), each, m_embedded.narrow(1, 1 + tokens, length - 1 - tokens)}, 1);
    const auto before = m_config.classPosition == ClassPosition::Middle ? tokens / 2 : 0;
    std::vector<at::Tensor> rows;
    for (std::int64_t i = 0; i < classes; ++i) {
        const auto own = m_embedded[i];
        const auto name = m_classes.nameTokens[static_cast<std::size_t>(i)];
        const auto rest = 1 + tokens + name;
        rows.push_back(torch::cat({own.narrow(0, 0, 1), each[i].narrow(0, 0, before), own.narrow(0, 1 + tokens, name),
            each[i].narrow(0, before, tokens - before), own.narrow(0, rest, length - rest)}));
    }
    return torch::stack(rows);
}

at::Tensor PromptsImpl::classFeatures()
{
    if (m_config.method == PromptMethod::CoCoOp)
        return {};
    if (!learnsTexts(m_config.method))
        return layers::unitLength(m_clip->encodeText(m_embedded, m_classes.ids));
    return layers::unitLength(m_clip->encodeText(withContext(prompt_learner->ctx), m_classes.ids, textPrompts()));
}

at::Tensor PromptsImpl::imageFeatures(const at::Tensor& pixels, vision::TokenTrace* trace)
{
    return layers::unitLength(m_clip->encodeImage(pixels, visionPrompts(), trace));
}

at::Tensor PromptsImpl::conditionedLogits(const at::Tensor& features)
{
    const auto shifts = prompt_learner->meta_net(features); // [B, width]
    std::vector<at::Tensor> rows;
    for (std::int64_t i = 0; i < features.size(0); ++i) {
        const auto context = prompt_learner->ctx + shifts[i];
        const auto texts = m_clip->encodeText(withContext(context), m_classes.ids);
        rows.push_back(m_clip->logits(features.narrow(0, i, 1), texts));
    }
    return torch::cat(rows);
}

at::Tensor PromptsImpl::logits(const at::Tensor& pixels)
{
    return featureLogits(imageFeatures(pixels));
}

bool PromptsImpl::movesPictures() const
{
    return m_config.method == PromptMethod::Maple || image_encoder;
}

at::Tensor PromptsImpl::featureLogits(const at::Tensor& features)
{
    if (m_config.method == PromptMethod::CoCoOp)
        return conditionedLogits(features);
    return m_clip->logits(features, classFeatures());
}

} // namespace models::clip
