#pragma once

#include "imaging/pacs/tls_settings.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace imaging::pacs {

/// A DICOM application on the network, and how long this program is willing to wait for it.
struct Node
{
    std::string aeTitle; ///< Of the other side, 1-16 characters.
    std::string host; ///< Name or address, IPv6 without brackets.
    int port = 104;
    std::string callingAeTitle = "LIMN"; ///< How this program calls itself.
    std::chrono::milliseconds connectTimeout{10'000}; ///< To reach the host.
    std::chrono::milliseconds acseTimeout{15'000}; ///< For the TLS handshake, and for the association.
    std::optional<TlsSettings> tls{}; ///< How to speak TLS with it; nothing: unencrypted.
    /// For any progress of a message, and for the whole of a PDU of its answer.
    std::chrono::milliseconds dimseTimeout{60'000};
};

/// Reads "AET@host:port", for example "ORTHANC@localhost:4242" or "PACS@[::1]:104".
/// Throws Error(WrongUse) saying which part is wrong.
Node parseNode(std::string_view text);

/// "AET@host:port", as parseNode() reads it.
std::string toString(const Node& node);

} // namespace imaging::pacs
