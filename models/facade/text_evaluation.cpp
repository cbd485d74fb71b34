#include "models/facade/text_evaluation.h"

namespace models {

training::PairOptions pairOptionsOf(const TextEvaluateOptions& options)
{
    training::PairOptions pairs;
    pairs.data = options.data;
    pairs.trainSplit = options.trainSplit;
    pairs.validationSplit = options.split;
    pairs.textColumn = options.textColumn;
    pairs.imageColumn = options.imageColumn;
    pairs.textSides = options.textSides;
    pairs.device = options.device;
    pairs.batchSize = options.batchSize;
    pairs.cache = options.cache;
    pairs.readers = options.readers;
    return pairs;
}

} // namespace models
