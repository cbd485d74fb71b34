#include "models/training/batch.h"

#include "annotations/report/empty_texts.h"
#include "imaging/error.h"
#include "imaging/laterality.h"
#include "models/text/text_encoder.h"
#include "models/training/mask_halves.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace models::training {

namespace {

/// The mask of a sample.
std::span<const std::uint8_t> maskOf(const data::Dataset& data, std::int64_t index)
{
    return std::span(data.masks).subspan(std::size_t(index) * data.picturePixels(), data.picturePixels());
}

/// One channel of a sample's picture.
std::span<const std::uint8_t> planeOf(const data::Dataset& data, std::int64_t index, std::int64_t channel)
{
    const auto plane = std::size_t(index) * std::size_t(data.channels) + std::size_t(channel);
    return std::span(data.pictures).subspan(plane * data.picturePixels(), data.picturePixels());
}

/// Where the pixel at (row, column) of the flipped and turned picture comes from.
std::size_t sourceOf(int row, int column, int size, const Augmentation& augmentation)
{
    for (int turn = 0; turn < augmentation.quarterTurns; ++turn) {
        const int turned = column;
        column = size - 1 - row;
        row = turned;
    }
    if (augmentation.topDown)
        row = size - 1 - row;
    if (augmentation.flip)
        column = size - 1 - column;
    return std::size_t(row) * std::size_t(size) + std::size_t(column);
}

/// The pixels times `scale`, flipped and turned, into `values` [S, S].
void putPlane(
    float* values, std::span<const std::uint8_t> pixels, int size, float scale, const Augmentation& augmentation)
{
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column)
            *values++ = scale * float(pixels[sourceOf(row, column, size, augmentation)]);
}

/// [C, S, S], 0..1
at::Tensor pictureOf(const data::Dataset& data, std::int64_t index, const Augmentation& augmentation)
{
    const int size = data.pictureSize;
    at::Tensor picture = at::empty({data.channels, size, size}, at::kFloat);
    for (std::int64_t channel = 0; channel < data.channels; ++channel)
        putPlane(picture.data_ptr<float>() + channel * picture.stride(0), planeOf(data, index, channel), size,
            1.0F / 255, augmentation);
    return picture;
}

/// The text and mask that one sample is shown with, before any flip.
struct Shown
{
    std::string text;
    std::optional<std::vector<std::uint8_t>> mask; ///< Nothing: the whole mask.
};

/// Whether a sentence stands beside the picture of a sample; its samples lie one after the other.
bool isSaidOfPicture(const data::Dataset& data, std::size_t index, const std::string& text)
{
    const auto& image = data.samples[index].image;
    const auto says = [&](const data::Dataset::Sample& sample) {
        return std::find(sample.texts.begin(), sample.texts.end(), text) != sample.texts.end();
    };
    auto first = index;
    while (first > 0 && data.samples[first - 1].image == image)
        --first;
    for (; first < data.samples.size() && data.samples[first].image == image; ++first)
        if (says(data.samples[first]))
            return true;
    return false;
}

/// A sentence with which nothing is to be drawn; empty: what the augmentation wants cannot be said of this sample.
std::string emptyTextOf(const data::Dataset& data, std::int64_t index, const Augmentation& augmentation,
    const std::string& text, const std::string& finding)
{
    if (augmentation.emptyText) {
        const auto all = annotations::emptyTexts(finding);
        return all[*augmentation.emptyText % all.size()];
    }
    if (!augmentation.otherSide || !annotations::namesOneSide(text))
        return {};
    auto other = imaging::swapSideWords(text);
    return isSaidOfPicture(data, std::size_t(index), other) ? std::string() : other;
}

Shown shownOf(
    const data::Dataset& data, std::int64_t index, const Augmentation& augmentation, const BatchOptions& options)
{
    const auto textSides = options.textSides;
    const auto& texts = data.samples[std::size_t(index)].texts;
    Shown shown{texts.empty() ? std::string() : texts.at(std::size_t(augmentation.text)), {}};
    if (auto empty = data.hasMasks() ? emptyTextOf(data, index, augmentation, shown.text, options.finding) : std::string();
        !empty.empty()) {
        shown.mask.emplace(data.picturePixels(), std::uint8_t(0));
        shown.text =
            augmentation.emptyText ? std::move(empty) : annotations::withoutClauses(empty, augmentation.droppedClauses);
        return shown;
    }
    if (auto one = data.hasMasks() ? annotations::aboutOneSide(shown.text, augmentation.sides) : std::nullopt) {
        const bool atLeft = (augmentation.sides == annotations::ShownSides::Left) == (textSides == imaging::Sides::Picture);
        shown.mask =
            areasOfHalf(maskOf(data, index), data.pictureSize, atLeft ? PictureHalf::Left : PictureHalf::Right);
        if (shown.mask)
            shown.text = std::move(*one);
    }
    shown.text = annotations::withoutClauses(shown.text, augmentation.droppedClauses);
    return shown;
}

/// After the flip, and in other words where it does not deny: denials are many as they are.
std::string finalText(const Shown& shown, const Augmentation& augmentation, const BatchOptions& options)
{
    auto text = augmentation.flip ? imaging::swapSideWords(shown.text) : shown.text;
    const bool isDenial = augmentation.emptyText && shown.mask;
    return isDenial ? text : inOtherWords(std::move(text), augmentation, options.paraphrases);
}

// Filled by plain loops, since batches are made in the loader's threads, where ATen would start threads of its own.

Batch emptyBatch(std::int64_t count, const data::Dataset& data, const TextVectors* texts, const BatchOptions& options)
{
    const std::int64_t size = data.pictureSize;
    // One channel is in channels-last order as it is.
    const auto order = options.channels == 1 ? at::MemoryFormat::Contiguous : at::MemoryFormat::ChannelsLast;
    return {at::empty({count, options.channels, size, size}, at::TensorOptions(at::kFloat).memory_format(order)),
        data.hasMasks() ? at::empty({count, 1, size, size}, at::kFloat) : at::Tensor(),
        texts ? at::empty({count, texts->of({}).size(0), texts->of({}).size(1)}, at::kFloat) : at::Tensor()};
}

/// [1, S, S] into every channel of an item of [B, C, S, S], or [C, S, S] channel by channel.
void putPicture(at::Tensor& pictures, std::int64_t item, const at::Tensor& picture)
{
    const auto channels = pictures.size(1), pixels = picture.size(1) * picture.size(2);
    const auto step = picture.size(0) == 1 ? 0 : pixels;
    const auto* from = picture.const_data_ptr<float>();
    auto* to = pictures.data_ptr<float>() + item * channels * pixels;
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
        for (std::int64_t channel = 0; channel < channels; ++channel)
            *to++ = from[channel * step + pixel];
}

void mirror(at::Tensor& mask, const std::vector<std::uint8_t>& mirrored)
{
    if (mirrored.empty())
        return;
    const std::span<float> values(mask.data_ptr<float>(), std::size_t(mask.numel()));
    for (float& value : values)
        value = float(mirrored.at(std::size_t(value)));
}

/// [1, S, S], flipped and turned as its picture
at::Tensor shownMask(const data::Dataset& data, std::int64_t index, const Shown& shown,
    const Augmentation& augmentation, const BatchOptions& options)
{
    auto mask = at::empty({1, data.pictureSize, data.pictureSize}, at::kFloat);
    putPlane(mask.data_ptr<float>(), shown.mask ? std::span<const std::uint8_t>(*shown.mask) : maskOf(data, index),
        data.pictureSize, 1, augmentation);
    if (augmentation.flip)
        mirror(mask, options.mirrored);
    return mask;
}

void putValues(at::Tensor& all, std::int64_t item, const at::Tensor& one)
{
    const auto values = one.contiguous();
    std::copy_n(values.const_data_ptr<float>(), values.numel(), all.data_ptr<float>() + item * values.numel());
}

} // namespace

std::vector<std::uint8_t> mirroredClasses(const std::vector<std::string>& classes)
{
    std::vector<std::uint8_t> mirrored{0};
    bool changes = false;
    for (const auto& name : classes) {
        const auto other = std::find(classes.begin(), classes.end(), imaging::swapSideWords(name));
        if (other == classes.end())
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "The class '" + name
                    + "' names a side, and there is none for the other side: a flipped picture would be wrong. Set "
                      "flipProbability to 0.");
        mirrored.push_back(std::uint8_t(other - classes.begin() + 1));
        changes = changes || *other != name;
    }
    return changes ? mirrored : std::vector<std::uint8_t>();
}

TextVectors::TextVectors(text::TextEncoder& encoder, int tokens)
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

std::string shownText(
    const data::Dataset& data, std::int64_t index, const Augmentation& augmentation, const BatchOptions& options)
{
    return finalText(shownOf(data, index, augmentation, options), augmentation, options);
}

Batch makeBatch(const data::Dataset& data, const TextVectors* texts, std::span<const std::int64_t> indices,
    std::span<const Augmentation> augmentations, const BatchOptions& options)
{
    Batch batch = emptyBatch(std::int64_t(indices.size()), data, texts, options);
    for (std::size_t item = 0; item < indices.size(); ++item) {
        const auto augmentation = augmentations.empty() ? Augmentation{} : augmentations[item];
        const auto shown = shownOf(data, indices[item], augmentation, options);
        auto image = pictureOf(data, indices[item], augmentation); // [C, S, S]
        auto mask = data.hasMasks() ? shownMask(data, indices[item], shown, augmentation, options) : at::Tensor();
        adjustBrightness(image, augmentation);
        if (augmentation.moves())
            move(image, mask, augmentation);
        putPicture(batch.images, std::int64_t(item), image);
        if (mask.defined())
            putValues(batch.masks, std::int64_t(item), mask);
        batch.words.push_back(finalText(shown, augmentation, options));
        if (texts)
            putValues(batch.texts, std::int64_t(item), texts->of(batch.words.back()));
    }
    return batch;
}

} // namespace models::training
