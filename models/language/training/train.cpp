#include "models/language/training/train.h"

#include "models/language/training/language_task.h"
#include "models/training/pair_training.h"

namespace models::language {

TrainResult trainLanguage(
    const LanguageTrainOptions& options, std::stop_token stop, const imaging::Progress& progress)
{
    requireValid(options);
    return training::trainTexts(options, stop, progress,
        [&](const training::PairData& data, const training::TrainingPlace& place) {
            prepareLanguage(options, data, place);
            return std::make_unique<LanguageTask>(options, data, place);
        });
}

} // namespace models::language
