#pragma once

#include "imaging/pacs/channel.h"
#include "imaging/pacs/command_set.h"
#include "imaging/pacs/pdu.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

// Requests and their responses (PS3.7 chapter 6) over an association, asked by this side or by the other. All functions
// throw AssociationBroken.

namespace imaging::pacs::detail {

/// A data set to be sent behind a command.
struct OutgoingData
{
    std::uint64_t size = 0;
    Channel::Source source;
};

struct Request
{
    std::uint8_t context = 0; ///< One that was agreed on.
    CommandSet command; ///< Gets its message ID, and whether a data set follows, when it is sent.
    std::optional<OutgoingData> data{};
};

/// A request's command with its first two elements.
CommandSet makeRequest(Command command, const std::string& sopClassUid);

struct Response
{
    std::uint16_t status = 0; ///< (0000,0900)
    CommandSet command;
    Bytes data; ///< The data set, such as a match of a query; empty when none came.

    /// More responses follow: 0xFF00 and 0xFF01, PS3.7 annex C.
    bool isPending() const { return (status & 0xFFFEU) == 0xFF00U; }
};

using OnPending = std::function<void(const Response&)>;

/// Sends a request to its last byte. Returns its message ID.
std::uint16_t sendRequest(Channel& channel, Request request);
/// Hands each pending response to a request to `onPending`, then returns the last one.
Response finalResponse(Channel& channel, std::uint16_t messageId, const OnPending& onPending = {});
/// Both: an operation from its request to its last response.
Response exchange(Channel& channel, Request request, const OnPending& onPending = {});

/// Answers one kind of command of the other side, on the context it came on: takes the data set that follows it, if
/// any, and sends the responses.
using Handler = std::function<void(Channel&, const ReceivedCommand&, const PresentationContext&)>;
using Handlers = std::map<Command, Handler>;

/// Answers the other side's requests until it releases the association: each by its handler, and what has none by
/// "unrecognized operation" (0x0211). `contexts` are those of the association with what was answered.
void serveRequests(Channel& channel, std::span<const PresentationContext> contexts, const Handlers& handlers);

/// For handlers: the data set of a command, if it has one, is received and dropped.
void dropData(Channel& channel, const ReceivedCommand& message);

} // namespace imaging::pacs::detail
