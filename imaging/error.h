#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace imaging {

/// Why an operation could not give its result. The command line maps kinds to exit codes, the workstation to sentences.
enum class ErrorKind {
    InvalidInput, ///< A file, text or value that was refused: exit code 3.
    Unsupported, ///< Valid, but not something this program reads or writes: exit code 3.
    NotFound, ///< A file, series, model or node that is not there: exit code 3.
    Io, ///< Reading or writing failed (full disk, permissions): exit code 1.
    Network, ///< The other side is down, refused, or stopped in the middle: exit code 1.
    Model, ///< A model package that does not fit or cannot run: exit code 3.
    WrongUse, ///< The caller asked for something that makes no sense: exit code 2.
    Internal, ///< Everything else: exit code 1.
};

/// What the user may confirm, so that the operation goes on all the same.
enum class Confirmable {
    Nothing, ///< There is no way round.
    Run, ///< That it is meant, although the input is not what it is for.
    Sides, ///< Whose left is meant, or that the picture is stored as it is usually seen.
};

/// The one exception type of Limn. `what()` is a full English sentence that names the file or peer, the reason and,
/// where there is one, what to do. Never holds patient data; `context` is the file or peer alone.
class __attribute__((visibility("default"))) Error : public std::runtime_error
{
public:
    Error(ErrorKind kind, const std::string& message, std::string context = {},
        Confirmable confirmable = Confirmable::Nothing)
        : std::runtime_error(message)
        , m_kind(kind)
        , m_confirmable(confirmable)
        , m_context(std::move(context))
    {
    }

    ErrorKind kind() const { return m_kind; }
    const std::string& context() const { return m_context; }
    Confirmable confirmable() const { return m_confirmable; }

    /// Says which setting the sentence is about, as files of settings name it ("imageColumn"): a program adds what it
    /// calls that itself. The sentence holds for all of them.
    Error& about(std::string setting)
    {
        m_setting = std::move(setting);
        return *this;
    }
    const std::string& setting() const { return m_setting; } ///< Empty: none.

private:
    ErrorKind m_kind;
    Confirmable m_confirmable;
    std::string m_context;
    std::string m_setting;
};

} // namespace imaging
