#include "models/clip/training/prompt_task.h"

#include "imaging/error.h"
#include "models/clip/prompt_files.h"
#include "models/clip/training/random_crop.h"
#include "models/facade/adapt_settings.h"
#include "models/training/optimizer.h"
#include "models/weights/load_report.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

namespace models::clip {

namespace {

constexpr std::uint64_t kOrderStream = 0xC11;
constexpr std::uint64_t kCropStream = 0xC12;
constexpr std::int64_t kScoredTogether = 16;

/// Pictures of a step, or their vectors where nothing that is learnt changes these.
struct PromptInput : training::StepInput
{
    at::Tensor pixels; // [B, 3, size, size]
    at::Tensor labels; // [B]
};

PromptMethod promptMethodOf(AdaptMethod method)
{
    switch (method) {
    case AdaptMethod::CoOp:
        return PromptMethod::CoOp;
    case AdaptMethod::CoCoOp:
        return PromptMethod::CoCoOp;
    case AdaptMethod::Vpt:
        return PromptMethod::VisualPrompts;
    case AdaptMethod::Maple:
        return PromptMethod::Maple;
    default:
        return PromptMethod::IndependentVisionLanguage;
    }
}

ClassPosition positionOf(const std::string& word)
{
    if (word != "end" && word != "middle" && word != "front")
        refuseWord("classPosition", word, "end, middle, front");
    return word == "end" ? ClassPosition::End : word == "middle" ? ClassPosition::Middle : ClassPosition::Front;
}

Prompts firstPrompts(const PromptTaskParts& parts)
{
    torch::manual_seed(parts.task.options.seed);
    Prompts prompts(promptConfigOf(parts.task.options, parts.clip->config()), parts.clip, parts.classes);
    prompts->to(parts.place.device());
    return prompts;
}

std::vector<std::int64_t> allOf(const LearningPictures& pictures)
{
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < pictures.size(); ++i)
        all.push_back(std::int64_t(i));
    return all;
}

/// A last step with fewer pictures is left out, as in the authors' code.
std::int64_t stepsOf(const PromptTaskParts& parts)
{
    if (parts.task.options.stepsPerEpoch > 0)
        return parts.task.options.stepsPerEpoch;
    const auto together = std::int64_t(parts.task.options.batchSize) * parts.place.processes();
    return std::max<std::int64_t>(1, std::int64_t(parts.training.size()) / together);
}

} // namespace

PromptConfig promptConfigOf(const ClipAdaptOptions& options, const ClipConfig& clip)
{
    PromptConfig config;
    config.method = promptMethodOf(options.method);
    config.textTokens = options.contextTokens;
    config.visionTokens = options.method == AdaptMethod::Language ? 0 : options.contextTokens;
    config.textDepth = std::min<std::int64_t>(options.depth, clip.text.layers);
    config.visionDepth = std::min<std::int64_t>(options.depth, clip.vision.layers);
    if (options.method == AdaptMethod::Maple)
        config.textDepth = std::min(config.textDepth, config.visionDepth);
    config.classPosition = positionOf(options.classPosition);
    config.perClass = options.perClass;
    config.contextWords = options.contextWords == "random" ? std::string() : options.contextWords;
    config.halfRounding = options.halfRounding;
    return config;
}

PromptTask::PromptTask(const PromptTaskParts& parts)
    : m_parts(parts)
    , m_prompts(firstPrompts(parts))
    , m_stream(allOf(parts.training), parts.task.options.seed, kOrderStream)
    , m_steps(stepsOf(parts))
{
}

/// This process's part of the step.
std::vector<training::Visit> PromptTask::visits(std::int64_t step) const
{
    const auto& place = m_parts.place;
    const auto batch = std::min<std::int64_t>(m_parts.task.options.batchSize, m_stream.size());
    const auto rank = place.group() ? place.group()->rank() : 0;
    return m_stream.visits((step * place.processes() + rank) * batch, batch);
}

std::vector<std::string> PromptTask::pictures(std::int64_t step) const
{
    std::vector<std::string> names;
    for (const auto& visit : visits(step))
        names.push_back(m_parts.training.names[std::size_t(visit.index)]);
    return names;
}

/// A picture as this visit shows it. -> [3, size, size]
at::Tensor PromptTask::varied(const training::Visit& visit) const
{
    const auto& options = m_parts.task.options;
    const auto size = m_parts.clip->config().imageSize;
    const auto& picture = m_parts.training.pictures[std::size_t(visit.index)];
    if (options.variation == PictureVariation::None)
        return fittedPixels({picture}, size)[0];
    const data::SeededRandom random{options.seed, kCropStream, std::uint64_t(visit.pass), std::uint64_t(visit.index)};
    const auto crop =
        drawCrop(picture.width, picture.height, options.variation == PictureVariation::CropsAndFlips, random);
    return fittedPixels({cropped(picture.view(), crop, int(size))}, size)[0];
}

std::unique_ptr<training::StepInput> PromptTask::input(std::int64_t step) const
{
    auto input = std::make_unique<PromptInput>();
    std::vector<at::Tensor> pixels;
    std::vector<std::int64_t> labels;
    for (const auto& visit : visits(step)) {
        pixels.push_back(varied(visit));
        labels.push_back(m_parts.training.labels[std::size_t(visit.index)]);
    }
    input->pixels = torch::stack(pixels);
    input->labels = torch::tensor(labels);
    return input;
}

/// Vectors of pictures that come again unchanged are computed once.
at::Tensor PromptTask::logitsOf(const at::Tensor& pixels)
{
    if (m_prompts->movesPictures())
        return m_prompts->logits(pixels.to(m_parts.place.device()));
    return m_prompts->featureLogits(m_parts.vectors.of(pixels));
}

training::StepLosses PromptTask::losses(std::int64_t, const training::StepInput& input)
{
    const auto& shown = static_cast<const PromptInput&>(input);
    const auto labels = shown.labels.to(m_parts.place.device());
    const bool unchanged = m_parts.task.options.variation == PictureVariation::None;
    const auto logits = unchanged ? logitsOf(shown.pixels) : m_prompts->logits(shown.pixels.to(m_parts.place.device()));
    training::StepLosses losses;
    losses.minimised = torch::cross_entropy_loss(logits, labels) / m_parts.place.processes();
    const auto right = (logits.argmax(1) == labels).to(torch::kFloat).mean() / m_parts.place.processes();
    losses.logged.emplace_back("accuracySum", right);
    return losses;
}

std::vector<training::LogColumn> PromptTask::validationColumns() const
{
    return {{"valid_accuracy", "valid/accuracy"}, {"valid_loss", "valid/loss"}};
}

training::ScoreKind PromptTask::score() const
{
    return {"accuracy", "accuracy", training::ScoreUnit::Fraction, training::Better::Higher};
}

std::vector<double> PromptTask::validate(const std::stop_token& stop)
{
    const auto& scored = m_parts.validation.size() > 0 ? m_parts.validation : m_parts.training;
    const torch::NoGradGuard noGradients;
    double right = 0, loss = 0;
    for (std::size_t first = 0; first < scored.size() && !stop.stop_requested(); first += kScoredTogether) {
        const auto end = std::min(scored.size(), first + std::size_t(kScoredTogether));
        const auto place = std::ptrdiff_t(first), behind = std::ptrdiff_t(end);
        const auto pixels = fittedPixels(
            {scored.pictures.begin() + place, scored.pictures.begin() + behind}, m_parts.clip->config().imageSize);
        const std::vector<std::int64_t> own(scored.labels.begin() + place, scored.labels.begin() + behind);
        const auto labels = torch::tensor(own);
        const auto logits = logitsOf(pixels).cpu();
        right += (logits.argmax(1) == labels).sum().item<double>();
        loss += torch::cross_entropy_loss(logits, labels, {}, at::Reduction::Sum).item<double>();
    }
    m_lastAccuracy = right / double(scored.size());
    return {m_lastAccuracy, loss / double(scored.size())};
}

std::vector<training::LogColumn> PromptTask::figureColumns() const
{
    return {{"train_accuracy", "train/accuracy"}};
}

std::vector<std::optional<double>> PromptTask::figures(const training::TrainingPosition& position) const
{
    const auto found = position.sums.find("accuracySum");
    return {found == position.sums.end() ? std::nullopt : std::optional(found->second / double(m_steps))};
}

void PromptTask::writeBest(const training::TrainingPosition&, const std::vector<double>&)
{
    writePrompts(
        m_parts.task.options.output / "prompts.safetensors", m_prompts, m_parts.task.classes, m_parts.clipSha256);
}

/// What was written must be what was learnt, to the bit.
bool PromptTask::describeBest(const training::TrainingPosition&, const std::stop_token&, const imaging::Progress&)
{
    const auto file = m_parts.task.options.output / "prompts.safetensors";
    const auto written = readPrompts(file).weights;
    const auto own = weights::weightsOf(*m_prompts);
    const bool same = written.size() == own.size() && std::all_of(own.begin(), own.end(), [&](const auto& entry) {
        const auto found = written.find(entry.first);
        return found != written.end() && found->second.equal(entry.second.cpu());
    });
    if (!same)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The adaptation does not count as done: the prompts in '" + file.string()
                + "' are not those that were learnt. Do not use them: learn them again, and report this.",
            file.string());
    return true;
}

/// All that changes what is learnt; where it runs and how often it saves does not.
std::string PromptTask::settings() const
{
    const auto& options = m_parts.task.options;
    auto json = nlohmann::json::parse(optionsToJson(options));
    for (const char* place : {"data", "output", "model", "device", "threads", "loaderThreads", "cache", "resume",
             "saveMinutes", "targets", "draws"})
        json.erase(place);
    json["backbone"] = m_parts.clipSha256;
    json["classNames"] = m_parts.task.classes;
    json["pictures"] = m_parts.training.names;
    json["processes"] = m_parts.place.processes();
    return json.dump();
}

std::string PromptTask::defaultSettings() const
{
    return optionsToJson(ClipAdaptOptions());
}

} // namespace models::clip
