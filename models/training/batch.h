#pragma once

#include "imaging/laterality.h"
#include "models/data/dataset.h"
#include "models/training/augment.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace imaging {
class Progress;
}

namespace models::text {
class TextEncoder;
}

namespace models::training {

/// The vectors of texts, each embedded once.
class TextVectors
{
public:
    TextVectors(text::TextEncoder& encoder, int tokens);

    /// Embeds every text of the set that is not there yet.
    void add(const std::set<std::string>& texts, std::stop_token stop, const imaging::Progress& progress);

    /// [tokens, width]. The text must have been added.
    const at::Tensor& of(const std::string& text) const { return m_vectors.at(text); }

    std::size_t size() const { return m_vectors.size(); }
    int cut() const { return m_cut; } ///< How many texts had more tokens than fit.

private:
    void embed(const std::string& text);

    text::TextEncoder& m_encoder;
    int m_tokens;
    int m_cut = 0;
    std::map<std::string, at::Tensor> m_vectors;
};

struct Batch
{
    at::Tensor images; ///< [B, channels, S, S] float 0..1, channels-last
    at::Tensor masks; ///< [B, 1, S, S] float: 0 or 1, with several classes their values; undefined without masks
    at::Tensor texts; ///< [B, tokens, width]; undefined without vectors
    std::vector<std::string> words{}; ///< The texts as they are shown: [B]
};

/// The batch's texts on a device; undefined for a network that reads none.
at::Tensor textsOn(c10::Device device, const Batch& batch);

/// What of the data a batch takes.
struct BatchOptions
{
    int channels = 1;
    imaging::Sides textSides =
        imaging::Sides::Picture; ///< Which half of the picture "left" is: the left one, or the right one.
    std::vector<std::uint8_t> mirrored{}; ///< What a left-right flip makes of each mask value; empty: the same.
    std::string finding{}; ///< Of which Augmentation::emptyText tells that there is none.
    int paraphrases = 12; ///< AugmentationOptions::paraphrases
};

/// BatchOptions::mirrored for the classes of the mask values 1, 2, ...: names that differ in their side change places.
/// Throws Error(WrongUse) for a name with a side whose counterpart is missing.
std::vector<std::uint8_t> mirroredClasses(const std::vector<std::string>& classes);

/// The text that makeBatch shows of a sample under this augmentation.
std::string shownText(
    const data::Dataset& data, std::int64_t index, const Augmentation& augmentation, const BatchOptions& options);

/// Samples `indices`, each changed as its augmentation says (none given: unchanged, first text). `texts` may be null.
/// An augmentation that shows one side, the other side or a denial changes nothing where no masks are read; one side
/// also where text or mask cannot be told apart by sides, the other side where the text names no side or both, or
/// another text of the picture says what would be shown.
Batch makeBatch(const data::Dataset& data, const TextVectors* texts, std::span<const std::int64_t> indices,
    std::span<const Augmentation> augmentations, const BatchOptions& options);

} // namespace models::training
