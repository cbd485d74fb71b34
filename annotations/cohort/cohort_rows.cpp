#include "annotations/cohort/cohort_database.h"

#include "imaging/error.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <sstream>

namespace annotations::detail {

namespace {

template <typename Enum> Enum enumOf(const SQLite::Column& column, int count)
{
    const int value = column.getInt();
    if (value < 0 || value >= count)
        throw damagedRow(std::string("'") + column.getName() + "' has a value that it cannot have");
    return static_cast<Enum>(value);
}

std::string studyName(std::int64_t id)
{
    char text[32];
    std::snprintf(text, sizeof text, "S%06lld", static_cast<long long>(id));
    return text;
}

Scores scoresOf(const SQLite::Statement& row, int first)
{
    return {scoreOf(row.getColumn(first).getDouble()), scoreOf(row.getColumn(first + 1).getDouble()),
        scoreOf(row.getColumn(first + 2).getDouble())};
}

HistoryEntry entryOf(const SQLite::Statement& row)
{
    HistoryEntry entry;
    entry.revision = row.getColumn(0).getInt();
    entry.action = enumOf<Action>(row.getColumn(1), kActions);
    entry.time = timeOf(row.getColumn(2).getInt64());
    entry.who = row.getColumn(3).getString();
    entry.model = {row.getColumn(4).getString(), row.getColumn(5).getString(), row.getColumn(6).getString(),
        row.getColumn(7).getInt64()};
    entry.text = row.getColumn(8).getString();
    entry.modelText = row.getColumn(9).getString();
    entry.threshold = scoreOf(row.getColumn(10).getDouble());
    entry.scores = scoresOf(row, 11);
    entry.maskRevision = row.getColumn(14).getInt();
    entry.maskFile = row.getColumn(15).getString();
    entry.note = row.getColumn(16).getString();
    entry.conflicting = row.getColumn(17).getInt() != 0;
    entry.warnings = linesOf(row.getColumn(18).getString());
    return entry;
}

} // namespace

Study studyOf(SQLite::Statement& row)
{
    Study study;
    study.id = row.getColumn(0).getInt64();
    study.name = studyName(study.id);
    study.picture = row.getColumn(1).getString();
    study.slice = row.getColumn(2).getInt();
    study.digest = row.getColumn(3).getString();
    study.instanceUid = row.getColumn(4).getString();
    study.columns = row.getColumn(5).getInt();
    study.rows = row.getColumn(6).getInt();
    study.text = row.getColumn(7).getString();
    study.split = row.getColumn(8).getString();
    study.state = enumOf<CaseState>(row.getColumn(9), kCaseStates);
    study.revision = row.getColumn(10).getInt();
    study.maskRevision = row.getColumn(11).getInt();
    study.scores = scoresOf(row, 12);
    study.uncertainty = row.getColumn(15).getDouble();
    study.shuffle = row.getColumn(16).getInt64();
    study.claimedBy = row.getColumn(17).getString();
    study.claimedUntil = timeOf(row.getColumn(18).getInt64());
    study.warnings = linesOf(row.getColumn(19).getString());
    study.sentence = row.getColumn(20).getString();
    return study;
}

std::vector<Study> studiesOf(SQLite::Statement& rows)
{
    std::vector<Study> studies;
    while (rows.executeStep())
        studies.push_back(studyOf(rows));
    return studies;
}

Study findStudy(const Cohort& cohort, std::int64_t id)
{
    SQLite::Statement row(cohort.database(), std::string("SELECT ") + kStudyColumns + " FROM studies WHERE id = ?");
    SQLite::bind(row, id);
    if (!row.executeStep())
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "There is no study " + studyName(id) + " in the cohort '" + cohort.folder().string() + "'.",
            cohort.folder().string());
    return studyOf(row);
}

std::vector<HistoryEntry> historyOf(const Cohort& cohort, std::int64_t id)
{
    SQLite::Statement rows(cohort.database(),
        "SELECT revision, action, time, who, model, model_version, model_sha256, run, text, model_text, threshold, "
        "entropy, disagreement, mismatch, mask_revision, mask_file, note, conflicting, warnings FROM history WHERE "
        "study = ? ORDER BY revision");
    SQLite::bind(rows, id);
    std::vector<HistoryEntry> entries;
    while (rows.executeStep())
        entries.push_back(entryOf(rows));
    return entries;
}

std::string storedLines(const std::vector<std::string>& lines)
{
    std::string stored;
    for (const auto& line : lines) {
        stored += stored.empty() ? "" : "\n";
        std::replace_copy(line.begin(), line.end(), std::back_inserter(stored), '\n', ' ');
    }
    return stored;
}

std::vector<std::string> linesOf(const std::string& stored)
{
    std::vector<std::string> lines;
    std::istringstream stream(stored);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::int64_t milliseconds(CohortTime time)
{
    return time.time_since_epoch().count();
}

CohortTime timeOf(std::int64_t milliseconds)
{
    return CohortTime(std::chrono::milliseconds(milliseconds));
}

std::optional<double> scoreOf(double stored)
{
    return stored < 0 ? std::nullopt : std::optional(stored);
}

double storedScore(const std::optional<double>& score)
{
    return score.value_or(-1);
}

} // namespace annotations::detail
