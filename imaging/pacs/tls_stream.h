#pragma once

#include "imaging/pacs/stream.h"
#include "imaging/pacs/tls_context.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

namespace imaging::pacs::detail {

/// Agrees on TLS with the other side of a connected socket, all within `timeout`. A caller wants the other side's
/// certificate to be for `host`, a name or an address, which an archive leaves empty.
/// Throws AssociationBroken: Untrusted when a certificate does not stand the check, Protocol when the other side does
/// not speak TLS, else as a Connection.
std::unique_ptr<Stream> tlsStream(Descriptor socket, const TlsContext& context, const std::string& host,
    std::chrono::milliseconds timeout, const std::stop_token& stop);

} // namespace imaging::pacs::detail
