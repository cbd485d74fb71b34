#include "models/clip/classifier.h"

#include "imaging/error.h"
#include "models/clip/backbone.h"
#include "models/clip/class_texts.h"
#include "models/clip/load_clip.h"
#include "models/clip/probe.h"
#include "models/clip/prompt_files.h"
#include "models/clip/siglip_folder.h"
#include "models/facade/choose_precision.h"
#include "models/layers/device.h"
#include "models/layers/unit_length.h"
#include "models/package/text_sides.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/stored_numbers.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

namespace models::clip {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr const char* kDenied = "no ";

void checkNames(const ClassQuestion& question)
{
    const std::size_t least = question.findings ? 1 : 2;
    if (question.classes.size() < least)
        throw Error(ErrorKind::WrongUse,
            question.findings ? "Name at least one finding." : "Name at least two classes, or ask for findings.");
    std::set<std::string> seen;
    for (const auto& name : question.classes) {
        if (name.find_first_not_of(" \t\n") == std::string::npos)
            throw Error(ErrorKind::WrongUse, "A class has no name.");
        if (!seen.insert(name).second)
            throw Error(ErrorKind::WrongUse, "The class \"" + name + "\" is named twice.");
    }
}

class ClipClassifier : public Classifier
{
public:
    ClipClassifier(const std::filesystem::path& model, const std::filesystem::path& prompts, const std::string& device,
        Precision precision)
        : m_device(layers::chooseDevice(device))
        , m_precision(choosePrecision(prompts.empty() || precision != Precision::Auto ? precision : Precision::Float32,
              weights::storedNumbers(model), {.bfloat16 = layers::hasHalfPrecision(m_device)},
              weights::availableMemory()))
        , m_clip(openClip(model, m_precision == Precision::BFloat16 ? torch::kBFloat16 : torch::kFloat))
        , m_tokenizer(openClipTokenizer(model, m_clip))
        , m_sides(textSidesOf(model))
    {
        if (!prompts.empty() && m_precision != Precision::Float32)
            throw Error(ErrorKind::WrongUse, "What was learnt for a model belongs to its weights in float32.");
        if (!prompts.empty())
            openLearnt(prompts);
        m_clip->to(m_device);
    }

    const std::vector<std::string>& learntClasses() const override
    {
        return m_probe ? m_probe->classes : m_promptFile.classes;
    }

    Precision precision() const override { return m_precision; }
    std::optional<imaging::Sides> textSides() const override { return m_sides; }

    void ask(const ClassQuestion& question) override
    {
        checkNames(question);
        if (m_probe)
            askProbe(question);
        else if (m_promptsName.empty())
            askZeroShot(question);
        else
            askPrompts(question);
    }

    Classification classify(const imaging::Slice& slice) override
    {
        if (m_answer.scores.empty())
            throw Error(ErrorKind::WrongUse, "There was no question: name the classes first.");
        const auto begin = std::chrono::steady_clock::now();
        const at::InferenceMode inference;
        auto answer = m_answer;
        const auto picture = pictureOf(slice, answer);
        setScores(logitsOf(picture)[0].to(torch::kCPU, torch::kDouble), answer);
        weights::requireFilesUnchanged();
        answer.pictureSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return answer;
    }

private:
    void openLearnt(const std::filesystem::path& prompts)
    {
        m_promptsName = prompts.string();
        m_probe = readProbe(prompts);
        if (!m_probe) {
            m_promptFile = readPrompts(prompts);
            requireSameBackbone(m_promptFile, m_clip, digestFor(m_promptFile.backboneSha256), m_promptsName);
            return;
        }
        requireBackbone(digestFor(m_probe->backboneSha256), m_probe->backboneSha256, m_promptsName);
        if (m_probe->weight.size(1) != m_clip->config().embedDim)
            throw Error(ErrorKind::Model,
                "The probe in " + m_promptsName + " takes vectors of " + std::to_string(m_probe->weight.size(1))
                    + " numbers, this model gives " + std::to_string(m_clip->config().embedDim) + ".",
                m_promptsName);
    }

    /// The CLIP's own, where one is wanted: it goes through all weights.
    std::string digestFor(const std::string& wanted) const
    {
        return wanted.empty() ? std::string() : backboneSha256(m_clip);
    }

    void askZeroShot(const ClassQuestion& question)
    {
        if (question.templates.empty())
            throw Error(ErrorKind::WrongUse, "There is no text to put the classes' names into.");
        Classification answer;
        std::vector<std::string> names; // each class, and behind it its denial
        for (const auto& name : question.classes) {
            names.push_back(name);
            if (question.findings)
                names.push_back(kDenied + name);
            answer.scores.push_back({name, {}, 0, 0});
            for (const auto& text : question.templates)
                answer.scores.back().texts.push_back(filledTemplate(text, name));
        }
        const at::InferenceMode inference;
        m_texts = classDirections(m_clip, *m_tokenizer, names, question.templates, answer.warnings);
        m_answer = std::move(answer);
        m_findings = question.findings;
    }

    /// A probe has a row for each class that it learnt and reads no names.
    void askProbe(const ClassQuestion& question)
    {
        if (question.findings)
            throw Error(ErrorKind::WrongUse, "A probe tells classes apart that exclude each other, not findings.");
        Classification answer;
        for (const auto& name : question.classes) {
            if (std::find(m_probe->classes.begin(), m_probe->classes.end(), name) == m_probe->classes.end())
                throw Error(ErrorKind::WrongUse,
                    "The probe in " + m_promptsName + " knows no class \"" + name
                        + "\": it answers only for those that it was learnt with.");
            answer.scores.push_back({name, {}, 0, 0});
        }
        m_answer = std::move(answer);
        m_findings = false;
    }

    void askPrompts(const ClassQuestion& question)
    {
        if (question.findings)
            throw Error(ErrorKind::WrongUse, "Learnt prompts tell classes apart that exclude each other, not findings.");
        Classification answer;
        for (const auto& name : question.classes)
            answer.scores.push_back({name, {promptText(m_promptFile.config, name)}, 0, 0});
        auto classes =
            classTokens(*m_tokenizer, m_clip->config(), m_promptFile.config, question.classes, answer.warnings);
        classes.ids = classes.ids.to(m_device);
        if (m_prompts) {
            (*m_prompts)->setClasses(classes);
        } else {
            m_prompts = openPrompts(m_promptFile, m_clip, classes, m_promptsName);
            (*m_prompts)->to(m_device);
        }
        const at::InferenceMode inference;
        m_texts = (*m_prompts)->classFeatures();
        if (const auto& learnt = m_promptFile.classes; !learnt.empty())
            for (const auto& name : question.classes)
                if (std::find(learnt.begin(), learnt.end(), name) == learnt.end())
                    answer.warnings.push_back(
                        "The prompts were not learnt with the class \"" + name + "\": its text is read as it stands.");
        m_answer = std::move(answer);
        m_findings = false;
    }

    /// The texts wait encoded, unless they depend on the picture (CoCoOp). -> [1, texts]
    at::Tensor logitsOf(const at::Tensor& picture)
    {
        if (m_probe)
            return probeLogits(m_clip->encodeImage(picture));
        if (!m_texts.defined())
            return (*m_prompts)->logits(picture);
        return m_clip->logits(m_prompts ? (*m_prompts)->imageFeatures(picture) : m_clip->encodeImage(picture), m_texts);
    }

    /// In the order of the question. -> [1, classes]
    at::Tensor probeLogits(const at::Tensor& features) const
    {
        std::vector<std::int64_t> rows;
        for (const auto& score : m_answer.scores)
            rows.push_back(std::find(m_probe->classes.begin(), m_probe->classes.end(), score.name) - m_probe->classes.begin());
        return m_probe->logits(features).index_select(1, torch::tensor(rows).to(features.device()));
    }

    at::Tensor pictureOf(const imaging::Slice& slice, Classification& answer) const
    {
        auto picture = vision::seenPixels(slice, m_clip->pictureFit());
        answer.size = picture.size;
        answer.seen = std::move(picture.grey);
        return picture.pixels.to(m_device);
    }

    /// Logits of the texts, in double precision.
    void setScores(const at::Tensor& logits, Classification& answer) const
    {
        const auto count = static_cast<std::int64_t>(answer.scores.size());
        const auto pairs = m_findings ? logits.view({count, 2}) : logits;
        const bool single = m_clip->eachForItself() && !m_probe;
        const auto probabilities = m_findings ? torch::softmax(pairs, 1).select(1, 0)
            : single                          ? torch::sigmoid(pairs)
                                              : torch::softmax(pairs, 0);
        const auto own = m_findings ? pairs.select(1, 0) - pairs.select(1, 1) : pairs;
        for (std::int64_t i = 0; i < count; ++i) {
            auto& score = answer.scores[static_cast<std::size_t>(i)];
            score.logit = own[i].item<double>();
            score.probability = probabilities[i].item<double>();
        }
    }

    c10::Device m_device;
    Precision m_precision;
    Clip m_clip;
    std::unique_ptr<text::Tokenizer> m_tokenizer;
    std::optional<imaging::Sides> m_sides;
    PromptFile m_promptFile;
    std::string m_promptsName; // empty: zero-shot
    std::optional<Prompts> m_prompts;
    std::optional<Probe> m_probe;
    at::Tensor m_texts; // [classes or 2 * findings, embedDim], a finding's denial behind it; undefined: by the picture
    Classification m_answer; // what does not depend on the picture
    bool m_findings = false;
};

} // namespace

std::unique_ptr<Classifier> openClassifier(
    const std::filesystem::path& model, const std::filesystem::path& prompts, const std::string& device,
    Precision precision)
{
    return std::make_unique<ClipClassifier>(model, prompts, device, precision);
}

} // namespace models::clip
