#include "models/lvit/training/valid_options.h"

#include "models/lvit/training/training_package.h"
#include "models/training/batch.h"
#include "models/training/valid_options.h"

#include <cmath>
#include <set>
#include <string>

namespace models::lvit {

namespace {

using training::refuseSetting;
using training::requireAtLeast;

void requireValidPictures(const LvitTrainOptions& options)
{
    constexpr std::size_t kMostClasses = 255;
    std::set<std::string> names(options.classes.begin(), options.classes.end());
    if (names.size() != options.classes.size() || names.contains("") || options.classes.size() > kMostClasses)
        refuseSetting("classes must be different names, at most 255.");
    const auto maskColumns = data::splitColumns(options.maskColumn).size();
    if (maskColumns == 0 || (maskColumns > 1 && maskColumns != options.classes.size()))
        refuseSetting("maskColumn must name one column, or one for each of the classes.");
    if (!options.classes.empty() && options.unlabelled != UnlabelledUse::None)
        refuseSetting("unlabelled pictures can be learnt from with one class only.");
    requireAtLeast("tileSize", options.tileSize, 0);
    requireAtLeast("tileOverlap", options.tileOverlap, 0);
    if (options.tileSize > 0 && (options.tileSize < 16 || 2 * options.tileOverlap > options.tileSize))
        refuseSetting("tileSize must be 16 or more, and tileOverlap at most half of it.");
    requireAtLeast("windowWidth", options.windowWidth, 0);
    if (!std::isfinite(options.windowCentre) || std::isnan(options.emptySlices))
        refuseSetting("windowCentre and emptySlices must be numbers.");
    if (options.augmentation.flipProbability > 0)
        training::mirroredClasses(options.classes);
}

void requireValidSemi(const LvitTrainOptions& options)
{
    const auto& plan = options.unlabelledPlan;
    requireAtLeast("rampEpochs", plan.rampEpochs, 0);
    requireAtLeast("unlabelledWeight", plan.weight, 0);
    requireAtLeast("unlabelledPerStep", plan.perStep, 0);
    requireAtLeast("lvWeight", options.lvWeight, 0);
    if (!(options.epiDecay >= 0 && options.epiDecay < 1))
        refuseSetting("epiDecay must lie between 0 and below 1: at 1 the masks would never move.");
    if (options.unlabelled == UnlabelledUse::None)
        return;
    requireAtLeast("prototypeEpochs", plan.prototypeEpochs, 1);
    if (plan.prototypeEpochs >= options.epochs)
        refuseSetting("prototypeEpochs must be less than epochs: the unlabelled pictures come after them.");
    if (options.batchSize < 2 || plan.perStep >= options.batchSize)
        refuseSetting("unlabelledPerStep must be less than batchSize, which counts labelled and unlabelled pictures.");
}

} // namespace

bool readsText(const LvitTrainOptions& options)
{
    return options.text && options.network == NetworkKind::LViT;
}

void requireValid(const LvitTrainOptions& options)
{
    training::requireValid(options);
    if (data::splitColumns(options.textColumn).empty())
        refuseSetting("textColumn must name a column of the manifest.");
    if (options.channels != 1 && options.channels != 3)
        refuseSetting("channels must be 1 or 3.");
    requireValidSemi(options);
    if (!(options.labelledFraction > 0 && options.labelledFraction <= 1))
        refuseSetting("labelledFraction must lie above 0 and at most at 1.");
    training::requireTruthful(options.augmentation);
    requireValidPictures(options);
    const auto package = packageFor(options, /*textWidth=*/384);
    validate(package.network);
    requireFittingPreparation(package);
}

} // namespace models::lvit
