#pragma once

#include "models/training/event_writer.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace models::training {

/// A figure of each epoch.
struct LogColumn
{
    std::string name; ///< In log.csv
    std::string tag; ///< In TensorBoard, "valid/dice"; empty: not there.
};

/// `folder`/log.csv, whose first column is the epoch, and an event file for TensorBoard beside it.
class TrainingLog
{
public:
    /// Rows of an earlier run after epoch `keepEpochs`, and rows that are no such rows, are dropped; those of a version
    /// with fewer columns get empty ones. Throws Error(Io).
    TrainingLog(const std::filesystem::path& folder, std::vector<LogColumn> columns, int keepEpochs);

    /// `epoch` from 1, a figure for each column; nothing where there is none. Throws Error(Io); the rows so far stay.
    void write(int epoch, const std::vector<std::optional<double>>& figures);

private:
    std::filesystem::path m_file;
    std::vector<LogColumn> m_columns;
    std::string m_text;
    EventWriter m_events;
};

} // namespace models::training
