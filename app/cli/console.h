#pragma once

#include "imaging/progress.h"

#include <nlohmann/json_fwd.hpp>

#include <stop_token>
#include <string>

namespace app::cli {

/// Exit codes of every command; README lists them.
enum class ExitCode { Done = 0, Failed = 1, WrongUsage = 2, Refused = 3, PartlyDone = 4, Cancelled = 130 };

/// Where a command reads its common options from and writes its results to: results on stdout (one JSON document with
/// --json), progress and messages on stderr (no bar with --quiet or when stderr is no terminal).
class Console
{
public:
    bool json = false;
    bool quiet = false;
    std::stop_token stop;

    /// A bar on stderr with the stage and the remaining time; silent when there is no terminal or --quiet was given.
    imaging::Progress progress() const;

    /// One line of text on stdout; nothing with --json.
    void line(const std::string& text) const;

    /// How to go on after Ctrl-C, by whether there is a state to go on from.
    void stopped(bool saved) const;

    /// The one JSON document of a command; nothing without --json.
    void document(const nlohmann::json& document) const;
    bool hasDocument() const { return m_hasDocument; }

    /// "warning: ..." on stderr unless --quiet.
    void warn(const imaging::Warnings& warnings) const;
    /// All that was warned of, for a document: what is read there is what was read on stderr.
    const imaging::Warnings& warned() const { return m_warned; }

private:
    mutable bool m_hasDocument = false;
    mutable imaging::Warnings m_warned;
};

} // namespace app::cli
