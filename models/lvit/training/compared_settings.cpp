#include "models/lvit/training/compared_settings.h"

#include "models/facade/lvit_settings.h"
#include "models/lvit/training/training_data.h"
#include "models/training/compared_settings.h"

namespace models::lvit {

std::string settingsToCompare(const LvitTrainOptions& options, const TrainingData& data, int processes)
{
    return training::settingsToCompare(
        optionsToJson(options), {"textEncoder", "textWording"}, data.training, data.validation, processes);
}

} // namespace models::lvit
