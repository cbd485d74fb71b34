#include "models/lvit/training/valid_options.h"

#include "imaging/error.h"
#include "models/lvit/training/training_package.h"
#include "models/training/batch.h"

#include <cmath>
#include <set>
#include <string>

namespace models::lvit {

namespace {

[[noreturn]] void refuse(const std::string& sentence)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse, sentence);
}

void requireAtLeast(const char* name, double value, double least)
{
    if (!(value >= least) || !std::isfinite(value)) {
        auto text = std::to_string(least);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
        refuse(std::string(name) + " must be " + text + " or more.");
    }
}

void requireValidPictures(const LvitTrainOptions& options)
{
    constexpr std::size_t kMostClasses = 255;
    std::set<std::string> names(options.classes.begin(), options.classes.end());
    if (names.size() != options.classes.size() || names.contains("") || options.classes.size() > kMostClasses)
        refuse("classes must be different names, at most 255.");
    const auto maskColumns = data::splitColumns(options.maskColumn).size();
    if (maskColumns == 0 || (maskColumns > 1 && maskColumns != options.classes.size()))
        refuse("maskColumn must name one column, or one for each of the classes.");
    if (!options.classes.empty() && options.unlabelled != UnlabelledUse::None)
        refuse("unlabelled pictures can be learnt from with one class only.");
    requireAtLeast("tileSize", options.tileSize, 0);
    requireAtLeast("tileOverlap", options.tileOverlap, 0);
    if (options.tileSize > 0 && (options.tileSize < 16 || 2 * options.tileOverlap > options.tileSize))
        refuse("tileSize must be 16 or more, and tileOverlap at most half of it.");
    requireAtLeast("windowWidth", options.windowWidth, 0);
    if (!std::isfinite(options.windowCentre) || std::isnan(options.emptySlices))
        refuse("windowCentre and emptySlices must be numbers.");
    if (options.flipProbability > 0)
        training::mirroredClasses(options.classes);
}

void requireValidSemi(const LvitTrainOptions& options)
{
    requireAtLeast("rampEpochs", options.rampEpochs, 0);
    requireAtLeast("unlabelledWeight", options.unlabelledWeight, 0);
    requireAtLeast("unlabelledPerStep", options.unlabelledPerStep, 0);
    requireAtLeast("lvWeight", options.lvWeight, 0);
    if (!(options.epiDecay >= 0 && options.epiDecay < 1))
        refuse("epiDecay must lie between 0 and below 1: at 1 the masks would never move.");
    if (options.unlabelled == UnlabelledUse::None)
        return;
    requireAtLeast("prototypeEpochs", options.prototypeEpochs, 1);
    if (options.prototypeEpochs >= options.epochs)
        refuse("prototypeEpochs must be less than epochs: the unlabelled pictures come after them.");
    if (options.batchSize < 2 || options.unlabelledPerStep >= options.batchSize)
        refuse("unlabelledPerStep must be less than batchSize, which counts labelled and unlabelled pictures.");
}

} // namespace

bool readsText(const LvitTrainOptions& options)
{
    return options.text && options.network == NetworkKind::LViT;
}

void requireValid(const LvitTrainOptions& options)
{
    if (options.data.empty())
        refuse("A folder of training data must be given.");
    if (options.output.empty())
        refuse("An output folder must be given.");
    if (data::splitColumns(options.textColumn).empty())
        refuse("textColumn must name a column of the manifest.");
    if (options.trainSplit == options.validationSplit)
        refuse("trainSplit and validationSplit must be different splits.");
    if (options.channels != 1 && options.channels != 3)
        refuse("channels must be 1 or 3.");
    requireAtLeast("batchSize", options.batchSize, 1);
    requireAtLeast("epochs", options.epochs, 1);
    requireAtLeast("stepsPerEpoch", options.stepsPerEpoch, 0);
    requireAtLeast("earlyStopEpochs", options.earlyStopEpochs, 0);
    requireAtLeast("learningRate", options.learningRate, 0);
    requireAtLeast("weightDecay", options.weightDecay, 0);
    requireAtLeast("threads", options.threads, 0);
    requireAtLeast("loaderThreads", options.loaderThreads, 0);
    requireAtLeast("saveMinutes", options.saveMinutes, 0);
    if (!(options.averageDecay >= 0 && options.averageDecay < 1))
        refuse("averageDecay must lie between 0 (off) and below 1.");
    requireValidSemi(options);
    if (!(options.labelledFraction > 0 && options.labelledFraction <= 1))
        refuse("labelledFraction must lie above 0 and at most at 1.");
    training::requireTruthful(options);
    requireValidPictures(options);
    validate(packageFor(options, /*textWidth=*/384).network);
}

} // namespace models::lvit
