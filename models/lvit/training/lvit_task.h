#pragma once

#include "models/lvit/config.h"
#include "models/lvit/training/lvit_step.h"
#include "models/lvit/training/predict.h"
#include "models/lvit/training/training_data.h"
#include "models/training/training_place.h"

namespace models::lvit {

/// Mean over the pictures.
inline const training::ScoreKind kScore{"Dice", "dice", training::ScoreUnit::Fraction, training::Better::Higher};

/// LViT in the loop of every training.
class LvitTask : public training::TrainingTask
{
public:
    /// Makes the network by the seed, or from options.initialWeights, on the place's device. Everything must outlive
    /// it.
    LvitTask(const LvitTrainOptions& options, const TrainingData& data, const training::TrainingPlace& place);

    torch::nn::Module& network() override { return *m_net; }
    std::int64_t stepsPerEpoch() const override { return m_plan.stepsPerEpoch(); }
    std::unique_ptr<training::StepInput> input(std::int64_t step) const override;
    training::StepLosses losses(std::int64_t step, const training::StepInput& input) override;
    training::Figures stepDone(const training::StepInput& input) override;
    std::vector<std::string> pictures(std::int64_t step) const override { return m_step.pictures(step); }
    std::optional<training::PrecisionGap> precisionGap(std::int64_t step) override
    {
        return m_step.precisionGap(step, m_net);
    }
    void setHalfPrecision(bool on) override { m_options.halfPrecision = on; }

    /// Makes P_0 with the prototype, and moves P where the settings say so.
    bool preparesEpoch(const training::TrainingPosition& position) const override;
    std::optional<training::Figures> prepareEpoch(const training::TrainingPosition& position,
        const std::stop_token& stop, const imaging::Progress& progress) override;

    std::vector<training::LogColumn> validationColumns() const override;
    training::ScoreKind score() const override { return kScore; }
    std::vector<double> validate(const std::stop_token& stop) override;
    std::vector<training::LogColumn> figureColumns() const override;
    std::vector<std::optional<double>> figures(const training::TrainingPosition& position) const override;
    int firstEpochOfPatience() const override { return m_semi ? m_options.unlabelledPlan.prototypeEpochs : 0; }

    void started() override;
    void writeBest(const training::TrainingPosition& position, const std::vector<double>& validation) override;
    /// With true, no and wrong texts.
    bool describeBest(const training::TrainingPosition& position, const std::stop_token& stop,
        const imaging::Progress& progress) override;

    std::string settings() const override;
    std::string defaultSettings() const override;
    void keep(training::TrainingState& state) override;
    void kept() override;
    void restore(training::TrainingState& state) override;

private:
    scoring::Scores scoresOf(LViT& net, const char* text, const std::stop_token& stop) const;
    ScoreOptions scoreOptions() const;
    PseudoLabels* labels() const { return m_semi ? m_semi->labels() : nullptr; }

    LvitTrainOptions m_options; ///< As given, but for a half precision that cannot be trusted.
    const TrainingData& m_data;
    const training::TrainingPlace& m_place;
    LViTPackage m_package;
    LViT m_net;
    training::StepPlan m_plan;
    std::unique_ptr<SemiSupervised> m_semi; ///< Null without unlabelled pictures.
    LvitStep m_step;
    int m_predictedEpoch = 0; ///< From 1: the last one before which the unlabelled pictures were predicted; 0: none.
};

} // namespace models::lvit
