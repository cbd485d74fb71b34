#pragma once

#include "imaging/pacs/channel.h"
#include "imaging/pacs/node.h"
#include "imaging/pacs/tls_context.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace imaging::pacs::detail {

/// An association that this program asked for: what was agreed on, and the channel to use it.
struct Association
{
    Channel channel;
    std::vector<PresentationContext> contexts; ///< As proposed, with the results of the other side.
};

/// The certificates for calls of a node, when it wants TLS. Throws Error(WrongUse|NotFound|InvalidInput).
std::optional<TlsContext> tlsOf(const Node& node);

/// Proposes `contexts` (at most 128, one transfer syntax each, ids odd) over a connection that is encrypted with `tls`.
/// Throws AssociationBroken; its phrase follows the name of the other side.
Association requestAssociation(const Node& node, const std::optional<TlsContext>& tls,
    std::vector<PresentationContext> contexts, std::stop_token stop);
/// The same, with tlsOf(node).
Association requestAssociation(const Node& node, std::vector<PresentationContext> contexts, std::stop_token stop);

/// "The archive PACS@host:104", the subject of every sentence about it.
std::string describe(const Node& node);

} // namespace imaging::pacs::detail
