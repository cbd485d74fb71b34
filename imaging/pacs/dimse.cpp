#include "imaging/pacs/dimse.h"

#include "imaging/pacs/association_broken.h"

#include <algorithm>
#include <utility>

namespace imaging::pacs::detail {

namespace {

constexpr std::size_t kMaxResponseData = std::size_t{1} << 24; // Matches and reports have kilobytes.

bool isResponse(const ReceivedCommand& message)
{
    const unsigned field = message.commands.number(CommandElement::CommandField).value_or(0);
    return (field & static_cast<unsigned>(Command::ResponseBit)) != 0;
}

Bytes receiveResponseData(Channel& channel, std::uint8_t context)
{
    Bytes data;
    channel.receiveData(context, [&data](std::span<const std::byte> piece) {
        if (data.size() + piece.size() > kMaxResponseData)
            throw AssociationBroken(BreakKind::Protocol, "sent an endless answer");
        data.insert(data.end(), piece.begin(), piece.end());
    });
    return data;
}

Response receiveResponse(Channel& channel, std::uint16_t messageId)
{
    const auto message = channel.receiveCommand();
    if (!message)
        throw AssociationBroken(BreakKind::Protocol, "ended the association instead of answering");
    const auto status = message->commands.number(CommandElement::Status);
    if (!isResponse(*message) || !status || message->commands.number(CommandElement::RespondedMessageId) != messageId)
        throw AssociationBroken(BreakKind::Protocol, "sent an answer that does not belong to the question");
    return {*status, message->commands,
        message->commands.hasDataSet() ? receiveResponseData(channel, message->context) : Bytes()};
}

void answer(Channel& channel, const ReceivedCommand& message, std::span<const PresentationContext> contexts,
    const Handlers& handlers)
{
    const auto context = std::ranges::find(contexts, message.context, &PresentationContext::id);
    if (context == contexts.end() || context->result != ContextResult::Accepted)
        throw AssociationBroken(BreakKind::Protocol, "used a presentation context that was not agreed on");
    if (isResponse(message))
        return dropData(channel, message); // Nothing was asked.
    const auto command = static_cast<Command>(message.commands.number(CommandElement::CommandField).value_or(0));
    if (const auto handler = handlers.find(command); handler != handlers.end())
        return handler->second(channel, message, *context);
    dropData(channel, message);
    channel.sendCommand(message.context, makeResponse(message.commands, kUnrecognizedOperation));
}

} // namespace

CommandSet makeRequest(Command command, const std::string& sopClassUid)
{
    CommandSet request;
    request.set(CommandElement::AffectedSopClass, sopClassUid);
    request.set(CommandElement::CommandField, static_cast<std::uint16_t>(command));
    return request;
}

std::uint16_t sendRequest(Channel& channel, Request request)
{
    const std::uint16_t messageId = channel.nextMessageId();
    request.command.set(CommandElement::MessageId, messageId);
    request.command.set(CommandElement::DataSetType, request.data ? kDataSetFollows : kNoDataSet);
    channel.sendCommand(request.context, request.command);
    if (request.data)
        channel.sendData(request.context, request.data->size, request.data->source);
    return messageId;
}

Response finalResponse(Channel& channel, std::uint16_t messageId, const OnPending& onPending)
{
    while (true) {
        Response response = receiveResponse(channel, messageId);
        if (!response.isPending())
            return response;
        if (onPending)
            onPending(response);
    }
}

Response exchange(Channel& channel, Request request, const OnPending& onPending)
{
    const std::uint16_t messageId = sendRequest(channel, std::move(request));
    return finalResponse(channel, messageId, onPending);
}

void serveRequests(Channel& channel, std::span<const PresentationContext> contexts, const Handlers& handlers)
{
    while (const auto message = channel.receiveCommand())
        answer(channel, *message, contexts, handlers);
    channel.answerRelease();
}

void dropData(Channel& channel, const ReceivedCommand& message)
{
    if (message.commands.hasDataSet())
        channel.receiveData(message.context, [](std::span<const std::byte>) {});
}

} // namespace imaging::pacs::detail
