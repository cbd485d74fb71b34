#include "models/facade/training_settings.h"

namespace models {

namespace {

/// Of an enum whose words are written elsewhere, too.
template <typename Choice> Words<Choice> namesOf(std::initializer_list<Choice> choices)
{
    Words<Choice> words;
    for (const auto choice : choices)
        words.emplace_back(choice, nameOf(choice));
    return words;
}

} // namespace

std::vector<Setting> settingsOf(TrainOptions& options)
{
    return {
        {"data", options.data, "folder with manifest.csv, of LViT's own layout, or of DICOM studies"},
        {"output", options.output, "folder that becomes the model package"},
        {"textColumn", options.textColumn, "column of the texts; several joined by '+' are drawn at random"},
        {"imageColumn", options.imageColumn, "column of the pictures"},
        {"trainSplit", options.trainSplit, "rows to learn from"},
        {"validationSplit", options.validationSplit, "rows to choose the best epoch by"},
        {"name", options.name, "name of the package"},
        {"initialWeights", options.initialWeights, "package or file whose fitting weights the training starts from"},
        {"optimizer", options.optimizer, "adam, adamw or sgd"},
        {"learningRate", options.learningRate, "highest learning rate"},
        {"weightDecay", options.weightDecay, "weight decay"},
        {"schedule", options.schedule, "cosine_restarts (LViT's authors'), one_cycle or warm_cosine (CLIP's prompts)"},
        {"warmUpEpochs", options.warmUpEpochs, "of warm_cosine: epochs at warmUpRate before the cosine"},
        {"warmUpRate", options.warmUpRate, "their learning rate"},
        {"batchSize", options.batchSize, "pictures in a step"},
        {"epochs", options.epochs, "passes over the training split"},
        {"stepsPerEpoch", options.stepsPerEpoch, "0: one pass over the labelled pictures, or over all"},
        {"earlyStopEpochs", options.earlyStopEpochs, "stop after so many epochs without a better score; 0: never"},
        {"seed", options.seed, "of everything random"},
        {"gradientNorm", options.gradientNorm, "length that a longer gradient of a step is shortened to; 0: none is"},
        {"averageDecay", options.averageDecay, "average of weights, e.g. 0.998; 0: off"},
        {"halfPrecision", options.halfPrecision, "compute in bfloat16 where the processor can"},
        {"device", options.device, "auto, cpu, cuda or cuda:N"},
        {"threads", options.threads, "0: all cores"},
        {"loaderThreads", options.loaderThreads,
            "threads that make batches beside the training; 0: chosen by the cores"},
        {"cache", options.cache,
            "folder that keeps decoded pictures for the next run, or none (default: the user's cache)"},
        {"resume", options.resume, "go on where an interrupted training stopped"},
        {"saveMinutes", options.saveMinutes, "how often the state is saved within an epoch"},
        {"saveHalf", options.saveHalf, "store the package's weights in float16"},
        {"modalities", options.modalities, "DICOM modalities the package is for"},
        {"bodyParts", options.bodyParts, "body parts the package is for"},
        {"views", options.views, "views the package is for"},
    };
}

std::vector<Setting> settingsOf(training::PairOptions& options)
{
    auto all = settingsOf(static_cast<TrainOptions&>(options));
    const std::vector<Setting> own{
        {"textSides", options.textSides, "whose left and right the texts mean: picture or patient"},
        {"windowCentre", options.windowCentre, "window of CT in HU"},
        {"windowWidth", options.windowWidth, "0: the files' own windows"},
        {"tokenizer", options.tokenizer, "folder of the vocabulary; empty: one is learnt from the texts"},
        {"vocabularySize", options.vocabularySize, "tokens of a learnt vocabulary at most"},
        {"maskWeight", options.maskWeight,
            "weight of what the picture tower learns from masks: where they lie in it; 0: no mask is read"},
        {"maskColumn", options.maskColumn, "column of these masks"},
        {"pictureSize", options.tower.pictureSize, "side of the square picture, a multiple of patchSize"},
        {"patchSize", options.tower.patchSize, "side of a patch"},
        {"visionWidth", options.tower.visionWidth, "width of the picture tower, a multiple of 64 or at most 64"},
        {"visionLayers", options.tower.visionLayers, "blocks of the picture tower"},
    };
    for (const auto& part : {own, settingsOf(options.augmentation)})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<Setting> settingsOf(training::AugmentationOptions& options)
{
    return {
        {"flipProbability", options.flipProbability, "of a left-right flip with the sides in the text exchanged"},
        {"brightnessJitter", options.brightnessJitter, "added to the picture, uniform in +-"},
        {"contrastJitter", options.contrastJitter, "factor about the mean, uniform in 1 +-"},
        {"rotateDegrees", options.rotateDegrees, "small rotations, uniform in +-"},
        {"zoom", options.zoom, "random scale, uniform in 1 +-"},
        {"shift", options.shift, "random shift as a fraction of the picture, uniform in +-"},
        {"turnProbability", options.turnProbability,
            "of quarter turns and top-bottom flips where the text names no place"},
        {"clauseDropProbability", options.clauseDropProbability, "of leaving out each clause of a text but the last"},
        {"oneSideProbability", options.oneSideProbability,
            "of showing one side of a text about both, with its areas only"},
        {"deniedProbability", options.deniedProbability,
            "of showing, with an empty mask, a sentence that denies the finding or is about something else"},
        {"otherSideProbability", options.otherSideProbability,
            "of showing a text about one side as about the other, with an empty mask, where no text says that"},
        {"paraphraseProbability", options.paraphraseProbability, "of showing a text in LViT's wording in other words"},
        {"paraphrases", options.paraphrases, "how many other ways of putting each text are shown"},
        {"gammaJitter", options.gammaJitter, "brightness to the power of e^x, x uniform in +-"},
        {"windowJitter", options.windowJitter, "moves each end of the range of brightness, uniform in +-"},
        {"noise", options.noise, "highest standard deviation of added noise, of 0..1"},
    };
}

std::vector<Setting> settingsOf(training::UnlabelledPlan& plan)
{
    return {
        {"prototypeEpochs", plan.prototypeEpochs, "epochs on labelled pictures only, before the others"},
        {"rampEpochs", plan.rampEpochs, "epochs in which the others' loss grows to its weight"},
        {"unlabelledWeight", plan.weight, "weight of the unlabelled pictures' loss"},
        {"unlabelledPerStep", plan.perStep, "of a step's pictures; 0: half"},
    };
}

template <> Words<Optimizer> wordsOf<Optimizer>()
{
    return {{Optimizer::Adam, "adam"}, {Optimizer::AdamW, "adamw"}, {Optimizer::Sgd, "sgd"}};
}

template <> Words<Schedule> wordsOf<Schedule>()
{
    return {{Schedule::CosineRestarts, "cosine_restarts"}, {Schedule::OneCycle, "one_cycle"},
        {Schedule::WarmCosine, "warm_cosine"}};
}

template <> Words<imaging::Sides> wordsOf<imaging::Sides>()
{
    return namesOf({imaging::Sides::Picture, imaging::Sides::Patient});
}

template <> Words<TextWording> wordsOf<TextWording>()
{
    return namesOf({TextWording::AsWritten, TextWording::LvitReport});
}

} // namespace models
