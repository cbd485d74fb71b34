#pragma once

#include "annotations/cohort/cohort.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include <filesystem>
#include <memory>
#include <type_traits>
#include <utility>

/// What the files of annotations/cohort share: the store's file, its schema, rows to values. SQLite stays in here.
namespace annotations::detail {

/// Turns SQLite's exception into ours. Throws.
[[noreturn]] void throwStoreError(const std::filesystem::path& folder, const SQLite::Exception& problem);

/// Runs work on the store, SQLite's exceptions translated.
template <typename Work> auto inStore(const std::filesystem::path& folder, Work work)
{
    try {
        return work();
    } catch (const SQLite::Exception& problem) {
        throwStoreError(folder, problem);
    }
}

/// The same inside one transaction that has the write lock from its start: what is read in it stays true.
template <typename Work> auto inTransaction(const Cohort& cohort, Work work)
{
    return inStore(cohort.folder(), [&] {
        SQLite::Transaction transaction(cohort.database(), SQLite::TransactionBehavior::IMMEDIATE);
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            transaction.commit();
        } else {
            auto result = work();
            transaction.commit();
            return result;
        }
    });
}

/// To be thrown within inStore() for a row that our programs cannot have written.
SQLite::Exception damagedRow(const std::string& what);

/// Whether the folder lies on a drive of another computer (or on one of unknown kind).
bool isNetworkDrive(const std::filesystem::path& folder);

/// Whether the store was made for one computer (it keeps a write-ahead log).
bool isForOneComputer(SQLite::Database& database);

std::unique_ptr<SQLite::Database> openDatabase(const std::filesystem::path& folder);
void createDatabase(const std::filesystem::path& folder, const CohortSettings& settings, CohortPlace place);
void makeShared(const std::filesystem::path& folder);
CohortSettings readSettings(SQLite::Database& database);

/// The columns that studyOf() reads, in its order.
inline constexpr const char* kStudyColumns =
    "id, picture, slice, digest, instance, columns, rows, text, split, state, revision, mask_revision, entropy, "
    "disagreement, mismatch, uncertainty, shuffle, claimed_by, claimed_until, warnings, sentence";

Study studyOf(SQLite::Statement& row);
/// All rows of a statement.
std::vector<Study> studiesOf(SQLite::Statement& rows);
/// Throws Error(NotFound).
Study findStudy(const Cohort& cohort, std::int64_t id);

std::vector<HistoryEntry> historyOf(const Cohort& cohort, std::int64_t id);

std::int64_t milliseconds(CohortTime time);
CohortTime timeOf(std::int64_t milliseconds);

/// Sentences are stored one a line.
std::string storedLines(const std::vector<std::string>& lines);
std::vector<std::string> linesOf(const std::string& stored);

/// Absent scores are stored as -1.
std::optional<double> scoreOf(double stored);
double storedScore(const std::optional<double>& score);

} // namespace annotations::detail
