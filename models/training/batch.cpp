#include "models/training/batch.h"

#include "imaging/laterality.h"
#include "models/text/text_encoder.h"

#include <ATen/ATen.h>

#include <set>

namespace models {

namespace {

/// One item of the cache as [1, S, S] float, its bytes times `scale`, flipped when asked.
at::Tensor plane(const std::vector<std::uint8_t>& all, const Dataset& data, std::int64_t index, float scale, bool flip)
{
    const auto size = data.pictureSize;
    const auto* bytes = all.data() + std::size_t(index) * data.picturePixels();
    at::Tensor result = at::empty({1, size, size}, at::kFloat);
    auto* values = result.data_ptr<float>();
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column)
            *values++ = scale * float(bytes[row * size + (flip ? size - 1 - column : column)]);
    return result;
}

const std::string& textOf(const Dataset::Sample& sample, int index)
{
    static const std::string none;
    return sample.texts.empty() ? none : sample.texts.at(std::size_t(index));
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

void TextVectors::add(const Dataset& data, bool mirrored, std::stop_token stop, const imaging::Progress& progress)
{
    std::set<std::string> texts;
    for (const auto& sample : data.samples)
        texts.insert(sample.texts.begin(), sample.texts.end());
    std::size_t done = 0;
    for (const auto& text : texts) {
        if (stop.stop_requested())
            return;
        embed(text);
        if (mirrored)
            embed(imaging::swapSideWords(text));
        if (done++ % 16 == 0)
            progress.report(double(done) / double(texts.size()), "embedding texts");
    }
}

Batch makeBatch(const Dataset& data, const TextVectors* texts, std::span<const std::int64_t> indices,
    std::span<const Augmentation> augmentations, int channels)
{
    std::vector<at::Tensor> images, masks, vectors;
    for (std::size_t item = 0; item < indices.size(); ++item) {
        const auto augmentation = augmentations.empty() ? Augmentation{} : augmentations[item];
        auto image = plane(data.pictures, data, indices[item], 1.0F / 255, augmentation.flip); // [1, S, S]
        auto mask = plane(data.masks, data, indices[item], 1, augmentation.flip); // [1, S, S]
        adjustBrightness(image, augmentation);
        if (augmentation.moves())
            move(image, mask, augmentation);
        if (texts) {
            const auto& text = textOf(data.samples[std::size_t(indices[item])], augmentation.text);
            vectors.push_back(texts->of(augmentation.flip ? imaging::swapSideWords(text) : text));
        }
        images.push_back(channels == 1 ? image : image.expand({channels, -1, -1}));
        masks.push_back(mask);
    }
    return {at::stack(images).contiguous(at::MemoryFormat::ChannelsLast), at::stack(masks),
        texts ? at::stack(vectors) : at::Tensor()};
}

} // namespace models
