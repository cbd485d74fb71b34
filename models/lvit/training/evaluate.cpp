#include "models/lvit/training/evaluate.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "models/data/data_checks.h"
#include "models/data/resize.h"
#include "models/layers/device.h"
#include "models/lvit/config.h"
#include "models/lvit/load_network.h"
#include "models/lvit/mirror.h"
#include "models/lvit/training/predict.h"
#include "models/text/text_encoder.h"
#include "models/training/optimizer.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace models::lvit {

namespace {

constexpr std::size_t kBatch = 32;

[[noreturn]] void throwOurs(const c10::Error& error, const EvaluateOptions& options)
{
    throw imaging::Error(imaging::ErrorKind::Internal,
        std::string("The evaluation failed in LibTorch: ") + error.what_without_backtrace(), options.model.string());
}

data::Dataset readCases(const EvaluateOptions& options, const LViTPackage& package, const std::stop_token& stop,
    const imaging::Progress& progress)
{
    data::DatasetOptions read;
    read.folder = options.data;
    read.split = options.split;
    read.imageColumn = options.imageColumn;
    read.maskColumn = options.maskColumn;
    read.textColumns = data::splitColumns(options.textColumn);
    read.textColumns.resize(std::min<std::size_t>(read.textColumns.size(), 1));
    read.pictureSize = package.network.pictureSize;
    read.channels = package.network.channels;
    read.classes = package.network.classes;
    read.tileSize = package.tileSize;
    read.tileOverlap = package.tileOverlap;
    read.emptySlices = options.emptySlices;
    read.window = package.window;
    read.preparation = package.preparation;
    read.textSides = package.info.textSides;
    read.cache = options.cache;
    read.fullMasks = true;
    read.skipUnlabelled = true;
    read.limit = options.limit;
    read.readers = options.readers;
    auto data = data::readDataset(read, stop, progress);
    if (!stop.stop_requested())
        for (auto& doubt : data::doubtsAbout(data, options.data, options.split))
            data.warnings.push_back(std::move(doubt));
    for (const auto& warning : data.warnings)
        imaging::log(imaging::LogLevel::Warning, warning);
    return data;
}

LViTPackage readForScoring(const std::filesystem::path& folder)
{
    auto package = readLViTPackage(folder);
    package.info = readPackageInfo(folder); // With the hash of the weights.
    return package;
}

std::vector<EvaluationCase> casesOf(const data::Dataset& data)
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

at::Tensor chosenOf(const at::Tensor& x, const at::Tensor& items)
{
    return x.defined() ? x.index_select(0, items) : x;
}

/// The pictures of a batch after the part of the network that does not see the text.
LViTImpl::Prepared itemsOf(const LViTImpl::Prepared& prepared, const at::Tensor& items)
{
    LViTImpl::Prepared some;
    std::transform(
        prepared.x.begin(), prepared.x.end(), some.x.begin(), [&](const at::Tensor& x) { return chosenOf(x, items); });
    std::transform(prepared.tokens.begin(), prepared.tokens.end(), some.tokens.begin(),
        [&](const at::Tensor& x) { return chosenOf(x, items); });
    return some;
}

class LvitEvaluation : public Evaluation
{
public:
    LvitEvaluation(const EvaluateOptions& options, const std::stop_token& stop, const imaging::Progress& progress)
        : m_options(options)
        , m_package(readForScoring(options.model))
        , m_device(layers::chooseDevice(options.device))
        , m_encoder(loadEncoder(m_package))
        , m_network(loadNetwork(m_package, options.model))
        , m_mirror(m_package.mirror)
        , m_data(readCases(options, m_package, stop, progress))
        , m_cases(casesOf(m_data))
    {
        if (m_encoder)
            requireSameEncoder(*m_encoder, m_package);
        training::toTrainingLayout(*m_network, m_device);
        m_network->eval();
    }

    const PackageInfo& package() const override { return m_package.info; }
    const std::vector<EvaluationCase>& cases() const override { return m_cases; }
    int unlabelled() const override { return m_data.unlabelled; }
    const imaging::Warnings& warnings() const override { return m_data.warnings; }

    data::GreyPicture picture(std::size_t index) const override
    {
        const auto pixels = m_data.picturePixels(), channels = std::size_t(m_data.channels);
        data::GreyPicture grey{m_data.pictureSize, m_data.pictureSize, std::vector<std::uint8_t>(pixels), {}};
        for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
            unsigned sum = 0;
            for (std::size_t channel = 0; channel < channels; ++channel)
                sum += m_data.pictures[(index * channels + channel) * pixels + pixel];
            grey.values[pixel] = std::uint8_t(sum / channels);
        }
        return grey;
    }

    std::vector<std::uint8_t> truth(std::size_t index) const override
    {
        const auto& values = m_data.fullMasks.at(index).values;
        return {values.begin(), values.end()};
    }

    std::vector<float> bestPossible(std::size_t index) const override
    {
        const auto& mask = m_data.fullMasks.at(index);
        auto whole = mask;
        whole.labels.clear(); // Of any class.
        const auto small = data::resizedMask(whole, m_data.pictureSize);
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
        const training::TextVectors* const noTexts = nullptr;
        const auto batch = training::makeBatch(m_data, noTexts, indices, {}, {m_package.network.channels});
        const auto prepared = m_network->prepare(m_mirror.pictures(batch.images.to(m_device)));
        std::vector<at::Tensor> answers; // One a text, [count, classes, S, S]
        for (std::size_t text = 0; text < run.texts.size(); ++text) {
            answers.push_back(answer(run, text, first, prepared, answers));
            requireFinite(answers.back());
        }
        for (std::size_t item = 0; item < count; ++item) {
            const auto& mask = m_data.fullMasks[run.cases[first + item]];
            const std::vector<std::uint8_t> truth(mask.values.begin(), mask.values.end());
            for (std::size_t text = 0; text < answers.size(); ++text) {
                const auto logits = answers[text][std::int64_t(item)];
                const auto probabilities = onMaskGrid(insideOf(logits), mask);
                const auto classes =
                    logits.size(0) > 1 ? countClasses(logits, mask) : std::vector<scoring::PixelCounts>();
                visit({first + item, text, probabilities, truth, classes});
            }
        }
    }

    void requireFinite(const at::Tensor& logits) const
    {
        if (!at::isfinite(logits).all().item<bool>())
            throw imaging::Error(imaging::ErrorKind::Model,
                "The network of '" + m_options.model.string()
                    + "' gives values that are no numbers: its weights are damaged.",
                m_options.model.string());
    }

    /// Logits under one text of each case; where an earlier text of the case reads the same, that one's.
    at::Tensor answer(const EvaluationRun& run, std::size_t text, std::size_t first, const LViTImpl::Prepared& prepared,
        const std::vector<at::Tensor>& earlier)
    {
        const auto count = prepared.x[0].size(0) / m_mirror.shown();
        auto result = at::empty({count, m_package.network.classes, m_data.pictureSize, m_data.pictureSize}, at::kFloat);
        std::vector<std::int64_t> items;
        std::vector<std::string> asked;
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
            asked.push_back(words);
        }
        if (items.empty())
            return result;
        const auto chosen = at::tensor(items, at::kLong);
        const auto vectors = embed(m_mirror.texts(asked));
        const bool all = std::int64_t(items.size()) == count;
        const auto logits = m_mirror.mean(all ? m_network->finish(prepared, vectors)
                                              : m_network->finish(itemsOf(prepared, shownOf(chosen, count)), vectors));
        result.index_copy_(0, chosen, logits.to(at::kFloat).cpu());
        return result;
    }

    /// Places of the chosen ones of `count` pictures, and of their mirror images behind them.
    at::Tensor shownOf(const at::Tensor& chosen, std::int64_t count) const
    {
        return (m_mirror.shown() == 1 ? chosen : at::cat({chosen, chosen + count})).to(m_device);
    }

    /// [texts, tokens, width]; undefined for a network that reads none.
    at::Tensor embed(const std::vector<std::string>& texts)
    {
        if (!m_encoder)
            return {};
        std::vector<at::Tensor> vectors;
        for (const auto& text : texts)
            vectors.push_back(m_encoder->embed(text, m_package.network.textTokens).vectors);
        return at::stack(vectors).to(m_device);
    }

    EvaluateOptions m_options;
    LViTPackage m_package;
    c10::Device m_device;
    std::unique_ptr<text::TextEncoder> m_encoder; ///< Null for a network that reads no text.
    LViT m_network{nullptr};
    const Mirror m_mirror;
    data::Dataset m_data;
    std::vector<EvaluationCase> m_cases;
};

} // namespace

std::unique_ptr<Evaluation> openLvitEvaluation(
    const EvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    try {
        return std::make_unique<LvitEvaluation>(options, stop, progress);
    } catch (const c10::Error& error) {
        throwOurs(error, options);
    }
}

} // namespace models::lvit
