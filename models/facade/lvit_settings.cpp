#include "models/facade/lvit_settings.h"

namespace models {

namespace {

std::vector<Setting> dataSettings(LvitTrainOptions& options)
{
    return {
        {"maskColumn", options.maskColumn, "column of the masks; with several classes one for each, joined by '+'"},
        {"pictureSize", options.pictureSize, "side of the square picture, a multiple of 16"},
        {"channels", options.channels, "channels of the picture, 1 or 3"},
        {"classes", options.classes, "names of the mask values 1, 2, ... when there are several classes"},
        {"finding", options.finding, "what the masks show"},
        {"tileSize", options.tileSize, "cut pictures into squares of so many of their pixels; 0: take them whole"},
        {"tileOverlap", options.tileOverlap, "pixels that neighbouring tiles share"},
        {"emptySlices", options.emptySlices, "slices of a stack without mask to keep for each with one; below 0: all"},
        {"windowCentre", options.windowCentre, "window of CT in HU"},
        {"windowWidth", options.windowWidth, "0: the files' own windows"},
        {"stretch", options.preparation.stretch,
            "make the lowest value of each slice black, the highest white (not of PNG and JPEG)"},
        {"claheClip", options.preparation.claheClip, "clip limit of CLAHE on slices, as OpenCV counts it; 0: none"},
        {"claheTiles", options.preparation.claheTiles, "its tiles along each side"},
        {"claheSide", options.preparation.claheSide, "side of the square on which it is done"},
        {"textSides", options.textSides, "whose left and right the texts mean: picture or patient"},
        {"textWording", options.textWording, "how the texts are worded: as_written or lvit_report"},
    };
}

std::vector<Setting> networkSettings(LvitTrainOptions& options)
{
    return {
        {"textEncoder", options.textEncoder, "package name or folder of a BERT"},
        {"network", options.network, "lvit, or unet to begin one from"},
        {"text", options.text, "false: LViT-TW, which reads no text"},
        {"plam", options.plam, "pixel-level attention over the skip connections"},
        {"width", options.width, "channels of the first level, a multiple of 8"},
        {"depth", options.depth, "blocks in each vision transformer"},
        {"textTokens", options.textTokens, "text tokens the network sees"},
        {"textUnits", options.textUnits, "words (the authors') or pieces"},
        {"dropout", options.dropout, "dropout of embeddings and MLPs"},
        {"loss", options.loss, "weighted_dice_bce (the authors') or dice_bce"},
    };
}

std::vector<Setting> labelSettings(LvitTrainOptions& options)
{
    return {
        {"labelledFraction", options.labelledFraction, "part of the training pictures whose masks are used"},
        {"unlabelled", options.unlabelled, "what the others give: none, pseudo or epi"},
    };
}

std::vector<Setting> epiSettings(LvitTrainOptions& options)
{
    return {
        {"epiDecay", options.epiDecay, "of the average of pseudo-labels"},
        {"epiUpdate", options.epiUpdate, "when they are averaged: step or epoch"},
        {"lvWeight", options.lvWeight, "weight of the LV loss on unlabelled pictures; 0: off"},
        {"contrastSet", options.contrastSet, "its contrast masks: drawings or labelled"},
        {"contrastSimilarity", options.contrastSimilarity, "how a text finds its contrast text: words or pooled"},
    };
}

} // namespace

std::vector<Setting> settingsOf(LvitTrainOptions& options)
{
    auto all = settingsOf(static_cast<TrainOptions&>(options));
    for (const auto& part : {dataSettings(options), settingsOf(options.augmentation), networkSettings(options),
             labelSettings(options), settingsOf(options.unlabelledPlan), epiSettings(options)})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

template <> Words<UnlabelledUse> wordsOf<UnlabelledUse>()
{
    return {{UnlabelledUse::None, "none"}, {UnlabelledUse::Pseudo, "pseudo"}, {UnlabelledUse::Epi, "epi"}};
}

template <> Words<NetworkKind> wordsOf<NetworkKind>()
{
    return {{NetworkKind::LViT, "lvit"}, {NetworkKind::UNet, "unet"}};
}

template <> Words<TextUnits> wordsOf<TextUnits>()
{
    return {{TextUnits::Words, "words"}, {TextUnits::Pieces, "pieces"}};
}

template <> Words<MaskLoss> wordsOf<MaskLoss>()
{
    return {{MaskLoss::WeightedDiceBce, "weighted_dice_bce"}, {MaskLoss::DiceBce, "dice_bce"}};
}

template <> Words<EpiUpdate> wordsOf<EpiUpdate>()
{
    return {{EpiUpdate::Step, "step"}, {EpiUpdate::Epoch, "epoch"}};
}

template <> Words<ContrastSource> wordsOf<ContrastSource>()
{
    return {{ContrastSource::Drawings, "drawings"}, {ContrastSource::Labelled, "labelled"}};
}

template <> Words<ContrastSimilarity> wordsOf<ContrastSimilarity>()
{
    return {{ContrastSimilarity::Words, "words"}, {ContrastSimilarity::Pooled, "pooled"}};
}

} // namespace models
