#include "models/clip/classifier.h"

#include "imaging/error.h"
#include "models/clip/backbone.h"
#include "models/clip/class_heat.h"
#include "models/clip/class_texts.h"
#include "models/clip/load_clip.h"
#include "models/clip/probe.h"
#include "models/clip/prompt_files.h"
#include "models/clip/side_accuracy.h"
#include "models/clip/siglip_folder.h"
#include "models/facade/choose_precision.h"
#include "models/layers/device.h"
#include "models/layers/unit_length.h"
#include "models/package/text_sides.h"
#include "models/text/known_words.h"
#include "models/text/unicode_text.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/stored_numbers.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <map>

namespace models::clip {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr const char* kDenied = "no ";

/// What a name says: in lower case, its words one space apart.
std::string spokenName(const std::string& name)
{
    std::u32string said;
    for (const auto character : text::lowered(text::codePoints(name))) {
        if (!text::isWhiteSpace(character))
            said += character;
        else if (!said.empty() && said.back() != U' ')
            said += U' ';
    }
    if (said.ends_with(U' '))
        said.pop_back();
    return text::utf8(said);
}

void checkNames(const ClassQuestion& question)
{
    const std::size_t least = question.findings ? 1 : 2;
    if (question.classes.size() < least)
        throw Error(ErrorKind::WrongUse,
            question.findings ? "Name at least one finding." : "Name at least two classes, or ask for findings.");
    std::map<std::string, std::string> seen;
    for (const auto& name : question.classes) {
        if (name.find_first_not_of(" \t\n") == std::string::npos)
            throw Error(ErrorKind::WrongUse, "A class has no name.");
        const auto [other, isNew] = seen.emplace(spokenName(name), name);
        if (!isNew)
            throw Error(ErrorKind::WrongUse,
                "The class \"" + name + "\" is named twice"
                    + (other->second == name ? std::string(".")
                                             : ": \"" + other->second + "\" differs in case or spaces alone."));
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
        , m_words(model)
    {
        if (const auto told = readSideAccuracy(model))
            m_sideDoubt = sideDoubtOf(*told);
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
    std::optional<std::string> sideDoubt() const override { return m_sideDoubt; }
    std::vector<std::string> unknownWords(const std::string& text) const override
    {
        return m_words.unknown(*m_tokenizer, text);
    }

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
        requireQuestion();
        const auto begin = Clock::now();
        const at::InferenceMode inference;
        auto answer = m_answer;
        auto picture = vision::seenPixels(slice, m_clip->pictureFit());
        setScores(logitsOf(featuresOf(picture.pixels))[0].to(torch::kCPU, torch::kDouble), answer);
        weights::requireFilesUnchanged();
        answer.size = picture.size;
        answer.seen = std::move(picture.grey);
        answer.pictureSeconds = secondsSince(begin);
        return answer;
    }

    ClassHeat explain(const imaging::Slice& slice, const std::string& name) override
    {
        requireQuestion();
        const auto begin = Clock::now();
        const at::AutoGradMode withGradients(true);
        vision::TokenTrace trace;
        const auto features = featuresOf(vision::seenPixels(slice, m_clip->pictureFit()).pixels, &trace);
        const auto score = ownLogits(logitsOf(features)[0])[indexOf(name)];
        const auto& config = m_clip->config();
        const auto map = patchHeat(trace, score, config.imageSize / config.patchSize);
        weights::requireFilesUnchanged();
        ClassHeat heat{name, slice.columns, slice.rows, vision::onSliceGrid(map, slice, m_clip->pictureFit()),
            score.item<double>(), 0};
        const float largest = *std::max_element(heat.heat.begin(), heat.heat.end());
        for (auto& value : heat.heat)
            value = largest > 0 ? value / largest : 0;
        heat.seconds = secondsSince(begin);
        return heat;
    }

private:
    using Clock = std::chrono::steady_clock;

    static double secondsSince(Clock::time_point begin)
    {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    }

    void requireQuestion() const
    {
        if (m_answer.scores.empty())
            throw Error(ErrorKind::WrongUse, "There was no question: name the classes first.");
    }

    std::int64_t indexOf(const std::string& name) const
    {
        const auto& scores = m_answer.scores;
        const auto found =
            std::find_if(scores.begin(), scores.end(), [&](const ClassScore& score) { return score.name == name; });
        if (found == scores.end())
            throw Error(ErrorKind::WrongUse, "The class \"" + name + "\" was not asked for.");
        return found - scores.begin();
    }

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

    /// [1, 3, size, size] -> [1, embedDim]
    at::Tensor featuresOf(const at::Tensor& pixels, vision::TokenTrace* trace = nullptr)
    {
        const auto picture = pixels.to(m_device);
        return m_prompts ? (*m_prompts)->imageFeatures(picture, trace) : m_clip->encodeImage(picture, {}, trace);
    }

    /// The texts wait encoded, unless they depend on the picture (CoCoOp). -> [1, texts]
    at::Tensor logitsOf(const at::Tensor& features)
    {
        if (m_probe)
            return probeLogits(features);
        if (!m_texts.defined())
            return (*m_prompts)->featureLogits(features);
        const bool ordinary = m_texts.is_inference() && !c10::InferenceMode::is_enabled();
        return m_clip->logits(features, ordinary ? m_texts.clone() : m_texts); // Else autograd would not keep them.
    }

    /// In the order of the question. -> [1, classes]
    at::Tensor probeLogits(const at::Tensor& features) const
    {
        std::vector<std::int64_t> rows;
        for (const auto& score : m_answer.scores)
            rows.push_back(std::find(m_probe->classes.begin(), m_probe->classes.end(), score.name) - m_probe->classes.begin());
        return m_probe->logits(features).index_select(1, torch::tensor(rows).to(features.device()));
    }

    /// Of the texts, those of the classes: a finding's is the difference to what denies it. -> [classes]
    at::Tensor ownLogits(const at::Tensor& logits) const
    {
        if (!m_findings)
            return logits;
        const auto pairs = logits.view({-1, 2});
        return pairs.select(1, 0) - pairs.select(1, 1);
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
        const auto own = ownLogits(logits);
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
    text::KnownWords m_words;
    std::optional<std::string> m_sideDoubt;
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
