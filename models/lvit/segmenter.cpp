#include "models/lvit/segmenter.h"

#include "imaging/error.h"
#include "models/layers/device.h"
#include "models/lvit/answering_network.h"
#include "models/lvit/explain.h"
#include "models/lvit/grad_cam.h"
#include "models/lvit/load_network.h"
#include "models/lvit/lvit.h"
#include "models/lvit/mirror.h"
#include "models/text/text_encoder.h"
#include "models/vision/network_picture.h"
#include "models/vision/tile_grid.h"
#include "models/vision/tile_stitch.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <new>
#include <optional>

namespace models::lvit {

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

/// Of several classes' probabilities: that the pixel belongs to any of them.
std::vector<float> ofAny(const std::vector<std::vector<float>>& maps)
{
    auto any = maps.front();
    for (std::size_t index = 1; index < maps.size(); ++index)
        std::transform(any.begin(), any.end(), maps[index].begin(), any.begin(),
            [](float sum, float one) { return std::min(1.0F, sum + one); });
    return any;
}

struct PreparedLViT : PreparedSlice
{
    const void* owner = nullptr;
    std::optional<AnsweringNetwork::Prepared> state; ///< Of a picture that is taken whole.
    std::vector<vision::Tile> tiles; ///< Of one that is cut: too many to keep the network's work for each.
    at::Tensor tilePictures; ///< [tiles, channels, S, S]
    at::Tensor picture; ///< As the network takes it, for explain().
    int columns = 0;
    int rows = 0;
    double pixelAspect = 1;
    bool asGiven = false; ///< Not prepared, though the package says how.
    double seconds = 0;
};

class LViTSegmenter : public Segmenter
{
public:
    LViTSegmenter(LViTPackage package, c10::Device device, Arithmetic arithmetic)
        : m_package(std::move(package))
        , m_encoder(loadEncoder(m_package))
        , m_encoderCheck(std::async(std::launch::async,
              [this] {
                  if (m_encoder)
                      requireSameEncoder(*m_encoder, m_package);
              }))
        , m_network(m_package, device, arithmetic)
        , m_mirror(m_package.mirror)
    {
        m_encoderCheck.get();
    }

    const PackageInfo& package() const override { return m_package.info; }

    std::unique_ptr<PreparedSlice> prepare(const imaging::Slice& slice) override
    {
        const auto start = std::chrono::steady_clock::now();
        auto prepared = std::make_unique<PreparedLViT>();
        prepared->owner = this;
        prepared->columns = slice.columns;
        prepared->rows = slice.rows;
        prepared->pixelAspect = vision::pixelAspect(slice);
        prepared->asGiven = !m_package.preparation.doesNothing() && vision::isPictureOfLevels(slice);
        const auto learnt = prepared->asGiven ? std::nullopt : asLearnt(slice);
        const auto& shown = learnt ? *learnt : slice;
        if (m_package.tileSize > 0) {
            prepared->tiles = vision::tilesOf(slice.columns, slice.rows, m_package.tileSize, m_package.tileOverlap);
            prepared->tilePictures = vision::networkTiles(shown, squareOf(m_package), prepared->tiles);
        } else {
            prepared->picture = vision::networkPicture(shown, squareOf(m_package));
            prepared->state.emplace(runNetwork(
                m_package.info.folder, [&] { return m_network.prepare(m_mirror.pictures(prepared->picture)); }));
        }
        prepared->seconds = secondsSince(start);
        return prepared;
    }

    Segmentation segment(const PreparedSlice& slice, std::string_view text) override
    {
        const auto start = std::chrono::steady_clock::now();
        const auto& prepared = ownSlice(slice);
        Segmentation result;
        if (prepared.asGiven)
            result.warnings.emplace_back("The picture has grey levels from 0 to 255 and names no modality: it is taken "
                                         "as prepared already, as the pictures were that the model learnt from.");
        const auto vectors = embed(text, result.warnings);
        result.columns = prepared.columns;
        result.rows = prepared.rows;
        auto maps = runNetwork(m_package.info.folder, [&] { return answer(prepared, vectors); });
        result.probabilities = ofAny(maps);
        if (m_package.network.classes > 1)
            result.classes = std::move(maps);
        result.prepareSeconds = prepared.seconds;
        result.textSeconds = secondsSince(start);
        return result;
    }

    std::vector<NetworkLayer> layers() const override { return camLayers(m_package.network); }

    Explanation explain(const PreparedSlice& slice, std::string_view text, const ExplainRequest& request) override
    {
        const auto start = std::chrono::steady_clock::now();
        const auto& prepared = ownSlice(slice);
        if (m_package.network.classes > 1 || m_package.tileSize > 0)
            throw Error(ErrorKind::Unsupported,
                "The model '" + m_package.info.name
                    + "' has several classes or looks at tiles: what it sees there cannot be explained.",
                m_package.info.folder.string());
        imaging::Warnings warnings;
        const auto vectors = text.empty() && m_encoder
            ? m_encoder->embed({}, m_package.network.textTokens).vectors.unsqueeze(0)
            : embed(text, warnings);
        const auto own = vectors.defined() ? vectors.narrow(0, 0, 1).to(m_network.device()) : vectors; // [1, ...]
        auto result = withGradients(m_package.info.folder, [&] {
            return explainRegion(m_network.exact(), m_package,
                {prepared.picture.to(m_network.device()), own, prepared.columns, prepared.rows, prepared.pixelAspect},
                request);
        });
        result.warnings = std::move(warnings);
        result.seconds = secondsSince(start);
        return result;
    }

private:
    /// The slice in the package's window and prepared as its training's; nothing: as it is.
    std::optional<imaging::Slice> asLearnt(const imaging::Slice& slice) const
    {
        std::optional<imaging::Slice> result;
        if (m_package.window)
            result.emplace(slice).window = *m_package.window;
        if (!m_package.preparation.doesNothing())
            result = vision::preparedSlice(result ? *result : slice, m_package.preparation);
        return result;
    }

    const PreparedLViT& ownSlice(const PreparedSlice& slice) const
    {
        const auto* prepared = dynamic_cast<const PreparedLViT*>(&slice);
        if (!prepared || prepared->owner != this)
            throw Error(ErrorKind::WrongUse, "The slice was prepared by another segmenter.");
        return *prepared;
    }

    /// [m_mirror.shown(), tokens, width]; undefined for a network that reads no text.
    at::Tensor embed(std::string_view text, imaging::Warnings& warnings)
    {
        if (!m_encoder)
            return {};
        const int tokens = m_package.network.textTokens;
        const auto embedding = m_encoder->embed(text, tokens);
        if (embedding.used == 0)
            throw Error(ErrorKind::InvalidInput, "The text has no word that the model could read.");
        if (embedding.cut)
            warnings.push_back("The text is longer than the model reads: it uses the first " + std::to_string(tokens)
                + (m_package.textUnits == TextUnits::Words ? " words." : " word pieces."));
        std::vector<at::Tensor> vectors{embedding.vectors};
        const auto shown = m_mirror.texts({std::string(text)});
        for (std::size_t i = 1; i < shown.size(); ++i)
            vectors.push_back(m_encoder->embed(shown[i], tokens).vectors);
        return at::stack(vectors);
    }

    at::Tensor logitsOf(const AnsweringNetwork::Prepared& state, const at::Tensor& vectors)
    {
        return m_mirror.mean(m_network.finish(state, vectors));
    }

    /// Probabilities on the slice's grid, of each class besides the background.
    std::vector<std::vector<float>> answer(const PreparedLViT& prepared, const at::Tensor& vectors)
    {
        if (prepared.tiles.empty())
            return mapsOf(logitsOf(*prepared.state, vectors), prepared.columns, prepared.rows, prepared.pixelAspect);
        const auto count = std::size_t(std::max(1, m_package.network.classes - 1));
        std::vector<vision::TileStitch> stitches(count, {prepared.columns, prepared.rows, m_package.tileOverlap});
        for (std::size_t i = 0; i < prepared.tiles.size(); ++i) {
            const auto& tile = prepared.tiles[i];
            const auto state =
                m_network.prepare(m_mirror.pictures(prepared.tilePictures.narrow(0, std::int64_t(i), 1)));
            const auto maps = mapsOf(logitsOf(state, vectors), tile.size, tile.size, /*aspect=*/1);
            for (std::size_t index = 0; index < count; ++index)
                stitches[index].add(tile, maps[index]);
        }
        std::vector<std::vector<float>> maps;
        for (const auto& stitch : stitches)
            maps.push_back(stitch.result());
        return maps;
    }

    /// logits [1, classes, S, S] -> each class besides the background on a grid
    std::vector<std::vector<float>> mapsOf(const at::Tensor& logits, int columns, int rows, double aspect) const
    {
        const auto values = logits[0].to(torch::kFloat); // [classes, S, S]
        const auto probabilities = (values.size(0) == 1 ? torch::sigmoid(values) : torch::softmax(values, 0)).cpu();
        if (!torch::isfinite(probabilities.sum()).item<bool>())
            throw Error(ErrorKind::Model,
                "The network of '" + m_package.info.folder.string()
                    + "' gives values that are no numbers: its weights are damaged.",
                m_package.info.folder.string());
        const auto fit = m_package.tileSize > 0 ? vision::SliceFit::Squash : m_package.fit;
        std::vector<std::vector<float>> maps;
        for (std::int64_t index = values.size(0) == 1 ? 0 : 1; index < values.size(0); ++index)
            maps.push_back(vision::toSliceGrid(probabilities[index], columns, rows, fit, aspect));
        return maps;
    }

    LViTPackage m_package;
    std::unique_ptr<text::TextEncoder> m_encoder;
    std::future<void> m_encoderCheck; ///< Of the constructor: goes on while the network is loaded.
    AnsweringNetwork m_network;
    const Mirror m_mirror;
};

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
    attempt([&] {
        if (const auto encoder = loadEncoder(package))
            requireSameEncoder(*encoder, package);
    });
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

std::unique_ptr<Segmenter> openLViTSegmenter(
    const std::filesystem::path& package, const std::string& device, Arithmetic arithmetic)
{
    return std::make_unique<LViTSegmenter>(readLViTPackage(package), layers::chooseDevice(device), arithmetic);
}

std::string verifyLViTPackage(const std::filesystem::path& package)
{
    const auto contents = readLViTPackage(package);
    requireNotBothWrong(contents);
    auto segmenter = openLViTSegmenter(package, "cpu");
    const auto prepared = segmenter->prepare(madeSlice());
    const auto result = segmenter->segment(*prepared, "one area");
    const auto& network = contents.network;
    const auto text = network.readsText()
        ? std::to_string(network.textTokens) + (contents.textUnits == TextUnits::Words ? " words" : " word pieces")
            + " from " + contents.info.textEncoder
        : std::string("no text");
    char line[256];
    std::snprintf(line, sizeof line, ": %s of width %d, depth %d, %dx%d pixels, %s; one picture in %.2f s",
        network.hasTransformers() ? "LViT" : "U-Net", network.width, network.depth, network.pictureSize,
        network.pictureSize, text.c_str(), result.prepareSeconds + result.textSeconds);
    return contents.info.name + " " + contents.info.version + line;
}

} // namespace models::lvit
