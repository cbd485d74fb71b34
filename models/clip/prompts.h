#pragma once

#include "models/clip/network.h"

#include <string>
#include <vector>

namespace models::clip {

/// How prompts are learnt.
enum class PromptMethod {
    CoOp, ///< Context in front of the class's name (Zhou et al. 2022, arXiv:2109.01134).
    CoCoOp, ///< CoOp's context moved by each picture (Zhou et al. 2022, arXiv:2203.05557).
    IndependentVisionLanguage, ///< Prompts of their own in both towers, in every block; without vision tokens: language
                               ///< only (Khattak et al. 2023, arXiv:2210.03117, section 4).
    VisualPrompts, ///< Prompts in the vision tower only (VPT); the texts are fixed.
    Maple, ///< The vision tower's prompts are functions of the text's (Khattak et al. 2023).
};

/// Where the class's name stands among CoOp's context tokens.
enum class ClassPosition { End, Middle, Front };

struct PromptConfig
{
    PromptMethod method = PromptMethod::Maple;
    std::int64_t textTokens = 2; ///< Context tokens of a text.
    std::int64_t visionTokens = 2; ///< IndependentVisionLanguage and VisualPrompts.
    std::int64_t textDepth = 9; ///< Blocks with prompts of their own, the input counted as the first: 1 is shallow.
    std::int64_t visionDepth = 9; ///< Not read by Maple, whose towers have the same depth.
    ClassPosition classPosition = ClassPosition::End; ///< CoOp only.
    bool perClass = false; ///< CoOp: a context for each class.
    std::string contextWords = "a photo of a"; ///< The context starts as these words; empty: at random.
    /// Prompts of blocks pass through float16, as in the authors' code, whatever the network computes in.
    bool halfRounding = true;
};

/// The texts of some classes as ids of CLIP's tokenizer.
struct ClassTokens
{
    at::Tensor ids; ///< [classes, T] int64: what promptText() gives, with start and end, zeros behind.
    std::vector<std::int64_t> nameTokens; ///< Ids that each class's name has.
};

/// What is tokenised for a class: the context's words, or an "X" for each token that is learnt from chance, then the
/// name, '_' read as a blank, and a full stop.
std::string promptText(const PromptConfig& config, const std::string& className);

class TextPromptsImpl;
TORCH_MODULE(TextPrompts);
class TowerPromptsModuleImpl;
TORCH_MODULE(TowerPromptsModule);

/// The learnt part of a prompted CLIP. Its parameters have the names of the authors' checkpoints: `prompt_learner.ctx`,
/// `prompt_learner.compound_prompts_text.0`, `image_encoder.VPT`,
/// `text_encoder.transformer.resblocks.1.VPT_shallow` ...
class PromptsImpl : public torch::nn::Module
{
public:
    /// Starts as training does: the context from the words of the first class's text or from N(0, 0.02), the prompts
    /// of blocks from N(0, 0.02), the projections of MaPLe all alike. Throws Error(WrongUse) where a depth is beyond the
    /// tower's blocks or a prompt longer than the text allows.
    PromptsImpl(const PromptConfig& config, Clip clip, const ClassTokens& classes);

    /// Other classes for the same prompts; not with a context for each class. Throws Error(WrongUse).
    void setClasses(const ClassTokens& classes);

    /// Pixels [B, 3, size, size], normalised -> [B, classes].
    at::Tensor logits(const at::Tensor& pixels);

    /// The same of pictures' vectors [B, embedDim], as imageFeatures gives them.
    at::Tensor featureLogits(const at::Tensor& features);

    /// Whether a picture's vector depends on what is learnt.
    bool movesPictures() const;

    /// The texts' vectors [classes, embedDim], of length one, for pictures whose texts do not depend on them; undefined
    /// with CoCoOp.
    at::Tensor classFeatures();

    /// [B, embedDim], of length one.
    at::Tensor imageFeatures(const at::Tensor& pixels, vision::TokenTrace* trace = nullptr);

    const PromptConfig& config() const { return m_config; }

private:
    TowerPrompts textPrompts();
    TowerPrompts visionPrompts();
    at::Tensor withContext(const at::Tensor& context) const;
    at::Tensor conditionedLogits(const at::Tensor& features);

    PromptConfig m_config;
    Clip m_clip; // not a submodule: it is not trained and not saved
    ClassTokens m_classes;
    at::Tensor m_embedded; // [classes, T, width], the texts' own tokens
    TextPrompts prompt_learner{nullptr};
    TowerPromptsModule image_encoder{nullptr};
    TowerPromptsModule text_encoder{nullptr};
};
TORCH_MODULE(Prompts);

} // namespace models::clip
