#include "models/clip/training/adapter.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/clip/backbone.h"
#include "models/clip/class_texts.h"
#include "models/clip/load_clip.h"
#include "models/clip/probe.h"
#include "models/clip/prompt_files.h"
#include "models/clip/siglip_folder.h"
#include "models/clip/training/fit_probe.h"
#include "models/clip/training/prompt_task.h"
#include "models/facade/adapt_settings.h"
#include "models/layers/device.h"
#include "models/training/folder_lock.h"
#include "models/training/training_loop.h"
#include "models/training/valid_options.h"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <chrono>

namespace models::clip {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr const char* kLearntFile = "prompts.safetensors";

void requireValid(const AdaptTask& task)
{
    const auto& options = task.options;
    training::requireValid(options);
    training::requireAtLeast("shots", options.shots, 1);
    training::requireAtLeast("contextTokens", options.contextTokens, 1);
    training::requireAtLeast("depth", options.depth, 1);
    if (options.perClass && options.method != AdaptMethod::CoOp)
        training::refuseSetting("perClass is for coop only, which learns a context for each class: leave it out.");
    if (options.classPosition != "end" && options.method != AdaptMethod::CoOp)
        training::refuseSetting("classPosition is for coop only, which can put the class's name elsewhere than at the end: leave it out.");
    if (task.classes.size() < 2)
        throw Error(ErrorKind::InvalidInput, "An adaptation needs at least two classes with pictures.");
}

/// Tells of what was left out, and refuses a class of which nothing is left.
void requireEveryClass(const LearningPictures& pictures, const std::vector<std::string>& classes)
{
    for (std::size_t label = 0; label < classes.size(); ++label)
        if (std::find(pictures.labels.begin(), pictures.labels.end(), int(label)) == pictures.labels.end())
            throw Error(ErrorKind::InvalidInput,
                "The class \"" + classes[label] + "\" has no picture to learn from that can be read"
                    + (pictures.warnings.empty() ? std::string(".") : ": " + pictures.warnings.front()));
}

void append(imaging::Warnings& to, const imaging::Warnings& from)
{
    to.insert(to.end(), from.begin(), from.end());
}

class ClipAdapter : public Adapter
{
public:
    explicit ClipAdapter(const AdapterOptions& options)
        : m_options(options)
        , m_device(layers::chooseDevice(options.device))
        , m_clip(openClip(options.model))
        , m_tokenizer(openClipTokenizer(options.model, m_clip))
    {
        if (m_clip->eachForItself())
            throw Error(ErrorKind::Model,
                "The model in " + options.model.string()
                    + " is a SigLIP: what is learnt here belongs to a CLIP, whose pictures are prepared otherwise.",
                options.model.string());
        if (options.threads > 0)
            at::set_num_threads(options.threads);
        m_sha256 = backboneSha256(m_clip);
        m_clip->to(m_device);
        m_vectors.emplace(m_clip, m_device, VectorCache(options.cache, m_sha256, m_clip->config().embedDim));
    }

    TrainResult adapt(const AdaptTask& task, std::stop_token stop, const imaging::Progress& progress) override
    {
        requireValid(task);
        try {
            return learn(task, stop, progress);
        } catch (const c10::Error& error) {
            throw Error(ErrorKind::Internal,
                std::string("The adaptation failed in LibTorch: ") + error.what_without_backtrace(),
                task.options.output.string());
        }
    }

    int blocks(AdaptMethod method) const override
    {
        const auto text = int(m_clip->config().text.layers), vision = int(m_clip->config().vision.layers);
        switch (method) {
        case AdaptMethod::CoOp:
        case AdaptMethod::CoCoOp:
            return 1;
        case AdaptMethod::Vpt:
            return vision;
        case AdaptMethod::Language:
            return text;
        case AdaptMethod::Maple:
            return std::min(text, vision);
        case AdaptMethod::Ivlp:
            return std::max(text, vision);
        case AdaptMethod::Probe:
        case AdaptMethod::TextProbe:
            break;
        }
        return Adapter::blocks(method);
    }

    AdaptAnswers answer(const AdaptQuestion& question, std::stop_token stop, const imaging::Progress& progress) override
    {
        const torch::NoGradGuard noGradients;
        AdaptAnswers answers;
        const auto logitsOf = answering(question, answers.warnings);
        answers.labels.assign(question.pictures.size(), -1);
        forPictures(
            question.pictures, m_options.read, m_clip->config().imageSize,
            [&](const at::Tensor& pixels, const std::vector<std::size_t>& places) {
                const auto best = logitsOf(pixels).argmax(1).cpu();
                for (std::size_t i = 0; i < places.size(); ++i)
                    answers.labels[places[i]] = int(best[std::int64_t(i)].item<std::int64_t>());
            },
            answers.warnings, stop, progress);
        m_vectors->save();
        return answers;
    }

private:
    using Logits = std::function<at::Tensor(const at::Tensor& pixels)>;

    TrainResult learn(const AdaptTask& task, const std::stop_token& stop, const imaging::Progress& progress)
    {
        const auto size = int(m_clip->config().imageSize);
        if (learnsPrompts(task.options.method))
            requireWords(promptConfigOf(task.options, m_clip->config()));
        progress.report(0, "reading pictures");
        const auto training = openPictures(task.training, m_options.read, size, stop);
        const auto validation = openPictures(task.validation, m_options.read, size, stop);
        TrainResult result;
        result.cancelled = true;
        if (stop.stop_requested())
            return result;
        requireEveryClass(training, task.classes);
        result = learnsPrompts(task.options.method) ? learnPrompts(task, training, validation, stop, progress)
                                                    : learnProbe(task, training, validation);
        append(result.warnings, training.warnings);
        append(result.warnings, validation.warnings);
        m_vectors->save();
        return result;
    }

    TrainResult learnPrompts(const AdaptTask& task, const LearningPictures& training,
        const LearningPictures& validation, const std::stop_token& stop, const imaging::Progress& progress)
    {
        const auto config = promptConfigOf(task.options, m_clip->config());
        TrainResult result;
        imaging::Warnings warnings;
        auto classes = classTokens(*m_tokenizer, m_clip->config(), config, task.classes, warnings);
        classes.ids = classes.ids.to(m_device);
        const training::TrainingPlace place(task.options);
        PromptTask prompts({task, place, m_clip, m_sha256, *m_vectors, training, validation, classes});
        result = training::runTraining(task.options, prompts, place, stop, progress);
        append(result.warnings, warnings);
        return result;
    }

    /// The words that the context begins as must have a token for each that is learnt.
    void requireWords(const PromptConfig& config) const
    {
        if (config.contextWords.empty() || config.method == PromptMethod::VisualPrompts)
            return;
        const auto tokens = std::int64_t(m_tokenizer->pieces(config.contextWords).size());
        if (tokens < config.textTokens)
            throw Error(ErrorKind::WrongUse,
                "The words \"" + config.contextWords + "\" are " + std::to_string(tokens) + " tokens, "
                    + std::to_string(config.textTokens)
                    + " are to be learnt: give longer contextWords, fewer contextTokens, or \"random\" for words.");
    }

    LabelledVectors vectorsOf(const LearningPictures& pictures)
    {
        if (pictures.size() == 0)
            return {};
        constexpr std::size_t kTogether = 16;
        std::vector<at::Tensor> vectors;
        for (std::size_t first = 0; first < pictures.size(); first += kTogether) {
            const auto end = std::min(pictures.size(), first + kTogether);
            vectors.push_back(m_vectors->of(fittedPixels(
                {pictures.pictures.begin() + std::ptrdiff_t(first), pictures.pictures.begin() + std::ptrdiff_t(end)},
                m_clip->config().imageSize)));
        }
        const std::vector<std::int64_t> labels(pictures.labels.begin(), pictures.labels.end());
        return {torch::cat(vectors), torch::tensor(labels)};
    }

    TrainResult learnProbe(const AdaptTask& task, const LearningPictures& training, const LearningPictures& validation)
    {
        const auto file = task.options.output / kLearntFile;
        if (!task.options.resume && std::filesystem::exists(file))
            throw Error(ErrorKind::WrongUse,
                "The folder '" + task.options.output.string()
                    + "' already holds something learnt: choose another output folder.",
                task.options.output.string());
        const auto start = std::chrono::steady_clock::now();
        TrainResult result;
        at::Tensor texts;
        double scale = 1;
        if (task.options.method == AdaptMethod::TextProbe) {
            const torch::NoGradGuard noGradients;
            texts = classDirections(m_clip, *m_tokenizer, task.classes, task.options.templates, result.warnings);
            scale = m_clip->logitScale();
        }
        auto fitted =
            fitProbe(vectorsOf(training), vectorsOf(validation), std::int64_t(task.classes.size()), texts, scale);
        fitted.probe.classes = task.classes;
        fitted.probe.method = wordOf(task.options.method);
        fitted.probe.backboneSha256 = m_sha256;
        training::makeFolder(task.options.output);
        writeProbe(file, fitted.probe);
        result.epochs = result.bestEpoch = 1;
        result.bestScore = fitted.validationAccuracy;
        result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return result;
    }

    /// What gives the logits of pictures in the order of the question's classes.
    Logits answering(const AdaptQuestion& question, imaging::Warnings& warnings)
    {
        if (question.learnt.empty()) {
            const auto texts = classDirections(m_clip, *m_tokenizer, question.classes, question.templates, warnings);
            return [this, texts](const at::Tensor& pixels) { return m_clip->logits(m_vectors->of(pixels), texts); };
        }
        if (const auto probe = readProbe(question.learnt))
            return answeringProbe(*probe, question);
        const auto file = readPrompts(question.learnt);
        auto classes = classTokens(*m_tokenizer, m_clip->config(), file.config, question.classes, warnings);
        classes.ids = classes.ids.to(m_device);
        requireSameBackbone(file, m_clip, m_sha256, question.learnt.string());
        auto prompts = openPrompts(file, m_clip, classes, question.learnt.string());
        prompts->to(m_device);
        if (prompts->movesPictures()) {
            const auto texts = prompts->classFeatures();
            return [this, prompts, texts](const at::Tensor& pixels) mutable {
                return m_clip->logits(prompts->imageFeatures(pixels.to(m_device)), texts);
            };
        }
        const auto texts = prompts->classFeatures();
        return [this, prompts, texts](const at::Tensor& pixels) mutable {
            const auto vectors = m_vectors->of(pixels);
            return texts.defined() ? m_clip->logits(vectors, texts) : prompts->featureLogits(vectors);
        };
    }

    Logits answeringProbe(const Probe& probe, const AdaptQuestion& question)
    {
        requireBackbone(m_sha256, probe.backboneSha256, question.learnt.string());
        std::vector<std::int64_t> rows;
        for (const auto& name : question.classes) {
            const auto found = std::find(probe.classes.begin(), probe.classes.end(), name);
            if (found == probe.classes.end())
                throw Error(ErrorKind::WrongUse,
                    "A probe knows no class \"" + name + "\": it answers only for those that it was learnt with.");
            rows.push_back(found - probe.classes.begin());
        }
        const auto chosen = torch::tensor(rows).to(m_device);
        return [this, probe, chosen](
                   const at::Tensor& pixels) { return probe.logits(m_vectors->of(pixels)).index_select(1, chosen); };
    }

    AdapterOptions m_options;
    c10::Device m_device;
    Clip m_clip;
    std::unique_ptr<text::Tokenizer> m_tokenizer;
    std::string m_sha256;
    std::optional<PictureVectors> m_vectors;
};

} // namespace

std::unique_ptr<Adapter> openAdapter(const AdapterOptions& options)
{
    return std::make_unique<ClipAdapter>(options);
}

} // namespace models::clip
