#pragma once

#include "imaging/pacs/node.h"

#include <chrono>
#include <optional>
#include <stop_token>

namespace imaging::pacs {

/// C-ECHO on an association of its own. Returns the time from the first packet to the answer, or nothing when it was
/// cancelled. Throws Error(Network) when the node is down, is not to be trusted, refuses the association, or does not
/// answer in time; Error(WrongUse|NotFound|InvalidInput) when its TLS settings cannot be used.
/// A stop request is honoured within a fifth of a second, except while the system resolves the host's name.
std::optional<std::chrono::milliseconds> echo(const Node& node, std::stop_token stop);

} // namespace imaging::pacs
