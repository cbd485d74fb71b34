#include "annotations/cohort/cohort_database.h"

#include "annotations/cohort/cohort_schema.h"
#include "imaging/error.h"

#include <sqlite3.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace annotations::detail {

namespace {

using imaging::Error;
using imaging::ErrorKind;

constexpr int kBusyMilliseconds = 30'000;

std::filesystem::path fileIn(const std::filesystem::path& folder)
{
    return folder / "cohort.sqlite";
}

std::string quoted(const std::filesystem::path& path)
{
    return "'" + path.string() + "'";
}

[[noreturn]] void throwNoCohort(const std::filesystem::path& folder)
{
    throw Error(ErrorKind::NotFound,
        "The folder " + quoted(folder) + " holds no cohort: `limn relabel init` makes one.", folder.string());
}

/// Nothing in a file from elsewhere may run code of its own or exhaust memory.
void harden(SQLite::Database& database)
{
    sqlite3* handle = database.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 16 << 20);
    database.exec("PRAGMA cell_size_check = ON");
}

/// The statements that made the tables and indexes, sorted.
std::vector<std::string> schemaOf(SQLite::Database& database)
{
    std::vector<std::string> statements;
    SQLite::Statement rows(
        database, "SELECT type || ' ' || name || ' ' || sql FROM sqlite_master WHERE sql IS NOT NULL");
    while (rows.executeStep())
        statements.push_back(rows.getColumn(0).getString());
    std::sort(statements.begin(), statements.end());
    return statements;
}

void migrate(SQLite::Database& database, int from)
{
    for (int version = from; version < kSchemaVersion; ++version)
        database.exec(kMigrations[static_cast<std::size_t>(version)]);
    database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
}

int pragma(SQLite::Database& database, const std::string& name)
{
    return database.execAndGet("PRAGMA " + name).getInt();
}

void requireOurSchema(SQLite::Database& database, const std::filesystem::path& folder)
{
    if (pragma(database, "application_id") != kApplicationId)
        throw Error(ErrorKind::InvalidInput,
            "The file " + quoted(fileIn(folder)) + " is a database of another program, not a cohort.", folder.string());
    const int version = pragma(database, "user_version");
    if (version > kSchemaVersion)
        throw Error(ErrorKind::Unsupported,
            "The cohort in " + quoted(folder) + " was made by a newer version of Limn (store version "
                + std::to_string(version) + ", this program knows " + std::to_string(kSchemaVersion)
                + "): update this program.",
            folder.string());
    SQLite::Database model(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(model, 0);
    if (schemaOf(database) != schemaOf(model))
        throw damagedRow("its tables are not those that Limn makes");
}

void bringUpToDate(SQLite::Database& database)
{
    const int version = pragma(database, "user_version");
    if (version < 1 || version >= kSchemaVersion || pragma(database, "application_id") != kApplicationId)
        return;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    migrate(database, pragma(database, "user_version"));
    transaction.commit();
}

/// Empty: not decided yet.
std::optional<imaging::Sides> storedSides(const std::string& word)
{
    const auto sides = imaging::sidesFrom(word);
    if (!sides && !word.empty())
        throw damagedRow("the setting textSides is neither 'picture' nor 'patient'");
    return sides;
}

void writeSettings(SQLite::Database& database, const CohortSettings& settings)
{
    const auto sides = settings.textSides ? std::string(nameOf(*settings.textSides)) : std::string();
    const std::pair<const char*, const std::string&> values[] = {
        {"name", settings.name}, {"textSides", sides}, {"finding", settings.finding}};
    for (const auto& [key, value] : values) {
        SQLite::Statement insert(database, "INSERT INTO settings VALUES(?, ?)");
        SQLite::bind(insert, key, value);
        insert.exec();
    }
}

} // namespace

void throwStoreError(const std::filesystem::path& folder, const SQLite::Exception& problem)
{
    const std::string where = "The cohort in " + quoted(folder);
    const std::string reason = std::string(": ") + problem.what() + ".";
    switch (problem.getErrorCode()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        throw Error(ErrorKind::Io, where + " is being written by another program; try again in a moment.", folder);
    case SQLITE_FULL:
        throw Error(ErrorKind::Io, where + " cannot be written: the disk is full.", folder);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        throw Error(ErrorKind::Io, where + " cannot be read or written" + reason, folder);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        throw Error(ErrorKind::InvalidInput,
            where + " is damaged" + reason + " Its masks lie as pictures in masks/; go back to a copy of the folder.",
            folder);
    default:
        throw Error(ErrorKind::Internal, where + " cannot be used" + reason, folder);
    }
}

SQLite::Exception damagedRow(const std::string& what)
{
    return {what, SQLITE_CORRUPT};
}

bool isNetworkDrive(const std::filesystem::path& folder)
{
    // linux/magic.h, and the kernel's file system folders for those it leaves out: drives that live on this computer.
    constexpr std::array<std::uint32_t, 10> kLocal{0xEF53 /*ext*/, 0x58465342 /*XFS*/, 0x9123683E /*btrfs*/,
        0x01021994 /*tmpfs*/, 0x794C7630 /*overlay*/, 0x2FC12FC1 /*ZFS*/, 0xF2F52010 /*f2fs*/, 0x4D44 /*FAT*/,
        0x2011BAB0 /*exFAT*/, 0x7366746E /*NTFS*/};
    struct statfs info = {};
    if (::statfs(folder.c_str(), &info) != 0)
        return false; // Opening the file will say what is wrong.
    return std::find(kLocal.begin(), kLocal.end(), static_cast<std::uint32_t>(info.f_type)) == kLocal.end();
}

bool isForOneComputer(SQLite::Database& database)
{
    // Asked of SQLite and not read from the file: closing a file of our own would drop the locks that other connections
    // of this process hold on it (POSIX), and the last writer's work with them (sqlite.org/howtocorrupt.html, 2.2).
    return database.execAndGet("PRAGMA journal_mode").getString() == "wal";
}

std::unique_ptr<SQLite::Database> openDatabase(const std::filesystem::path& folder)
{
    const auto file = fileIn(folder);
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        throwNoCohort(folder);
    return inStore(folder, [&] {
        auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
        harden(*database);
        if (isNetworkDrive(folder) && isForOneComputer(*database))
            throw Error(ErrorKind::Unsupported,
                "The cohort in " + quoted(folder)
                    + " was made for one computer and lies on a network drive: run `limn relabel init --shared "
                      "--cohort DIR` on the computer that holds it.",
                folder.string());
        bringUpToDate(*database);
        requireOurSchema(*database, folder);
        database->exec("PRAGMA synchronous = FULL"); // A decision is on the disk when the reader sees it taken.
        return database;
    });
}

void createDatabase(const std::filesystem::path& folder, const CohortSettings& settings, CohortPlace place)
{
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        throw Error(ErrorKind::Io, "The folder " + quoted(folder) + " cannot be made: " + problem.message() + ".",
            folder.string());
    const bool shared = place == CohortPlace::SeveralComputers || isNetworkDrive(folder);
    inStore(folder, [&] {
        SQLite::Database database(
            fileIn(folder).string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds);
        database.exec(shared ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL");
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        // What an init that was killed left is an empty database, and becomes a cohort.
        if (!schemaOf(database).empty())
            throw Error(ErrorKind::WrongUse,
                "There is a cohort (or another database) in " + quoted(folder) + " already.", folder.string());
        migrate(database, 0);
        writeSettings(database, settings);
        transaction.commit();
    });
}

void makeShared(const std::filesystem::path& folder)
{
    if (std::error_code problem; !std::filesystem::is_regular_file(fileIn(folder), problem))
        throwNoCohort(folder);
    inStore(folder, [&] {
        SQLite::Database database(fileIn(folder).string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
        harden(database);
        requireOurSchema(database, folder);
        database.exec("PRAGMA journal_mode = DELETE");
    });
}

CohortSettings readSettings(SQLite::Database& database)
{
    CohortSettings settings;
    SQLite::Statement rows(database, "SELECT key, value FROM settings");
    while (rows.executeStep()) {
        const auto key = rows.getColumn(0).getString();
        auto value = rows.getColumn(1).getString();
        if (key == "name")
            settings.name = std::move(value);
        else if (key == "textSides")
            settings.textSides = storedSides(value);
        else if (key == "finding")
            settings.finding = std::move(value);
    }
    return settings;
}

} // namespace annotations::detail
