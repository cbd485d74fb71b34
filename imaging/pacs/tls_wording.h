#pragma once

#include "imaging/pacs/association_broken.h"

#include <string>

namespace imaging::pacs::detail {

enum class TlsPhase { Handshake, Data };

/// What the other side's certificate was measured against.
struct TlsExpected
{
    std::string authorities; ///< The file that holds them.
    std::string host; ///< Empty where none was asked for.
};

/// What is said of a TLS connection that failed: `error` is OpenSSL's code, 0 when the connection just ended, and
/// `verified` its verdict on the other side's certificate.
AssociationBroken tlsFailure(unsigned long error, long verified, TlsPhase phase, const TlsExpected& expected);

} // namespace imaging::pacs::detail
