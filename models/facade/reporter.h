#pragma once

#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "imaging/slice.h"
#include "models/facade/precision.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace models {

/// How a text about a picture is to be written; names and meanings are Hugging Face's.
struct DraftRequest
{
    /// The words that the text goes on from ("a picture of"), or, where the model answers, the question. A BLIP-2, which
    /// does both, takes what ends in a question mark for a question, and puts it as "Question: ... Answer:".
    std::string prompt;
    int beams = 1; ///< 1: the likeliest word each time, or one drawn by chance; figures on cards are of it.
    int texts = 1; ///< The best so many; at most as many as beams.
    std::optional<int> maxTokens; ///< None, of these three: as the model's authors have it.
    std::optional<int> minTokens;
    std::optional<double> repetitionPenalty;
    double lengthPenalty = 1;
    bool sample = false; ///< Words are drawn by chance, among the likeliest that together have probability topP.
    double topP = 0.9;
    double temperature = 1;
    std::uint64_t seed = 0;
};

struct DraftText
{
    std::string text; ///< Without the prompt.
    double score = 0; ///< Log-probability; of beams divided by the length to the power of lengthPenalty.
};

/// What a model wrote about a picture: a draft that no reader has seen yet.
struct Draft
{
    std::vector<DraftText> texts; ///< The best first.
    int tokens = 0; ///< Of the first text.
    double firstTokenSeconds = 0; ///< From the prompt to the first word; with beams to the whole text.
    double seconds = 0; ///< Of the writing alone.
    bool cancelled = false; ///< What is there is cut short.
    imaging::Warnings warnings;
};

/// How well a text fits a picture.
struct TextMatch
{
    double probability = 0; ///< 0..1 that they belong together, from reading the text with the picture (ITM).
    double cosine = 0; ///< -1..1 between the vectors of the two (ITC).
    imaging::Warnings warnings;
    bool cut = false; ///< Only the beginning of the text was read.
    /// 0..1: of texts with this probability so many fitted, where as many fitted as did not; and whether that is half of
    /// them or more. Learnt by the package on pictures kept apart; nothing: it was not.
    std::optional<double> calibrated = {};
    std::optional<bool> fits = {};
    std::optional<double> threshold = {}; ///< The least probability that fits so; nothing: none does, or it is not known.
    std::string sent = {}; ///< The text in the sides of the model, where who asked exchanged them.
};

/// What the network was given of a picture.
struct ReporterView
{
    int size = 0; ///< A square of size x size.
    std::vector<std::uint8_t> seen; ///< Its brightness 0..255, row by row.
    double seconds = 0; ///< The picture tower took.
};

/// A loaded model that writes about a picture, or judges what is written (BLIP). Not thread-safe.
///
///     auto reporter = library.openReporter("blip-image-captioning-base", "cpu");
///     reporter->look(slice);
///     auto draft = reporter->write({.prompt = "a picture of"});
class Reporter
{
public:
    virtual ~Reporter() = default;

    virtual bool canWrite() const = 0; ///< Also without a prompt.
    virtual bool canAnswer() const = 0; ///< The prompt may be a question to the picture; it must where !canWrite().
    virtual bool canMatch() const = 0;

    /// What it computes in; never Auto.
    virtual Precision precision() const { return Precision::Float32; }

    /// Whose sides its texts mean: the patient's, or those of the picture as it is usually seen, which look() shows it.
    /// Nothing: the model does not say.
    virtual std::optional<imaging::Sides> textSides() const { return std::nullopt; }

    /// The words of a text that mean nothing to it: see Classifier::unknownWords.
    virtual std::vector<std::string> unknownWords(const std::string& /*text*/) const { return {}; }

    /// Encodes a picture, by its window and polarity, upright; all else is about it. Throws Error(InvalidInput) for a
    /// slice without pixels.
    virtual ReporterView look(const imaging::Slice& slice) = 0;

    /// `show` is called with the text so far after each token, not with beams. After a stop request what is there.
    /// Throws Error(WrongUse) before look(), for a model that does not write, or for a request without sense;
    /// Error(InvalidInput) for a prompt that is longer than the model reads.
    virtual Draft write(const DraftRequest& request, std::stop_token stop = {},
        const std::function<void(const std::string& text)>& show = {}) = 0;

    /// Throws Error(WrongUse) before look() and for a model that does not compare.
    virtual TextMatch match(const std::string& text) = 0;
};

} // namespace models
