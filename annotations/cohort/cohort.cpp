#include "annotations/cohort/cohort.h"

#include "annotations/cohort/cohort_database.h"
#include "annotations/cohort/mask_store.h"
#include "imaging/error.h"

#include <algorithm>

namespace annotations {

using detail::inStore;

namespace {

CohortTime systemNow()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::optional<Study> firstOf(SQLite::Statement& row)
{
    return row.executeStep() ? std::optional(detail::studyOf(row)) : std::nullopt;
}

std::string selectWhere(const char* condition)
{
    return std::string("SELECT ") + detail::kStudyColumns + " FROM studies WHERE " + condition;
}

std::optional<std::int64_t> idOf(const std::string& name)
{
    const bool digits = name.size() > 1 && name.size() < 19 && name.front() == 'S'
        && std::all_of(name.begin() + 1, name.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? std::optional<std::int64_t>(std::stoll(name.substr(1))) : std::nullopt;
}

} // namespace

void createCohort(const std::filesystem::path& folder, const CohortSettings& settings, CohortPlace place)
{
    detail::createDatabase(folder, settings, place);
}

void shareCohort(const std::filesystem::path& folder)
{
    detail::makeShared(folder);
}

Cohort::Cohort(const std::filesystem::path& folder, Clock clock)
    : m_folder(std::filesystem::absolute(folder).lexically_normal())
    , m_clock(clock ? std::move(clock) : Clock(systemNow))
    , m_database(detail::openDatabase(m_folder))
    , m_settings(inStore(m_folder, [&] { return detail::readSettings(*m_database); }))
{
}

Cohort::~Cohort() = default;
Cohort::Cohort(Cohort&&) noexcept = default;

std::int64_t Cohort::dataVersion() const
{
    return inStore(m_folder, [&] { return m_database->execAndGet("PRAGMA data_version").getInt64(); });
}

CohortCounts Cohort::counts() const
{
    return inStore(m_folder, [&] {
        CohortCounts counts;
        SQLite::Statement rows(*m_database, "SELECT state, COUNT(*), SUM(text <> '') FROM studies GROUP BY state");
        while (rows.executeStep()) {
            const int state = rows.getColumn(0).getInt();
            if (state < 0 || state >= kCaseStates)
                throw detail::damagedRow("a study has a state that it cannot have");
            counts.byState[static_cast<std::size_t>(state)] = rows.getColumn(1).getInt();
            counts.studies += rows.getColumn(1).getInt();
            counts.texts += rows.getColumn(2).getInt();
        }
        return counts;
    });
}

Study Cohort::study(std::int64_t id) const
{
    return inStore(m_folder, [&] { return detail::findStudy(*this, id); });
}

std::optional<Study> Cohort::findByName(const std::string& name) const
{
    const auto id = idOf(name);
    if (!id)
        return {};
    return inStore(m_folder, [&] {
        SQLite::Statement row(*m_database, selectWhere("id = ?"));
        SQLite::bind(row, *id);
        return firstOf(row);
    });
}

std::vector<Study> Cohort::findByPicture(const std::string& digest, int slice) const
{
    return inStore(m_folder, [&] {
        SQLite::Statement rows(*m_database, selectWhere("digest = ? AND slice = ? ORDER BY id"));
        SQLite::bind(rows, digest, slice);
        return detail::studiesOf(rows);
    });
}

std::optional<Study> Cohort::findByInstance(const std::string& instanceUid) const
{
    return inStore(m_folder, [&] {
        SQLite::Statement row(*m_database, selectWhere("instance = ? AND instance <> '' ORDER BY id LIMIT 1"));
        SQLite::bind(row, instanceUid);
        return firstOf(row);
    });
}

std::vector<Study> Cohort::studiesAfter(std::int64_t afterId, int count) const
{
    return inStore(m_folder, [&] {
        SQLite::Statement rows(*m_database, selectWhere("id > ? ORDER BY id LIMIT ?"));
        SQLite::bind(rows, afterId, count);
        return detail::studiesOf(rows);
    });
}

std::vector<HistoryEntry> Cohort::history(std::int64_t id) const
{
    return inStore(m_folder, [&] { return detail::historyOf(*this, id); });
}

StoredMask Cohort::readMask(std::int64_t id, int maskRevision) const
{
    return detail::readMaskFile(m_folder, maskFile(id, maskRevision).lexically_relative(m_folder).generic_string());
}

std::filesystem::path Cohort::maskFile(std::int64_t id, int maskRevision) const
{
    return inStore(m_folder, [&] {
        SQLite::Statement row(*m_database, "SELECT mask_file FROM history WHERE study = ? AND revision = ?");
        SQLite::bind(row, id, maskRevision);
        if (!row.executeStep() || row.getColumn(0).getString().empty())
            throw imaging::Error(imaging::ErrorKind::NotFound,
                "Study " + detail::findStudy(*this, id).name + " has no mask of revision "
                    + std::to_string(maskRevision) + ".",
                m_folder.string());
        return m_folder / row.getColumn(0).getString();
    });
}

int Cohort::decisionsSince(const std::string& who, CohortTime since) const
{
    return inStore(m_folder, [&] {
        SQLite::Statement row(
            *m_database, "SELECT COUNT(*) FROM history WHERE who = ? AND time >= ? AND action IN (?, ?, ?)");
        SQLite::bind(row, who, detail::milliseconds(since), static_cast<int>(Action::Accepted),
            static_cast<int>(Action::Edited), static_cast<int>(Action::Rejected));
        row.executeStep();
        return row.getColumn(0).getInt();
    });
}

std::filesystem::path Cohort::pictureFile(const Study& study) const
{
    return m_folder / "pictures" / (study.name + ".png");
}

std::filesystem::path Cohort::sourceFile(const Study& study) const
{
    return (m_folder / study.picture).lexically_normal(); // An absolute path stays what it is.
}

} // namespace annotations
