#pragma once

#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "imaging/slice.h"
#include "models/facade/precision.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace models {

/// Texts with a {} for the class's name; the mean of their vectors stands for the class.
inline const std::vector<std::string> kRadiographTemplates{"a chest x-ray of {}.", "a radiograph showing {}."};

/// What a picture is to be told apart by.
struct ClassQuestion
{
    std::vector<std::string> classes; ///< Names, e.g. "pleural effusion".
    std::vector<std::string> templates = kRadiographTemplates; ///< Not read with learnt prompts.
    /// Each class is a finding of its own that is there or not: its text against the same of "no " and its name
    /// (Tiu et al. 2022, Nat Biomed Eng 6:1399). Without it the classes exclude each other. Not with learnt prompts.
    bool findings = false;
};

struct ClassScore
{
    std::string name;
    std::vector<std::string> texts; ///< What the model read for it.
    double logit = 0; ///< For a finding the difference to the text that denies it.
    /// 0..1. Among classes they add up to one, but for a SigLIP's, which are each for themselves as findings are.
    double probability = 0;
};

/// What the classifier saw and thinks of it.
struct Classification
{
    std::vector<ClassScore> scores; ///< In the order of the question.
    int size = 0; ///< The square that the network saw: size x size.
    std::vector<std::uint8_t> seen; ///< Its brightness 0..255, row by row.
    double pictureSeconds = 0;
    imaging::Warnings warnings;
    std::vector<std::string> unknownWords; ///< Of the question: see Classifier::unknownWords.
};

/// Where a picture speaks for a class: Grad-CAM, on the slice's own grid.
struct ClassHeat
{
    std::string name; ///< Of the class.
    int columns = 0;
    int rows = 0;
    /// 0..1, row by row; the largest is 1, or all are 0 when nothing speaks for it. 0 where the network does not look.
    std::vector<float> heat;
    double score = 0; ///< What was explained: the class's logit, as in ClassScore.
    double seconds = 0;
};

/// A loaded model that compares a picture with texts (CLIP, SigLIP). Not thread-safe.
///
///     auto classifier = library.openClassifier("clip-vit-base-patch16", {}, "cpu");
///     classifier->ask({{"pneumonia", "no finding"}, models::kRadiographTemplates});
///     auto answer = classifier->classify(slice);
class Classifier
{
public:
    virtual ~Classifier() = default;

    /// Names of the classes that learnt prompts were made with; empty: none, or the file does not say.
    virtual const std::vector<std::string>& learntClasses() const = 0;

    /// What it computes in; never Auto.
    virtual Precision precision() const { return Precision::Float32; }

    /// Whose sides its texts mean: the patient's, or those of the picture as it is usually seen, which classify() shows
    /// it. Nothing: the model does not say.
    virtual std::optional<imaging::Sides> textSides() const { return std::nullopt; }

    /// What to say where it tells sides apart no better than who always names the most frequent one, a sentence; nothing:
    /// it does, or its package does not say.
    virtual std::optional<std::string> sideDoubt() const { return std::nullopt; }

    /// The words of a text, in lower case and each once, that mean nothing to it: its vocabulary has no token for them,
    /// or its package lists the words of the texts that it has learnt from, and they are none of these.
    virtual std::vector<std::string> unknownWords(const std::string& /*text*/) const { return {}; }

    /// Encodes the texts of a question; the warnings are also in each answer. Throws Error(WrongUse) for less than two
    /// classes (less than one finding), an empty or repeated name, a template without {}, or names that learnt prompts
    /// cannot take.
    virtual void ask(const ClassQuestion& question) = 0;

    /// The last question's answer for a picture, by its window and polarity, upright. Throws Error(WrongUse) before a
    /// question, Error(InvalidInput) for a slice without pixels.
    virtual Classification classify(const imaging::Slice& slice) = 0;

    /// Where the picture speaks for one of the last question's classes; takes little more than classify(). Throws as
    /// that, and Error(WrongUse) for a class that was not asked for.
    virtual ClassHeat explain(const imaging::Slice& slice, const std::string& name) = 0;
};

} // namespace models
