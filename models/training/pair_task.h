#pragma once

#include "models/training/pair_steps.h"
#include "models/training/training_place.h"
#include "models/training/training_task.h"

namespace models::training {

/// What tasks that learn from pictures with texts have in common: data, place and steps, and what must be equal to
/// resume.
class PairTask : public TrainingTask
{
public:
    std::int64_t stepsPerEpoch() const override { return m_steps.stepsPerEpoch(); }
    std::vector<std::string> pictures(std::int64_t step) const override { return m_steps.pictures(step); }
    std::string settings() const override { return m_settings; }
    std::string defaultSettings() const override { return m_defaults; }

protected:
    /// `settings` are the options and `defaults` those of their kind, as JSON. All else must outlive the task.
    PairTask(const PairOptions& options, const PairData& data, const TrainingPlace& place,
        const vision::PictureFit& fit, const std::string& settings, std::string defaults);

    const PairData& m_data;
    const TrainingPlace& m_place;
    const vision::PictureFit m_fit;
    const PairSteps m_steps;

private:
    std::string m_settings;
    std::string m_defaults;
};

} // namespace models::training
