#include "models/training/valid_options.h"

#include "imaging/error.h"
#include "models/package/model_folders.h"
#include "models/training/train_options.h"

#include <cmath>

namespace models::training {

void refuseSetting(const std::string& sentence)
{
    throw imaging::Error(imaging::ErrorKind::WrongUse, sentence).about(sentence.substr(0, sentence.find(' ')));
}

void requireAtLeast(const char* name, double value, double least)
{
    if (!(value >= least) || !std::isfinite(value)) {
        auto text = std::to_string(least);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
        refuseSetting(std::string(name) + " must be " + text + " or more.");
    }
}

void requireShare(const char* name, double value)
{
    if (!(value >= 0 && value < 1))
        refuseSetting(std::string(name) + " must lie between 0 and below 1.");
}

void requireValid(const TrainOptions& options)
{
    if (options.data.empty())
        refuseSetting("A folder of training data must be given.");
    if (options.output.empty())
        refuseSetting("An output folder must be given.");
    requireOtherFolder(options.output, options.data);
    if (options.trainSplit == options.validationSplit)
        refuseSetting("trainSplit and validationSplit must be different splits.");
    requireAtLeast("batchSize", options.batchSize, 1);
    requireAtLeast("epochs", options.epochs, 1);
    requireAtLeast("stepsPerEpoch", options.stepsPerEpoch, 0);
    requireAtLeast("earlyStopEpochs", options.earlyStopEpochs, 0);
    requireAtLeast("learningRate", options.learningRate, 0);
    requireAtLeast("weightDecay", options.weightDecay, 0);
    requireAtLeast("warmUpEpochs", options.warmUpEpochs, 0);
    requireAtLeast("warmUpRate", options.warmUpRate, 0);
    requireAtLeast("threads", options.threads, 0);
    requireAtLeast("loaderThreads", options.loaderThreads, 0);
    requireAtLeast("saveMinutes", options.saveMinutes, 0);
    requireAtLeast("gradientNorm", options.gradientNorm, 0);
    if (!(options.averageDecay >= 0 && options.averageDecay < 1))
        refuseSetting("averageDecay must lie between 0 (off) and below 1.");
}

} // namespace models::training
