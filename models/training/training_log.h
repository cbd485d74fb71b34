#pragma once

#include "models/training/event_writer.h"

#include <filesystem>
#include <optional>
#include <string>

namespace models::training {

/// Figures of one epoch.
struct EpochRow
{
    int epoch = 0; ///< From 1.
    double learningRate = 0;
    double loss = 0;
    double dice = 0; ///< Validation, mean over pictures.
    double iou = 0;
    double pooledDice = 0; ///< Validation, all pixels.
    double pooledIou = 0;
    double secondsPerPicture = 0; ///< Of training.
    double seconds = 0; ///< Since the start, all runs together.
    double secondsWaited = 0; ///< Of the epoch's steps, for data; in the run that finished the epoch.
    double labelledLoss = 0;
    /// Of the epoch's unlabelled pictures; nothing without them.
    std::optional<double> unlabelledLoss;
    std::optional<double> lvLoss;
    double labelledDice = 0; ///< Of the labelled pictures as the steps showed them.
    std::optional<double> labelChange; ///< Mean |P_t - P_(t-1)| of the averages that moved in this epoch.
};

/// `folder`/log.csv and an event file for TensorBoard beside it.
class TrainingLog
{
public:
    /// Rows of an earlier run after epoch `keepEpochs`, and rows that are no such rows, are dropped; those of a version
    /// with fewer columns get empty ones. Throws Error(Io).
    TrainingLog(const std::filesystem::path& folder, int keepEpochs);

    /// Throws Error(Io); the rows so far stay.
    void write(const EpochRow& row);

private:
    std::filesystem::path m_file;
    std::string m_text;
    EventWriter m_events;
};

} // namespace models::training
