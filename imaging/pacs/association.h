#pragma once

#include "imaging/pacs/channel.h"
#include "imaging/pacs/node.h"

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

/// Proposes `contexts` (at most 128, one transfer syntax each, ids odd).
/// Throws AssociationBroken; its phrase follows the name of the other side.
Association requestAssociation(const Node& node, std::vector<PresentationContext> contexts, std::stop_token stop);

/// "The archive PACS@host:104", the subject of every sentence about it.
std::string describe(const Node& node);

} // namespace imaging::pacs::detail
