#pragma once

#include "imaging/slice.h"
#include "models/facade/training.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <stop_token>
#include <string>
#include <vector>

namespace models {

/// What is learnt on top of a CLIP that stays as it is.
enum class AdaptMethod {
    Probe, ///< Logistic regression on the pictures' vectors (Radford et al. 2021, arXiv:2103.00020, section 3.2).
    TextProbe, ///< The same, begun at the classes' texts and held to them (Huang et al. 2024, arXiv:2404.02285: LP++;
               ///< Shakeri et al. 2024, arXiv:2409.03868).
    CoOp, ///< This and the following: clip/prompts.h.
    CoCoOp,
    Ivlp,
    Vpt,
    Language,
    Maple,
};

/// Whether a method learns prompts, which answer for classes that were not learnt, too; the probes do not.
bool learnsPrompts(AdaptMethod method);

/// How a training varies its pictures. What a class's name says of a side or a zone must stay true: where one does, no
/// picture may be mirrored.
enum class PictureVariation {
    Auto, ///< CropsAndFlips, or None where a class names a place.
    CropsAndFlips, ///< A part of 8 to 100 % of the area, mirrored or not: what the authors do.
    Crops,
    None, ///< As the model sees them in use. Where prompts do not reach the picture its vector is computed once.
};

/// What an adaptation is to be scored on.
enum class AdaptProtocol {
    None, ///< One adaptation to all classes.
    FewShot, ///< The same with several draws.
    BaseToNovel, ///< Learnt with the first half of the sorted classes, scored on both halves.
    CrossDataset, ///< Scored on other data sets with classes of their own.
    DomainGeneralisation, ///< Scored on other data sets with the same classes.
};

/// Settings of `limn adapt`. What is 0 or empty is the recipe's (recipeFor).
struct ClipAdaptOptions : TrainOptions
{
    static constexpr const char* kCommand = "limn adapt";

    ClipAdaptOptions();

    AdaptMethod method = AdaptMethod::Maple;
    std::filesystem::path model; ///< As Library::openClassifier.
    int shots = 16; ///< Pictures of each class; fewer where it has fewer.
    AdaptProtocol protocol = AdaptProtocol::None;
    int draws = 3; ///< Of a protocol: with the seeds 1, 2, ...
    std::vector<std::string> targets; ///< Data folders that CrossDataset and DomainGeneralisation are scored on.
    std::string classColumn = "class";
    std::string testSplit = "test";
    std::vector<std::string> templates; ///< Texts of zero-shot and of the text-informed probe, {} for the name.

    int contextTokens = 0; ///< Learnt tokens of a text, and of a picture where the method has both.
    int depth = 0; ///< Blocks with prompts of their own.
    std::string contextWords; ///< What the context begins as; "random": by chance.
    bool perClass = false; ///< CoOp: a context for each class.
    std::string classPosition = "end"; ///< CoOp: end, middle or front.
    bool halfRounding = false; ///< Prompts pass through float16, as in the authors' code.
    PictureVariation variation = PictureVariation::Auto;
};

/// The options with the method's own numbers where they leave it open: tokens, depth, epochs, learning rate, batch
/// (Khattak et al. 2023, arXiv:2210.03117; the source of cross-dataset and domain generalisation is learnt shorter).
ClipAdaptOptions recipeFor(ClipAdaptOptions options);

/// A picture and which of some classes it shows.
struct LabelledPicture
{
    std::filesystem::path file; ///< A picture, or a folder of DICOM files.
    int slice = 0; ///< From 1; 0: the only one there is.
    int label = 0; ///< Index of its class.
};

/// Reads a picture as the rest of the program does. Called from several threads. Throws imaging::Error.
using SliceReader = std::function<imaging::Slice(const LabelledPicture&)>;

/// One adaptation.
struct AdaptTask
{
    ClipAdaptOptions options; ///< With the recipe, a variation that is not Auto, the run's own output and seed.
    std::vector<std::string> classes;
    std::vector<LabelledPicture> training;
    std::vector<LabelledPicture> validation; ///< May be empty.
};

/// What to answer.
struct AdaptQuestion
{
    std::filesystem::path learnt; ///< Output of an adaptation; empty: zero-shot.
    std::vector<std::string> classes;
    std::vector<std::string> templates; ///< Of zero-shot.
    std::vector<LabelledPicture> pictures;
};

struct AdaptAnswers
{
    /// The most probable class of each picture; -1: the picture could not be read. Fewer after a stop request.
    std::vector<int> labels;
    imaging::Warnings warnings; ///< Of pictures, one sentence each.
};

/// A CLIP that is open to be adapted, and pictures' vectors that it has computed. Not thread-safe.
class Adapter
{
public:
    virtual ~Adapter() = default;

    /// Learns and writes prompts.safetensors into options.output, what prompts (or a probe) are with the classes and
    /// the model they are for. Prompts are learnt as every training is: state and log lie in output/training, a stop
    /// keeps the state, `resume` goes on as if there had been none. Pictures that cannot be read are left out, with a
    /// warning. Throws Error(InvalidInput) when a class keeps no picture, Error(WrongUse) and Error(Model) as a
    /// training does.
    virtual TrainResult adapt(const AdaptTask& task, std::stop_token stop, const imaging::Progress& progress) = 0;

    /// How many blocks of its towers prompts of this method can enter; of a probe any number.
    virtual int blocks(AdaptMethod) const { return std::numeric_limits<int>::max(); }

    /// Throws as Classifier::ask does.
    virtual AdaptAnswers answer(
        const AdaptQuestion& question, std::stop_token stop, const imaging::Progress& progress) = 0;
};

/// What an Adapter opens.
struct AdapterOptions
{
    std::filesystem::path model;
    std::string device = "auto";
    int threads = 0; ///< 0: all cores.
    std::filesystem::path cache; ///< Folder that keeps pictures' vectors for the next run; empty: none.
    SliceReader read;
};

} // namespace models
