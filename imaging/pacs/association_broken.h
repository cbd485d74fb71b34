#pragma once

#include <stdexcept>
#include <string>

namespace imaging::pacs::detail {

enum class BreakKind {
    Unreachable, ///< No connection could be made.
    Refused, ///< The other side refused the association.
    Untrusted, ///< Its certificate, or this program's, does not stand the check.
    Closed, ///< The other side closed or aborted in the middle.
    TimedOut,
    Protocol, ///< What arrived is not DICOM or TLS, or breaks their rules.
    Stopped, ///< The stop token was triggered.
};

/// The association cannot go on. `what()` is a phrase whose subject is the other side: "closed the connection".
class AssociationBroken : public std::runtime_error
{
public:
    AssociationBroken(BreakKind kind, const std::string& phrase)
        : std::runtime_error(phrase)
        , m_kind(kind)
    {
    }

    BreakKind kind() const { return m_kind; }

private:
    BreakKind m_kind;
};

} // namespace imaging::pacs::detail
