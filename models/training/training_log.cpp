#include "models/training/training_log.h"

#include "imaging/files/atomic_file.h"
#include "models/data/csv.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <utility>

namespace models::training {

namespace {

std::string headerOf(const std::vector<LogColumn>& columns)
{
    std::string header = "epoch";
    for (const auto& column : columns)
        header += "," + column.name;
    return header;
}

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
std::string linesToKeep(const std::filesystem::path& file, const std::vector<LogColumn>& columns, int epochs)
{
    std::string kept = headerOf(columns) + "\n";
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

TrainingLog::TrainingLog(const std::filesystem::path& folder, std::vector<LogColumn> columns, int keepEpochs)
    : m_file(folder / "log.csv")
    , m_columns(std::move(columns))
    , m_text(linesToKeep(m_file, m_columns, keepEpochs))
    , m_events(folder, keepEpochs)
{
    imaging::writeFileAtomically(m_file, m_text);
}

void TrainingLog::write(int epoch, const std::vector<std::optional<double>>& figures)
{
    std::vector<std::string> fields{std::to_string(epoch)};
    EventWriter::Scalars scalars;
    for (std::size_t index = 0; index < m_columns.size(); ++index) {
        fields.push_back(number(figures.at(index)));
        if (figures[index] && !m_columns[index].tag.empty())
            scalars.emplace_back(m_columns[index].tag, *figures[index]);
    }
    m_text += data::csvLine(fields) + '\n';
    imaging::writeFileAtomically(m_file, m_text);
    m_events.write(epoch, scalars);
}

} // namespace models::training
