#pragma once

#include "models/training/event_writer.h"

#include <filesystem>
#include <string>

namespace models {

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
};

/// `folder`/log.csv and an event file for TensorBoard beside it.
class TrainingLog
{
public:
    /// Rows of an earlier run after epoch `keepEpochs`, and rows that are no such rows, are dropped. Throws Error(Io).
    TrainingLog(const std::filesystem::path& folder, int keepEpochs);

    /// Throws Error(Io); the rows so far stay.
    void write(const EpochRow& row);

private:
    std::filesystem::path m_file;
    std::string m_text;
    EventWriter m_events;
};

} // namespace models
