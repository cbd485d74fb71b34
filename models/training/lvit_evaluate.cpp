#include "models/training/lvit_evaluate.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/encoder_path.h"
#include "models/lvit/config.h"
#include "models/lvit/load_network.h"
#include "models/text/text_encoder.h"
#include "models/training/device.h"
#include "models/training/predict.h"
#include "models/training/resize.h"
#include "models/training/train_setup.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace models {

namespace {

constexpr std::size_t kBatch = 32;

[[noreturn]] void throwOurs(const c10::Error& error, const LvitEvaluateOptions& options)
{
    throw imaging::Error(imaging::ErrorKind::Internal,
        std::string("The evaluation failed in LibTorch: ") + error.what_without_backtrace(), options.model.string());
}

Dataset readCases(
    const LvitEvaluateOptions& options, int pictureSize, std::stop_token stop, const imaging::Progress& progress)
{
    DatasetOptions read;
    read.folder = options.data;
    read.split = options.split;
    read.imageColumn = options.imageColumn;
    read.maskColumn = options.maskColumn;
    read.textColumns = splitColumns(options.textColumn);
    read.textColumns.resize(std::min<std::size_t>(read.textColumns.size(), 1));
    read.pictureSize = pictureSize;
    read.fullMasks = true;
    read.skipUnlabelled = true;
    read.limit = options.limit;
    read.readers = options.readers;
    auto data = readDataset(read, std::move(stop), progress);
    for (const auto& warning : data.warnings)
        imaging::log(imaging::LogLevel::Warning, warning);
    return data;
}

LViTPackage readForScoring(const std::filesystem::path& folder)
{
    auto package = readLViTPackage(folder);
    if (package.network.classes != 1)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model '" + package.info.name + "' has " + std::to_string(package.network.classes)
                + " classes; only models of one class can be scored.",
            folder.string());
    package.info = readPackageInfo(folder); // With the hash of the weights.
    return package;
}

std::vector<EvaluationCase> casesOf(const Dataset& data)
{
    std::vector<EvaluationCase> cases;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        const auto& sample = data.samples[index];
        const auto& mask = data.fullMasks[index];
        cases.push_back({sample.image, sample.texts.empty() ? std::string() : sample.texts.front(), mask.columns,
            mask.rows, mask.spacingMm});
    }
    return cases;
}

/// The pictures of a batch after the part of the network that does not see the text.
LViTImpl::Prepared itemsOf(const LViTImpl::Prepared& prepared, const at::Tensor& items)
{
    LViTImpl::Prepared some;
    std::transform(prepared.x.begin(), prepared.x.end(), some.x.begin(),
        [&](const at::Tensor& x) { return x.index_select(0, items); });
    std::transform(prepared.tokens.begin(), prepared.tokens.end(), some.tokens.begin(),
        [&](const at::Tensor& x) { return x.index_select(0, items); });
    return some;
}

class LvitEvaluation : public Evaluation
{
public:
    LvitEvaluation(const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
        : m_options(options)
        , m_package(readForScoring(options.model))
        , m_device(chooseDevice(options.device))
        , m_encoder(findTextEncoder(m_package.info),
              m_package.textUnits == TextUnits::Words ? TextConvention::MergedWords : TextConvention::Pieces)
        , m_network(loadNetwork(m_package, options.model))
        , m_data(readCases(options, m_package.network.pictureSize, std::move(stop), progress))
        , m_cases(casesOf(m_data))
    {
        toTrainingLayout(*m_network, m_device);
        m_network->eval();
    }

    const PackageInfo& package() const override { return m_package.info; }
    const std::vector<EvaluationCase>& cases() const override { return m_cases; }
    int unlabelled() const override { return m_data.unlabelled; }

    GreyPicture picture(std::size_t index) const override
    {
        const auto start = m_data.pictures.begin() + std::ptrdiff_t(index * m_data.picturePixels());
        return {m_data.pictureSize, m_data.pictureSize, {start, start + std::ptrdiff_t(m_data.picturePixels())}, {}};
    }

    std::vector<std::uint8_t> truth(std::size_t index) const override
    {
        const auto& values = m_data.fullMasks.at(index).values;
        return {values.begin(), values.end()};
    }

    std::vector<float> bestPossible(std::size_t index) const override
    {
        const auto& mask = m_data.fullMasks.at(index);
        const auto small = resizedMask(mask, m_data.pictureSize);
        const auto square = at::tensor(at::ArrayRef<std::uint8_t>(small), at::kByte)
                                .to(at::kFloat)
                                .view({1, m_data.pictureSize, m_data.pictureSize});
        return onMaskGrid(square, mask);
    }

    void run(
        const EvaluationRun& run, const Visit& visit, std::stop_token stop, const imaging::Progress& progress) override
    {
        try {
            const c10::InferenceMode inference;
            for (std::size_t first = 0; first < run.cases.size() && !stop.stop_requested(); first += kBatch) {
                progress.report(double(first) / double(run.cases.size()), "segmenting pictures");
                runBatch(run, first, std::min(kBatch, run.cases.size() - first), visit);
            }
        } catch (const c10::Error& error) {
            throwOurs(error, m_options);
        }
    }

private:
    void runBatch(const EvaluationRun& run, std::size_t first, std::size_t count, const Visit& visit)
    {
        const std::vector<std::int64_t> indices(
            run.cases.begin() + std::ptrdiff_t(first), run.cases.begin() + std::ptrdiff_t(first + count));
        const TextVectors* const noTexts = nullptr;
        const auto batch = makeBatch(m_data, noTexts, indices, {}, {m_package.network.channels});
        const auto prepared = m_network->prepare(batch.images.to(m_device));
        std::vector<at::Tensor> answers; // One a text, [count, 1, S, S]
        for (std::size_t text = 0; text < run.texts.size(); ++text)
            answers.push_back(answer(run, text, first, prepared, answers));
        for (std::size_t item = 0; item < count; ++item) {
            const auto& mask = m_data.fullMasks[run.cases[first + item]];
            const std::vector<std::uint8_t> truth(mask.values.begin(), mask.values.end());
            for (std::size_t text = 0; text < answers.size(); ++text) {
                const auto probabilities = onMaskGrid(answers[text][std::int64_t(item)], mask);
                visit({first + item, text, probabilities, truth});
            }
        }
    }

    /// Probabilities under one text of each case; where an earlier text of the case reads the same, that one's.
    at::Tensor answer(const EvaluationRun& run, std::size_t text, std::size_t first, const LViTImpl::Prepared& prepared,
        const std::vector<at::Tensor>& earlier)
    {
        const auto count = prepared.x[0].size(0);
        auto result = at::empty({count, 1, m_data.pictureSize, m_data.pictureSize}, at::kFloat);
        std::vector<std::int64_t> items;
        std::vector<at::Tensor> vectors;
        for (std::int64_t item = 0; item < count; ++item) {
            const auto place = first + std::size_t(item);
            const auto& words = run.texts[text][place];
            const auto same = std::find_if(run.texts.begin(), run.texts.begin() + std::ptrdiff_t(text),
                                  [&](const auto& texts) { return texts[place] == words; })
                - run.texts.begin();
            if (same < std::ptrdiff_t(text)) {
                result[item].copy_(earlier[std::size_t(same)][item]);
                continue;
            }
            items.push_back(item);
            vectors.push_back(m_encoder.embed(words, m_package.network.textTokens).vectors);
        }
        if (items.empty())
            return result;
        const auto chosen = at::tensor(items, at::kLong).to(m_device);
        const auto stacked = at::stack(vectors).to(m_device); // [items, tokens, width]
        const auto logits = std::int64_t(items.size()) == count ? m_network->finish(prepared, stacked)
                                                                : m_network->finish(itemsOf(prepared, chosen), stacked);
        result.index_copy_(0, chosen.cpu(), logits.to(at::kFloat).sigmoid().cpu());
        return result;
    }

    LvitEvaluateOptions m_options;
    LViTPackage m_package;
    c10::Device m_device;
    TextEncoder m_encoder;
    LViT m_network{nullptr};
    Dataset m_data;
    std::vector<EvaluationCase> m_cases;
};

} // namespace

std::unique_ptr<Evaluation> openLvitEvaluation(
    const LvitEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    try {
        return std::make_unique<LvitEvaluation>(options, std::move(stop), progress);
    } catch (const c10::Error& error) {
        throwOurs(error, options);
    }
}

} // namespace models
