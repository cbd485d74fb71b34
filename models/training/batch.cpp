#include "models/training/batch.h"

#include "imaging/laterality.h"
#include "models/text/text_encoder.h"
#include "models/training/mask_halves.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace models {

namespace {

/// One item of a cache.
std::span<const std::uint8_t> itemOf(const std::vector<std::uint8_t>& all, const Dataset& data, std::int64_t index)
{
    return std::span(all).subspan(std::size_t(index) * data.picturePixels(), data.picturePixels());
}

/// [1, S, S] float: the bytes times `scale`, flipped when asked.
at::Tensor plane(std::span<const std::uint8_t> pixels, int size, float scale, bool flip)
{
    const auto* bytes = pixels.data();
    at::Tensor result = at::empty({1, size, size}, at::kFloat);
    auto* values = result.data_ptr<float>();
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column)
            *values++ = scale * float(bytes[row * size + (flip ? size - 1 - column : column)]);
    return result;
}

/// The text and mask that one sample is shown with, before any flip.
struct Shown
{
    std::string text;
    std::optional<std::vector<std::uint8_t>> mask; ///< Nothing: the whole mask.
};

Shown shownOf(const Dataset& data, std::int64_t index, const Augmentation& augmentation, TextSides textSides)
{
    const auto& texts = data.samples[std::size_t(index)].texts;
    Shown shown{texts.empty() ? std::string() : texts.at(std::size_t(augmentation.text)), {}};
    if (auto one = aboutOneSide(shown.text, augmentation.sides)) {
        const bool atLeft = (augmentation.sides == ShownSides::Left) == (textSides == TextSides::Picture);
        shown.mask = areasOfHalf(
            itemOf(data.masks, data, index), data.pictureSize, atLeft ? PictureHalf::Left : PictureHalf::Right);
        if (shown.mask)
            shown.text = std::move(*one);
    }
    shown.text = withoutClauses(shown.text, augmentation.droppedClauses);
    return shown;
}

// Filled by plain loops, since batches are made in the loader's threads, where ATen would start threads of its own.

Batch emptyBatch(std::int64_t count, std::int64_t size, const TextVectors* texts, const BatchOptions& options)
{
    // One channel is in channels-last order as it is.
    const auto order = options.channels == 1 ? at::MemoryFormat::Contiguous : at::MemoryFormat::ChannelsLast;
    return {at::empty({count, options.channels, size, size}, at::TensorOptions(at::kFloat).memory_format(order)),
        at::empty({count, 1, size, size}, at::kFloat),
        texts ? at::empty({count, texts->of({}).size(0), texts->of({}).size(1)}, at::kFloat) : at::Tensor()};
}

/// [1, S, S] into every channel of an item of [B, C, S, S].
void putPicture(at::Tensor& pictures, std::int64_t item, const at::Tensor& picture)
{
    const auto channels = pictures.size(1), pixels = picture.numel();
    const auto* from = picture.const_data_ptr<float>();
    auto* to = pictures.data_ptr<float>() + item * channels * pixels;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
        for (std::int64_t channel = 0; channel < channels; ++channel)
            *to++ = from[pixel];
}

void putValues(at::Tensor& all, std::int64_t item, const at::Tensor& one)
{
    const auto values = one.contiguous();
    std::copy_n(values.const_data_ptr<float>(), values.numel(), all.data_ptr<float>() + item * values.numel());
}

} // namespace

TextVectors::TextVectors(TextEncoder& encoder, int tokens)
    : m_encoder(encoder)
    , m_tokens(tokens)
{
    embed({});
}

void TextVectors::embed(const std::string& text)
{
    if (m_vectors.contains(text))
        return;
    auto embedding = m_encoder.embed(text, m_tokens);
    m_cut += embedding.cut;
    m_vectors.emplace(text, embedding.vectors);
}

void TextVectors::add(const std::set<std::string>& texts, std::stop_token stop, const imaging::Progress& progress)
{
    std::size_t done = 0;
    for (const auto& text : texts) {
        if (stop.stop_requested())
            return;
        embed(text);
        if (done++ % 16 == 0)
            progress.report(double(done) / double(texts.size()), "embedding texts");
    }
}

at::Tensor textsOn(c10::Device device, const Batch& batch)
{
    return batch.texts.defined() ? batch.texts.to(device) : batch.texts;
}

Batch makeBatch(const Dataset& data, const TextVectors* texts, std::span<const std::int64_t> indices,
    std::span<const Augmentation> augmentations, const BatchOptions& options)
{
    Batch batch = emptyBatch(std::int64_t(indices.size()), data.pictureSize, texts, options);
    for (std::size_t item = 0; item < indices.size(); ++item) {
        const auto augmentation = augmentations.empty() ? Augmentation{} : augmentations[item];
        const auto shown = shownOf(data, indices[item], augmentation, options.textSides);
        const auto maskPixels =
            shown.mask ? std::span<const std::uint8_t>(*shown.mask) : itemOf(data.masks, data, indices[item]);
        auto image = plane(
            itemOf(data.pictures, data, indices[item]), data.pictureSize, 1.0F / 255, augmentation.flip); // [1, S, S]
        auto mask = plane(maskPixels, data.pictureSize, 1, augmentation.flip); // [1, S, S]
        adjustBrightness(image, augmentation);
        if (augmentation.moves())
            move(image, mask, augmentation);
        putPicture(batch.images, std::int64_t(item), image);
        putValues(batch.masks, std::int64_t(item), mask);
        if (texts)
            putValues(batch.texts, std::int64_t(item),
                texts->of(augmentation.flip ? imaging::swapSideWords(shown.text) : shown.text));
    }
    return batch;
}

} // namespace models
