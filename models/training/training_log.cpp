#include "models/training/training_log.h"

#include "imaging/error.h"
#include "models/training/csv.h"

#include <cstdio>
#include <fstream>

namespace models {

namespace {

constexpr const char* kColumns = "epoch,learning_rate,loss,valid_dice,valid_iou,valid_pooled_dice,valid_pooled_iou,"
                                 "seconds_per_picture,seconds";

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

std::string linesToKeep(const std::filesystem::path& file, int epochs)
{
    std::string kept = std::string(kColumns) + "\n";
    if (!std::filesystem::exists(file))
        return kept;
    for (const auto& row : readCsv(file).rows)
        if (std::atoi(row.fields.front().c_str()) <= epochs)
            kept += csvLine(row.fields) + "\n";
    return kept;
}

[[noreturn]] void refuse(const std::filesystem::path& file)
{
    throw imaging::Error(
        imaging::ErrorKind::Io, "The log '" + file.string() + "' cannot be written: is the disk full?", file.string());
}

} // namespace

TrainingLog::TrainingLog(const std::filesystem::path& folder, int keepEpochs)
    : m_file(folder / "log.csv")
    , m_events(folder, keepEpochs)
{
    const auto kept = linesToKeep(m_file, keepEpochs);
    std::ofstream stream(m_file, std::ios::binary | std::ios::trunc);
    stream << kept << std::flush;
    if (!stream)
        refuse(m_file);
}

void TrainingLog::write(const EpochRow& row)
{
    std::ofstream stream(m_file, std::ios::binary | std::ios::app);
    stream << csvLine(
        {std::to_string(row.epoch), number(row.learningRate), number(row.loss), number(row.dice), number(row.iou),
            number(row.pooledDice), number(row.pooledIou), number(row.secondsPerPicture), number(row.seconds)})
           << '\n'
           << std::flush;
    if (!stream)
        refuse(m_file);
    m_events.write(row.epoch,
        {{"train/loss", row.loss}, {"train/learning_rate", row.learningRate},
            {"train/seconds_per_picture", row.secondsPerPicture}, {"valid/dice", row.dice}, {"valid/iou", row.iou},
            {"valid/pooled_dice", row.pooledDice}, {"valid/pooled_iou", row.pooledIou}});
}

} // namespace models
