#include "models/training/training_log.h"

#include "imaging/files/atomic_file.h"
#include "models/training/csv.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace models {

namespace {

constexpr const char* kColumns = "epoch,learning_rate,loss,valid_dice,valid_iou,valid_pooled_dice,valid_pooled_iou,"
                                 "seconds_per_picture,seconds,seconds_waited_for_data";

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

/// A log that somebody edited must not keep a training from going on, so this reads less strictly than readCsv.
std::string linesToKeep(const std::filesystem::path& file, int epochs)
{
    std::string kept = std::string(kColumns) + "\n";
    std::ifstream stream(file, std::ios::binary);
    const auto commas = std::count(kept.begin(), kept.end(), ',');
    for (std::string line; std::getline(stream, line);) {
        const int epoch = std::atoi(line.c_str());
        if (epoch >= 1 && epoch <= epochs && std::count(line.begin(), line.end(), ',') == commas)
            kept += line + "\n";
    }
    return kept;
}

} // namespace

TrainingLog::TrainingLog(const std::filesystem::path& folder, int keepEpochs)
    : m_file(folder / "log.csv")
    , m_text(linesToKeep(m_file, keepEpochs))
    , m_events(folder, keepEpochs)
{
    imaging::writeFileAtomically(m_file, m_text);
}

void TrainingLog::write(const EpochRow& row)
{
    m_text += csvLine({std::to_string(row.epoch), number(row.learningRate), number(row.loss), number(row.dice),
        number(row.iou), number(row.pooledDice), number(row.pooledIou), number(row.secondsPerPicture),
        number(row.seconds), number(row.secondsWaited)});
    m_text += '\n';
    imaging::writeFileAtomically(m_file, m_text);
    m_events.write(row.epoch,
        {{"train/loss", row.loss}, {"train/learning_rate", row.learningRate},
            {"train/seconds_per_picture", row.secondsPerPicture}, {"train/seconds_waited_for_data", row.secondsWaited},
            {"valid/dice", row.dice}, {"valid/iou", row.iou}, {"valid/pooled_dice", row.pooledDice},
            {"valid/pooled_iou", row.pooledIou}});
}

} // namespace models
