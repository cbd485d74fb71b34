#include "models/training/pair_task.h"

#include "models/training/compared_settings.h"

#include <utility>

namespace models::training {

PairTask::PairTask(const PairOptions& options, const PairData& data, const TrainingPlace& place,
    const vision::PictureFit& fit, const std::string& settings, std::string defaults)
    : m_data(data)
    , m_place(place)
    , m_fit(fit)
    , m_steps(options, data, fit, place.group())
    , m_settings(settingsToCompare(settings, {"tokenizer"}, data.training, data.validation, place.processes()))
    , m_defaults(std::move(defaults))
{
}

} // namespace models::training
