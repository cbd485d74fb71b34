#include "models/training/training_log.h"

#include "imaging/files/atomic_file.h"
#include "models/data/csv.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace models::training {

namespace {

constexpr const char* kColumns = "epoch,learning_rate,loss,valid_dice,valid_iou,valid_pooled_dice,valid_pooled_iou,"
                                 "seconds_per_picture,seconds,seconds_waited_for_data,labelled_loss,unlabelled_loss,lv_"
                                 "loss,epi_change,labelled_dice";

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

std::string number(const std::optional<double>& value)
{
    return value ? number(*value) : std::string();
}

/// A log that somebody edited must not keep a training from going on, so this reads less strictly than readCsv.
std::string linesToKeep(const std::filesystem::path& file, int epochs)
{
    std::string kept = std::string(kColumns) + "\n";
    std::ifstream stream(file, std::ios::binary);
    const auto commasOf = [](const std::string& line) { return std::count(line.begin(), line.end(), ','); };
    const auto wanted = commasOf(kept);
    std::string header;
    std::getline(stream, header);
    const auto missing = kept.starts_with(header + ",") ? wanted - commasOf(header) : 0;
    for (std::string line; std::getline(stream, line);) {
        const int epoch = std::atoi(line.c_str());
        if (epoch >= 1 && epoch <= epochs && commasOf(line) == wanted - missing)
            kept += line + std::string(std::size_t(missing), ',') + "\n";
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
    m_text += data::csvLine({std::to_string(row.epoch), number(row.learningRate), number(row.loss), number(row.dice),
        number(row.iou), number(row.pooledDice), number(row.pooledIou), number(row.secondsPerPicture),
        number(row.seconds), number(row.secondsWaited), number(row.labelledLoss), number(row.unlabelledLoss),
        number(row.lvLoss), number(row.labelChange), number(row.labelledDice)});
    m_text += '\n';
    imaging::writeFileAtomically(m_file, m_text);
    EventWriter::Scalars scalars{{"train/loss", row.loss}, {"train/learning_rate", row.learningRate},
        {"train/seconds_per_picture", row.secondsPerPicture}, {"train/seconds_waited_for_data", row.secondsWaited},
        {"valid/dice", row.dice}, {"valid/iou", row.iou}, {"valid/pooled_dice", row.pooledDice},
        {"valid/pooled_iou", row.pooledIou}, {"train/labelled_loss", row.labelledLoss},
        {"train/labelled_dice", row.labelledDice}};
    const auto addIfThere = [&](const char* tag, const std::optional<double>& value) {
        if (value)
            scalars.emplace_back(tag, *value);
    };
    addIfThere("train/unlabelled_loss", row.unlabelledLoss);
    addIfThere("train/lv_loss", row.lvLoss);
    addIfThere("train/epi_change", row.labelChange);
    m_events.write(row.epoch, scalars);
}

} // namespace models::training
