#include "imaging/pacs/association.h"

#include "imaging/pacs/tls_stream.h"

#include <algorithm>
#include <utility>

namespace imaging::pacs::detail {

namespace {

constexpr std::uint32_t kOwnMaxPdu = 16384; // Only short answers come back.

Associate makeRequest(const Node& node, const std::vector<PresentationContext>& contexts)
{
    Associate request;
    request.calledAeTitle = node.aeTitle;
    request.callingAeTitle = node.callingAeTitle;
    request.contexts = contexts;
    request.maxPdu = kOwnMaxPdu;
    return request;
}

Associate negotiate(Channel& channel, const Associate& request)
{
    channel.writePdu(encodeAssociate(PduType::AssociateRequest, request));
    const Pdu answer = channel.readPdu();
    if (answer.type == PduType::AssociateReject)
        throw AssociationBroken(BreakKind::Refused, describe(decodeReject(answer.body)));
    if (answer.type != PduType::AssociateAccept)
        throw AssociationBroken(BreakKind::Protocol, "does not speak DICOM");
    return decodeAssociate(PduType::AssociateAccept, answer.body);
}

Connection connect(const Node& node, const std::optional<TlsContext>& tls, std::stop_token stop)
{
    Descriptor socket = connectTo(node.host, node.port, node.connectTimeout, stop);
    if (!tls)
        return {std::move(socket), std::move(stop)};
    auto stream = tlsStream(std::move(socket), *tls, node.host, node.acseTimeout, stop);
    return {std::move(stream), std::move(stop)};
}

} // namespace

std::optional<TlsContext> tlsOf(const Node& node)
{
    if (!node.tls)
        return std::nullopt;
    return std::optional<TlsContext>(std::in_place, *node.tls, TlsSide::Caller);
}

Association requestAssociation(const Node& node, std::vector<PresentationContext> contexts, std::stop_token stop)
{
    return requestAssociation(node, tlsOf(node), std::move(contexts), std::move(stop));
}

Association requestAssociation(const Node& node, const std::optional<TlsContext>& tls,
    std::vector<PresentationContext> contexts, std::stop_token stop)
{
    Channel channel(connect(node, tls, std::move(stop)));
    channel.connection().setTimeout(node.acseTimeout);
    const Associate answer = negotiate(channel, makeRequest(node, contexts));
    channel.setPeerMaxPdu(answer.maxPdu);
    channel.connection().setTimeout(node.dimseTimeout);
    for (PresentationContext& context : contexts) {
        const auto found = std::ranges::find(answer.contexts, context.id, &PresentationContext::id);
        context.result = found == answer.contexts.end() ? ContextResult::NoReason : found->result;
        if (context.result == ContextResult::Accepted && found->transferSyntaxes != context.transferSyntaxes)
            context.result = ContextResult::TransferSyntaxesNotSupported;
    }
    return {std::move(channel), std::move(contexts)};
}

std::string describe(const Node& node)
{
    return "The archive " + toString(node);
}

} // namespace imaging::pacs::detail
