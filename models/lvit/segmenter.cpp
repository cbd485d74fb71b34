#include "models/lvit/segmenter.h"

#include "imaging/error.h"
#include "models/encoder_path.h"
#include "models/lvit/explain.h"
#include "models/lvit/grad_cam.h"
#include "models/lvit/load_network.h"
#include "models/lvit/lvit.h"
#include "models/lvit/preprocess.h"
#include "models/text/text_encoder.h"
#include "models/training/device.h"

#include <torch/torch.h>

#include <chrono>
#include <cstdio>
#include <new>

namespace models {

namespace {

using imaging::Error;
using imaging::ErrorKind;

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Torch's own errors (a full GPU, a lost device) become ours.
template <typename Work> auto withGradients(const std::filesystem::path& package, Work work)
{
    try {
        return work();
    } catch (const c10::Error& error) {
        throw Error(ErrorKind::Internal,
            "The network of '" + package.string() + "' could not run: " + error.what_without_backtrace(),
            package.string());
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::Internal, "There is not enough memory to run the network of '" + package.string() + "'.",
            package.string());
    }
}

/// The same without gradients.
template <typename Work> auto runNetwork(const std::filesystem::path& package, Work work)
{
    return withGradients(package, [&] {
        const torch::InferenceMode inference;
        return work();
    });
}

TextConvention conventionOf(TextUnits units)
{
    return units == TextUnits::Words ? TextConvention::MergedWords : TextConvention::Pieces;
}

LViT networkOn(c10::Device device, const LViTPackage& package)
{
    auto network = loadNetwork(package, package.info.folder);
    network->eval();
    network->to(device);
    return network;
}

struct PreparedLViT : PreparedSlice
{
    const void* owner = nullptr;
    LViTImpl::Prepared state;
    at::Tensor picture; ///< As the network takes it, for explain().
    int columns = 0;
    int rows = 0;
    double seconds = 0;
};

class LViTSegmenter : public Segmenter
{
public:
    LViTSegmenter(LViTPackage package, c10::Device device)
        : m_package(std::move(package))
        , m_device(device)
        , m_encoder(findTextEncoder(m_package.info), conventionOf(m_package.textUnits))
        , m_network(networkOn(device, m_package))
    {
        if (m_encoder.width() != m_package.network.textWidth)
            throw Error(ErrorKind::Model,
                "The model '" + m_package.info.name + "' reads word vectors of width "
                    + std::to_string(m_package.network.textWidth) + ", but its text encoder '"
                    + m_package.info.textEncoder + "' gives " + std::to_string(m_encoder.width()) + ".",
                m_package.info.folder.string());
    }

    const PackageInfo& package() const override { return m_package.info; }

    std::unique_ptr<PreparedSlice> prepare(const imaging::Slice& slice) override
    {
        const auto start = std::chrono::steady_clock::now();
        auto prepared = std::make_unique<PreparedLViT>();
        prepared->owner = this;
        prepared->columns = slice.columns;
        prepared->rows = slice.rows;
        prepared->picture = networkPicture(slice, m_package.network, m_package.fit).to(m_device);
        prepared->state = runNetwork(m_package.info.folder, [&] { return m_network->prepare(prepared->picture); });
        prepared->seconds = secondsSince(start);
        return prepared;
    }

    Segmentation segment(const PreparedSlice& slice, std::string_view text) override
    {
        const auto start = std::chrono::steady_clock::now();
        const auto& prepared = ownSlice(slice);
        Segmentation result;
        const auto vectors = embed(text, result.warnings);
        result.columns = prepared.columns;
        result.rows = prepared.rows;
        result.probabilities = runNetwork(m_package.info.folder, [&] { return answer(prepared, vectors); });
        result.prepareSeconds = prepared.seconds;
        result.textSeconds = secondsSince(start);
        return result;
    }

    std::vector<NetworkLayer> layers() const override { return camLayers(m_package.network); }

    Explanation explain(const PreparedSlice& slice, std::string_view text, const ExplainRequest& request) override
    {
        const auto start = std::chrono::steady_clock::now();
        const auto& prepared = ownSlice(slice);
        imaging::Warnings warnings;
        const auto vectors = text.empty() ? m_encoder.embed({}, m_package.network.textTokens).vectors.unsqueeze(0)
                                          : embed(text, warnings); // [1, tokens, width]
        auto result = withGradients(m_package.info.folder, [&] {
            return explainRegion(m_network, m_package,
                {prepared.picture, vectors.to(m_device), prepared.columns, prepared.rows}, request);
        });
        result.warnings = std::move(warnings);
        result.seconds = secondsSince(start);
        return result;
    }

private:
    const PreparedLViT& ownSlice(const PreparedSlice& slice) const
    {
        const auto* prepared = dynamic_cast<const PreparedLViT*>(&slice);
        if (!prepared || prepared->owner != this)
            throw Error(ErrorKind::WrongUse, "The slice was prepared by another segmenter.");
        return *prepared;
    }

    at::Tensor embed(std::string_view text, imaging::Warnings& warnings)
    {
        const int tokens = m_package.network.textTokens;
        const auto embedding = m_encoder.embed(text, tokens);
        if (embedding.used == 0)
            throw Error(ErrorKind::InvalidInput, "The text has no word that the model could read.");
        if (embedding.cut)
            warnings.push_back("The text is longer than the model reads: it uses the first " + std::to_string(tokens)
                + (m_package.textUnits == TextUnits::Words ? " words." : " word pieces."));
        return embedding.vectors.unsqueeze(0); // [1, tokens, width]
    }

    std::vector<float> answer(const PreparedLViT& prepared, const at::Tensor& vectors)
    {
        const auto logits = m_network->finish(prepared.state, vectors.to(m_device)); // [1, 1, S, S]
        const auto probabilities = torch::sigmoid(logits[0][0].to(torch::kFloat)).cpu(); // [S, S]
        if (!torch::isfinite(probabilities.sum()).item<bool>())
            throw Error(ErrorKind::Model,
                "The network of '" + m_package.info.folder.string()
                    + "' gives values that are no numbers: its weights are damaged.",
                m_package.info.folder.string());
        return toSliceGrid(probabilities, prepared.columns, prepared.rows, m_package.fit);
    }

    LViTPackage m_package;
    c10::Device m_device;
    TextEncoder m_encoder;
    LViT m_network{nullptr};
};

LViTPackage readForSegmenting(const std::filesystem::path& folder)
{
    auto package = readLViTPackage(folder);
    if (package.network.classes != 1)
        throw Error(ErrorKind::Model,
            "The model '" + package.info.name + "' has " + std::to_string(package.network.classes)
                + " classes; only models of one class can draw a mask.",
            folder.string());
    return package;
}

/// Throws one Error(Model) when both the weights and the text encoder are wrong. Opening would name only the first.
void requireNotBothWrong(const LViTPackage& package)
{
    std::vector<std::string> problems;
    const auto attempt = [&](auto work) {
        try {
            work();
        } catch (const Error& error) {
            problems.emplace_back(error.what());
        }
    };
    attempt([&] { loadNetwork(package, package.info.folder); });
    attempt([&] { TextEncoder(findTextEncoder(package.info), conventionOf(package.textUnits)); });
    if (problems.size() > 1)
        throw Error(ErrorKind::Model, problems[0] + "\n" + problems[1], package.info.folder.string());
}

imaging::Slice madeSlice()
{
    imaging::Slice slice;
    slice.columns = 64;
    slice.rows = 48;
    slice.window = {0.5, 1};
    for (int pixel = 0; pixel < slice.columns * slice.rows; ++pixel)
        slice.values.push_back(static_cast<float>(pixel % slice.columns) / static_cast<float>(slice.columns));
    return slice;
}

} // namespace

std::unique_ptr<Segmenter> openLViTSegmenter(const std::filesystem::path& package, const std::string& device)
{
    return std::make_unique<LViTSegmenter>(readForSegmenting(package), chooseDevice(device));
}

std::string verifyLViTPackage(const std::filesystem::path& package)
{
    const auto contents = readForSegmenting(package);
    requireNotBothWrong(contents);
    auto segmenter = openLViTSegmenter(package, "cpu");
    const auto prepared = segmenter->prepare(madeSlice());
    const auto result = segmenter->segment(*prepared, "one area");
    const auto& network = contents.network;
    char line[256];
    std::snprintf(line, sizeof line, ": LViT of width %d, depth %d, %dx%d pixels, %d %s from %s; one picture in %.2f s",
        network.width, network.depth, network.pictureSize, network.pictureSize, network.textTokens,
        contents.textUnits == TextUnits::Words ? "words" : "word pieces", contents.info.textEncoder.c_str(),
        result.prepareSeconds + result.textSeconds);
    return contents.info.name + " " + contents.info.version + line;
}

} // namespace models
