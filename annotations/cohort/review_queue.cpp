#include "annotations/cohort/review_queue.h"

#include "annotations/cohort/cohort_database.h"

#include <array>

namespace annotations {

using detail::inStore;
using detail::inTransaction;

namespace {

constexpr std::array<std::string_view, 6> kOrderNames{
    "uncertainty", "entropy", "disagreement", "mismatch", "random", "import"};

/// The column that an order sorts by, and which end comes first.
struct OrderColumn
{
    std::string name;
    bool worstFirst = true;
};

OrderColumn columnOf(QueueOrder order)
{
    switch (order) {
    case QueueOrder::Random:
        return {"shuffle", false};
    case QueueOrder::Import:
        return {"id", false};
    default:
        return {std::string(nameOf(order)), true};
    }
}

std::string orderBy(const OrderColumn& column)
{
    return " ORDER BY " + column.name + (column.worstFirst ? " DESC, id" : ", id");
}

/// The words of the partial indexes, so that SQLite uses them.
constexpr const char* kOpen = "state < 2 AND split <> 'test'";

std::string inFilter(const QueueFilter& filter)
{
    return filter.state ? "state = " + std::to_string(static_cast<int>(*filter.state)) + " AND split <> 'test'" : kOpen;
}

/// Rows behind the key ?1, ?2. The first half is what the index is entered by.
std::string behindKey(const OrderColumn& column)
{
    const std::string further = column.worstFirst ? " < ?1" : " > ?1";
    return column.name + (column.worstFirst ? " <= ?1" : " >= ?1") + " AND (" + column.name + further + " OR id > ?2)";
}

std::string beforeKey(const OrderColumn& column)
{
    const std::string nearer = column.worstFirst ? " > ?1" : " < ?1";
    return column.name + (column.worstFirst ? " >= ?1" : " <= ?1") + " AND (" + column.name + nearer + " OR id < ?2)";
}

/// Whole numbers are compared as such: a shuffle does not fit into a double.
void bindKey(SQLite::Statement& statement, QueueOrder order, const QueueKey& key)
{
    if (order == QueueOrder::Random || order == QueueOrder::Import)
        statement.bind(1, key.whole);
    else
        statement.bind(1, key.value);
    statement.bind(2, key.study);
}

bool isFree(const Cohort& cohort, const Study& study, const std::string& reader)
{
    return study.claimedBy.empty() || study.claimedBy == reader || study.claimedUntil <= cohort.now();
}

void writeClaim(const Cohort& cohort, Study& study, const std::string& reader, std::chrono::milliseconds lease)
{
    study.claimedBy = reader;
    study.claimedUntil = cohort.now() + lease;
    SQLite::Statement update(cohort.database(), "UPDATE studies SET claimed_by = ?, claimed_until = ? WHERE id = ?");
    SQLite::bind(update, reader, detail::milliseconds(study.claimedUntil), study.id);
    update.exec();
}

/// The case that the reader claimed last and that is still open.
std::optional<Study> presentCase(const Cohort& cohort, const std::string& reader)
{
    SQLite::Statement row(cohort.database(),
        std::string("SELECT ") + detail::kStudyColumns
            + " FROM studies WHERE claimed_by = ? AND claimed_by <> '' AND state < 2 ORDER BY claimed_until DESC, id "
              "LIMIT 1");
    SQLite::bind(row, reader);
    return row.executeStep() ? std::optional(detail::studyOf(row)) : std::nullopt;
}

/// Gives up all that the reader holds and remembers what was left undecided.
void skipPresent(const Cohort& cohort, const std::string& reader)
{
    SQLite::Statement skip(cohort.database(),
        "INSERT OR REPLACE INTO skips SELECT ?1, id, revision, ?2 FROM studies WHERE claimed_by = ?1 AND claimed_by <> "
        "'' AND state < 2");
    SQLite::bind(skip, reader, detail::milliseconds(cohort.now()));
    skip.exec();
    SQLite::Statement release(cohort.database(),
        "UPDATE studies SET claimed_by = '', claimed_until = 0 WHERE claimed_by = ? AND claimed_by <> ''");
    SQLite::bind(release, reader);
    release.exec();
}

std::optional<Study> firstFree(
    const Cohort& cohort, const std::string& reader, const std::string& skipped, const std::string& order)
{
    SQLite::Statement row(cohort.database(),
        std::string("SELECT ") + detail::kStudyColumns + " FROM studies WHERE " + kOpen
            + " AND (claimed_by = '' OR claimed_until <= ?2) AND " + skipped + order + " LIMIT 1");
    SQLite::bind(row, reader, detail::milliseconds(cohort.now()));
    return row.executeStep() ? std::optional(detail::studyOf(row)) : std::nullopt;
}

/// Cases that the reader has not skipped come first, then those skipped longest ago.
std::optional<Study> firstFor(const Cohort& cohort, const std::string& reader, QueueOrder order)
{
    const std::string skip = "(SELECT time FROM skips WHERE reader = ?1 AND study = id AND skips.revision = "
                             "studies.revision)";
    if (auto study = firstFree(cohort, reader, skip + " IS NULL", orderBy(columnOf(order))))
        return study;
    return firstFree(cohort, reader, skip + " IS NOT NULL", " ORDER BY " + skip + ", id");
}

} // namespace

std::string_view nameOf(QueueOrder order)
{
    return kOrderNames[static_cast<std::size_t>(order)];
}

std::optional<QueueOrder> queueOrderOf(std::string_view name)
{
    for (std::size_t index = 0; index < kOrderNames.size(); ++index)
        if (kOrderNames[index] == name)
            return static_cast<QueueOrder>(index);
    return {};
}

QueueKey keyOf(const Study& study, QueueOrder order)
{
    switch (order) {
    case QueueOrder::Uncertainty:
        return {study.uncertainty, 0, study.id};
    case QueueOrder::Entropy:
        return {detail::storedScore(study.scores.entropy), 0, study.id};
    case QueueOrder::Disagreement:
        return {detail::storedScore(study.scores.disagreement), 0, study.id};
    case QueueOrder::Mismatch:
        return {detail::storedScore(study.scores.mismatch), 0, study.id};
    case QueueOrder::Random:
        return {0, study.shuffle, study.id};
    case QueueOrder::Import:
        break;
    }
    return {0, study.id, study.id};
}

std::vector<Study> queuePage(
    const Cohort& cohort, QueueOrder order, const std::optional<QueueKey>& after, int count, const QueueFilter& filter)
{
    return inStore(cohort.folder(), [&] {
        const auto column = columnOf(order);
        SQLite::Statement rows(cohort.database(),
            std::string("SELECT ") + detail::kStudyColumns + " FROM studies WHERE " + inFilter(filter)
                + (after ? " AND " + behindKey(column) : std::string()) + orderBy(column) + " LIMIT ?3");
        if (after)
            bindKey(rows, order, *after);
        rows.bind(3, count);
        return detail::studiesOf(rows);
    });
}

int queuePosition(const Cohort& cohort, QueueOrder order, const QueueKey& key, const QueueFilter& filter)
{
    return inStore(cohort.folder(), [&] {
        SQLite::Statement row(cohort.database(),
            "SELECT COUNT(*) FROM studies WHERE " + inFilter(filter) + " AND " + beforeKey(columnOf(order)));
        bindKey(row, order, key);
        row.executeStep();
        return row.getColumn(0).getInt();
    });
}

int queueLength(const Cohort& cohort, const QueueFilter& filter)
{
    return inStore(cohort.folder(), [&] {
        return cohort.database().execAndGet("SELECT COUNT(*) FROM studies WHERE " + inFilter(filter)).getInt();
    });
}

std::optional<Study> resumeCase(Cohort& cohort, const std::string& reader, std::chrono::milliseconds lease)
{
    return inTransaction(cohort, [&] {
        auto study = presentCase(cohort, reader);
        if (study)
            writeClaim(cohort, *study, reader, lease);
        return study;
    });
}

std::optional<Study> nextCase(
    Cohort& cohort, const std::string& reader, QueueOrder order, std::chrono::milliseconds lease)
{
    return inTransaction(cohort, [&] {
        skipPresent(cohort, reader);
        auto study = firstFor(cohort, reader, order);
        if (study)
            writeClaim(cohort, *study, reader, lease);
        return study;
    });
}

bool claimCase(Cohort& cohort, std::int64_t id, const std::string& reader, std::chrono::milliseconds lease)
{
    return inTransaction(cohort, [&] {
        auto study = detail::findStudy(cohort, id);
        if (!isFree(cohort, study, reader))
            return false;
        writeClaim(cohort, study, reader, lease);
        return true;
    });
}

void releaseCase(Cohort& cohort, std::int64_t id, const std::string& reader)
{
    inTransaction(cohort, [&] {
        SQLite::Statement update(
            cohort.database(), "UPDATE studies SET claimed_by = '', claimed_until = 0 WHERE id = ? AND claimed_by = ?");
        SQLite::bind(update, id, reader);
        update.exec();
    });
}

} // namespace annotations
