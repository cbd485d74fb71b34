#pragma once

#include "imaging/progress.h"
#include "models/facade/adaptation.h"
#include "models/facade/averaged_masks.h"
#include "models/facade/blip2_training.h"
#include "models/facade/blip_training.h"
#include "models/facade/classifier.h"
#include "models/facade/clip_training.h"
#include "models/facade/evaluation.h"
#include "models/facade/imported_model.h"
#include "models/facade/language_training.h"
#include "models/facade/lvit_training.h"
#include "models/facade/package_average.h"
#include "models/facade/precision.h"
#include "models/facade/reporter.h"
#include "models/facade/segmenter.h"
#include "models/facade/text_evaluation.h"
#include "models/package/package.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>

namespace models {

/// What to train: the settings of one family of models.
using TrainRequest =
    std::variant<LvitTrainOptions, ClipTrainOptions, BlipTrainOptions, Blip2TrainOptions, LanguageTrainOptions>;

/// What the shared library limn-models can do. Linking it costs 0.35 s before main, so it is opened on first need.
class Library
{
public:
    virtual ~Library() = default;

    /// Opens a package that draws masks. `device`: "auto", "cpu", "cuda" or "cuda:N". Throws Error(Model) for a package
    /// of another kind, and with the full list of missing, unexpected and misshapen tensors when the weights do not fit
    /// config.json; Error(NotFound) when the text encoder is not there.
    virtual std::unique_ptr<Segmenter> openSegmenter(const std::filesystem::path& package, const std::string& device,
        Arithmetic arithmetic = Arithmetic::Fast) const = 0;

    /// Opens a model that compares pictures with texts: a folder of Hugging Face's or open_clip's, or OpenAI's file with its vocabulary
    /// beside it. `prompts`: what was learnt for it, a file or folder; empty: none. Throws Error(NotFound), or
    /// Error(Model) with everything that does not fit.
    virtual std::unique_ptr<Classifier> openClassifier(const std::filesystem::path& model,
        const std::filesystem::path& prompts, const std::string& device,
        Precision precision = Precision::Auto) const = 0;

    /// Opens a model of the same kind to adapt it. Throws as openClassifier.
    virtual std::unique_ptr<Adapter> openAdapter(const AdapterOptions& options) const = 0;

    /// Opens a model that writes about pictures or judges what is written: a Hugging Face folder of BLIP, BLIP-2 or
    /// InstructBLIP, the authors' `.pth` of a BLIP with vocab.txt beside it, or a folder whose config.json names LAVIS'
    /// `.pth` and what it needs (models/blip2/places.h). Throws Error(NotFound), or Error(Model) with everything that
    /// does not fit.
    virtual std::unique_ptr<Reporter> openReporter(
        const std::filesystem::path& model, const std::string& device, Precision precision = Precision::Auto) const = 0;

    /// Trains a model of the request's family and writes a package; resumable. `progress` gets stages like "epoch 3/20,
    /// loss 0.31, Dice 0.78".
    virtual TrainResult train(
        const TrainRequest& request, std::stop_token stop, const imaging::Progress& progress) const = 0;

    /// What a training in this output folder keeps of its averaged masks (EPI); null when it averaged none. Throws
    /// Error(Model) when its files do not belong together.
    virtual std::unique_ptr<AveragedMasks> openAveragedMasks(const std::filesystem::path& output) const = 0;

    /// Loads a package that draws masks and reads a split of a data folder, to score the one on the other. After a stop
    /// request fewer cases are there. Throws Error(Model) or Error(NotFound) for the package, Error(InvalidInput) or
    /// Error(NotFound) for the data.
    virtual std::unique_ptr<Evaluation> openEvaluation(
        const EvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress) const = 0;

    /// Scores a CLIP or BLIP on a split of a data folder with pictures and texts. Throws Error(Model) or Error(NotFound)
    /// for a model, Error(WrongUse) for one of another kind or whose texts mean other sides than the data's,
    /// Error(InvalidInput) or Error(NotFound) for the data.
    virtual TextEvaluation evaluateTexts(
        const TextEvaluateOptions& options, std::stop_token stop, const imaging::Progress& progress) const = 0;

    /// Loads the weights of a model of any kind (models/package/model_list.h) strictly and runs one forward pass, without
    /// what was learnt for a CLIP: that is read alone. Throws like openSegmenter, openClassifier or openReporter, with
    /// every problem in one message. Returns a line for the user.
    virtual std::string verifyPackage(const std::filesystem::path& package) const = 0;

    /// Makes a package of a checkpoint of the original project (`.pth.tar`, `.pt`, safetensors) or of another package's
    /// weights, or a text encoder of a Hugging Face BERT folder (`textEncoder` is not read then; empty: the package's
    /// own or the default one). Refused, it leaves nothing behind. Throws Error(Model).
    virtual ImportedModel importModel(const std::filesystem::path& checkpoint, const std::string& textEncoder,
        const std::filesystem::path& output) const = 0;

    /// Makes a package of the mean of packages' weights and gives the line of verifyPackage. Throws Error(WrongUse)
    /// when they differ in their settings, with what, or when the output holds a package; Error(Model),
    /// Error(NotFound), Error(Io).
    virtual std::string averageModels(const PackageAverage& average) const = 0;
};

/// Opens limn-models (beside the program, in ../lib, or in LIMN_MODELS_LIBRARY) once and keeps it. Thread-safe.
/// Throws Error(NotFound) with what to install when it is not there.
const Library& library();

} // namespace models
