#include "models/clip/classifier.h"

#include "imaging/error.h"
#include "models/clip/load_clip.h"
#include "models/clip/prompt_files.h"
#include "models/layers/device.h"
#include "models/layers/unit_length.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/seen_pixels.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

namespace models::clip {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr std::string_view kPlace = "{}";
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

std::string filled(std::string text, const std::string& name)
{
    text.replace(text.find(kPlace), kPlace.size(), name);
    return text;
}

class ClipClassifier : public Classifier
{
public:
    ClipClassifier(const std::filesystem::path& model, const std::filesystem::path& prompts, const std::string& device)
        : m_device(layers::chooseDevice(device))
        , m_clip(openClip(model))
        , m_tokenizer(
              text::openTokenizer(std::filesystem::is_directory(model) ? model : model.parent_path()))
    {
        text::requireRows(*m_tokenizer, m_clip->config().vocabularySize, model);
        if (!prompts.empty()) {
            m_promptFile = readPrompts(prompts);
            m_promptsName = prompts.string();
        }
        m_clip->to(m_device);
    }

    const std::vector<std::string>& learntClasses() const override { return m_promptFile.classes; }

    void ask(const ClassQuestion& question) override
    {
        checkNames(question);
        if (m_promptsName.empty())
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
        answer.pictureSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return answer;
    }

private:
    at::Tensor idsOf(const std::vector<std::string>& texts, imaging::Warnings& warnings) const
    {
        const auto length = static_cast<std::size_t>(m_clip->config().contextLength);
        std::vector<std::int64_t> ids;
        for (const auto& one : texts) {
            const auto encoded = m_tokenizer->encodePadded(one, length);
            if (encoded.cut)
                warnings.push_back("The text \"" + one + "\" is longer than the model reads: its end was left out.");
            ids.insert(ids.end(), encoded.ids.begin(), encoded.ids.end());
        }
        return torch::tensor(ids).view({static_cast<std::int64_t>(texts.size()), -1}).to(m_device);
    }

    /// The texts' directions, some at a time so that hundreds of classes need no more memory. -> [texts, embedDim]
    at::Tensor directionsOf(const std::vector<std::string>& texts)
    {
        constexpr std::int64_t kTogether = 64;
        const auto ids = idsOf(texts, m_answer.warnings);
        std::vector<at::Tensor> directions;
        for (const auto& some : ids.split(kTogether))
            directions.push_back(layers::unitLength(m_clip->encodeText(some)));
        return torch::cat(directions);
    }

    void askZeroShot(const ClassQuestion& question)
    {
        for (const auto& text : question.templates)
            if (text.find(kPlace) == std::string::npos)
                throw Error(ErrorKind::WrongUse, "The text \"" + text + "\" has no {} for the class's name.");
        if (question.templates.empty())
            throw Error(ErrorKind::WrongUse, "There is no text to put the classes' names into.");
        m_answer = {};
        m_findings = question.findings;
        const auto each = static_cast<std::int64_t>(question.templates.size());
        std::vector<std::string> texts; // of each class, then of its denial
        for (const auto& name : question.classes) {
            m_answer.scores.push_back({name, {}, 0, 0});
            for (const auto& text : question.templates)
                m_answer.scores.back().texts.push_back(filled(text, name));
            texts.insert(texts.end(), m_answer.scores.back().texts.begin(), m_answer.scores.back().texts.end());
            for (const auto& text : question.templates)
                if (m_findings)
                    texts.push_back(filled(text, kDenied + name));
        }
        const at::InferenceMode inference;
        m_texts = layers::unitLength(directionsOf(texts).view({-1, each, m_clip->config().embedDim}).mean(1));
    }

    void askPrompts(const ClassQuestion& question)
    {
        if (question.findings)
            throw Error(ErrorKind::WrongUse, "Learnt prompts tell classes apart that exclude each other, not findings.");
        Classification answer;
        std::vector<std::string> texts;
        ClassTokens classes;
        for (const auto& name : question.classes) {
            texts.push_back(promptText(m_promptFile.config, name));
            answer.scores.push_back({name, {texts.back()}, 0, 0});
            std::string words = name;
            std::replace(words.begin(), words.end(), '_', ' ');
            classes.nameTokens.push_back(static_cast<std::int64_t>(m_tokenizer->pieces(words).size()));
        }
        classes.ids = idsOf(texts, answer.warnings);
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
        if (!m_texts.defined())
            return (*m_prompts)->logits(picture);
        return m_clip->logits(m_prompts ? (*m_prompts)->imageFeatures(picture) : m_clip->encodeImage(picture), m_texts);
    }

    at::Tensor pictureOf(const imaging::Slice& slice, Classification& answer) const
    {
        vision::PictureFit fit;
        fit.size = static_cast<int>(m_clip->config().imageSize);
        auto picture = vision::seenPixels(slice, fit);
        answer.size = picture.size;
        answer.seen = std::move(picture.grey);
        return picture.pixels.to(m_device);
    }

    /// Logits of the texts, in double precision.
    void setScores(const at::Tensor& logits, Classification& answer) const
    {
        const auto count = static_cast<std::int64_t>(answer.scores.size());
        const auto pairs = m_findings ? logits.view({count, 2}) : logits;
        const auto probabilities = m_findings ? torch::softmax(pairs, 1).select(1, 0) : torch::softmax(pairs, 0);
        const auto own = m_findings ? pairs.select(1, 0) - pairs.select(1, 1) : pairs;
        for (std::int64_t i = 0; i < count; ++i) {
            auto& score = answer.scores[static_cast<std::size_t>(i)];
            score.logit = own[i].item<double>();
            score.probability = probabilities[i].item<double>();
        }
    }

    c10::Device m_device;
    Clip m_clip;
    std::unique_ptr<text::Tokenizer> m_tokenizer;
    PromptFile m_promptFile;
    std::string m_promptsName; // empty: zero-shot
    std::optional<Prompts> m_prompts;
    at::Tensor m_texts; // [classes or 2 * findings, embedDim], a finding's denial behind it; undefined: by the picture
    Classification m_answer; // what does not depend on the picture
    bool m_findings = false;
};

} // namespace

std::unique_ptr<Classifier> openClassifier(
    const std::filesystem::path& model, const std::filesystem::path& prompts, const std::string& device)
{
    return std::make_unique<ClipClassifier>(model, prompts, device);
}

} // namespace models::clip
