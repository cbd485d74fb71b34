#include "models/blip2/training/write_task.h"

#include "imaging/files/atomic_file.h"
#include "imaging/progress.h"
#include "models/blip2/load_blip2.h"
#include "models/blip2/training/blip2_folder.h"
#include "models/blip2/training/model_card.h"
#include "models/facade/blip2_settings.h"
#include "models/generate/generate.h"
#include "models/package/package_json.h"
#include "models/training/batch.h"
#include "models/training/pair_folder.h"
#include "models/weights/read_weights.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>
#include <span>

namespace models::blip2 {

namespace {

struct WriteInput : training::PairInput
{
    at::Tensor labels; ///< [own, T]
};

at::Tensor row(const text::TokenIds& ids, c10::Device device)
{
    return torch::tensor(ids).unsqueeze(0).to(device);
}

Places placesFor(const Blip2TrainOptions& options, const std::filesystem::path& folder)
{
    return {folder, folder, {}, options.languageModel, /*lavis=*/false};
}

} // namespace

WriteTask::WriteTask(
    const Blip2TrainOptions& options, const training::PairData& data, const training::TrainingPlace& place)
    : PairTask(options, data, place, fitOf(options), optionsToJson(options), optionsToJson(Blip2TrainOptions()))
    , m_options(options)
    , m_language(openLanguage(options.languageModel))
    , m_learner(initialBlip2(options, place))
    , m_prompts(placesFor(options, place.folder()), m_learner->blip2->config(), m_language->words())
    , m_asked(m_prompts.asked(options.prompt))
    , m_askedIds(row(m_prompts.languageIds(m_asked), place.device()))
{
    m_language->module().to(place.device());
    if (m_learner->blip2->config().instructed)
        m_instruction = row(m_prompts.instructionIds(m_asked), place.device());
}

std::unique_ptr<training::StepInput> WriteTask::input(std::int64_t step) const
{
    auto input = std::make_unique<WriteInput>();
    m_steps.fill(*input, step);
    std::vector<text::TokenIds> texts;
    for (auto i = input->first; i < input->first + input->count; ++i)
        texts.push_back(m_prompts.writtenIds(m_asked, input->texts[std::size_t(i)], std::size_t(m_options.textTokens)));
    input->labels = training::paddedLabels(texts);
    return input;
}

training::StepLosses WriteTask::losses(std::int64_t, const training::StepInput& shown)
{
    const auto& input = static_cast<const WriteInput&>(shown);
    auto& blip2 = m_learner->blip2;
    const auto picture = blip2->pictureTokens(input.pixels.to(m_place.device()));
    const double part = double(input.count) / double(input.texts.size());
    const auto loss =
        writtenLoss(blip2, *m_language, picture, {m_askedIds, m_instruction, input.labels.to(m_place.device())});
    return {part * loss, {}, {}};
}

std::vector<training::LogColumn> WriteTask::validationColumns() const
{
    return {{"valid_bleu4", "valid/bleu4"}, {"valid_rouge_l", "valid/rouge_l"}, {"valid_cider", "valid/cider"},
        {"valid_side_accuracy", "valid/side_accuracy"}, {"valid_zone_f1", "valid/zone_f1"}};
}

std::vector<double> WriteTask::validate(const std::stop_token& stop)
{
    const auto texts = captions(m_learner->blip2, *m_language, stop);
    if (stop.stop_requested())
        return std::vector<double>(validationColumns().size());
    const auto scores = training::scoreWritten(texts, m_data);
    return {scores.words.bleu4, scores.words.rougeL, scores.words.cider, scores.places.sideAccuracy(),
        scores.places.zoneF1()};
}

void WriteTask::writeBest(const training::TrainingPosition& position, const std::vector<double>&)
{
    writeBlip2Folder(m_options, m_place.folder(), *m_learner->blip2,
        modelCard(m_options, *m_learner->blip2, m_data, {position.bestEpoch, position.seconds, {}}));
}

bool WriteTask::describeBest(
    const training::TrainingPosition& position, const std::stop_token& stop, const imaging::Progress& progress)
{
    progress.report(1, "scoring the best epoch");
    auto best = openBlip2(placesOf(m_options.output));
    best.blip2->to(m_place.device());
    best.language->module().to(m_place.device());
    const auto texts = captions(best.blip2, *best.language, stop);
    if (stop.stop_requested())
        return false;
    training::requireSameAsWritten(
        score(), training::scoreWritten(texts, m_data).words.bleu4, position.bestScore, m_options.output);
    imaging::writeFileAtomically(m_options.output / "README.md",
        modelCard(m_options, *best.blip2, m_data, {position.bestEpoch, position.seconds, tablesOf(texts, m_data)}));
    return true;
}

std::vector<std::string> WriteTask::captions(
    Blip2& blip2, const LanguageModel& language, const std::stop_token& stop) const
{
    const torch::NoGradGuard noGradients;
    const bool wasTraining = blip2->is_training();
    blip2->eval();
    generate::GenerateOptions how;
    how.maxNewTokens = m_options.textTokens + 1;
    how.endId = m_prompts.endId();
    how.penalizePrompt = language.penalizesPrompt();
    std::vector<std::string> texts;
    const std::span<const std::int64_t> all(m_data.scored);
    const auto batch = std::size_t(m_options.batchSize);
    for (std::size_t first = 0; first < all.size() && !stop.stop_requested(); first += batch) {
        const auto some = all.subspan(first, std::min(batch, all.size() - first));
        auto images = training::makeBatch(m_data.validation, nullptr, some, {}, {3}).images;
        training::normalise(images, m_fit);
        const auto rows = std::int64_t(some.size());
        const auto soft = softTokensOf(blip2, blip2->pictureTokens(images.to(m_place.device())), m_instruction);
        const auto decoder =
            language.decoder(language.promptVectors(m_askedIds.expand({rows, -1}), soft, blip2->config().imageTokenId));
        for (const auto& one : generate::generate(*decoder, language.firstIds(rows).to(m_place.device()), how, stop))
            texts.push_back(m_prompts.text(one.ids));
    }
    blip2->train(wasTraining);
    return texts;
}

} // namespace models::blip2
