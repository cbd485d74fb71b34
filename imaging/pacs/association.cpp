#include "imaging/pacs/association.h"

#include "imaging/error.h"

#include <algorithm>
#include <charconv>

namespace imaging::pacs {

namespace {

constexpr const char* kVerificationSopClass = "1.2.840.10008.1.1";
constexpr const char* kImplicitLittleEndian = "1.2.840.10008.1.2";
constexpr std::uint32_t kOwnMaxPdu = 16384; // Only short answers come back.
constexpr std::uint8_t kContext = 1;

[[noreturn]] void refuse(std::string_view text, const std::string& reason)
{
    throw Error(ErrorKind::WrongUse,
        "\"" + std::string(text) + "\" is not a DICOM node: " + reason
            + ". Write it as AET@host:port, for example ORTHANC@localhost:4242.");
}

bool isAeTitle(std::string_view text)
{
    return !text.empty() && text.size() <= 16 && text.find_first_not_of(' ') != std::string_view::npos
        && std::ranges::all_of(text, [](char letter) { return letter >= 0x20 && letter < 0x7F && letter != '\\'; });
}

int parsePort(std::string_view text, std::string_view digits)
{
    int port = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (problem != std::errc() || end != digits.data() + digits.size() || port < 1 || port > 65535)
        refuse(text, "the port \"" + std::string(digits) + "\" is not a number from 1 to 65535");
    return port;
}

} // namespace

Node parseNode(std::string_view text)
{
    const auto at = text.find('@');
    const auto colon = text.rfind(':');
    if (at == std::string_view::npos)
        refuse(text, "the AE title and its @ are missing");
    if (colon == std::string_view::npos || colon < at || text.back() == ']')
        refuse(text, "the port is missing");
    Node node;
    node.aeTitle = text.substr(0, at);
    node.host = text.substr(at + 1, colon - at - 1);
    node.port = parsePort(text, text.substr(colon + 1));
    if (!isAeTitle(node.aeTitle))
        refuse(text, "an AE title has 1 to 16 ASCII characters");
    if (node.host.size() > 2 && node.host.front() == '[' && node.host.back() == ']')
        node.host = node.host.substr(1, node.host.size() - 2);
    if (node.host.empty() || node.host.find_first_of(" []@/") != std::string::npos)
        refuse(text, "the host name is missing or has a character that no host name has");
    return node;
}

std::string toString(const Node& node)
{
    const bool isIpv6 = node.host.find(':') != std::string::npos;
    return node.aeTitle + "@" + (isIpv6 ? "[" + node.host + "]" : node.host) + ":" + std::to_string(node.port);
}

std::optional<std::chrono::milliseconds> echo(const Node& node, std::stop_token stop)
{
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    try {
        auto [channel, contexts] = detail::requestAssociation(
            node, {{kContext, kVerificationSopClass, {kImplicitLittleEndian}, {}}}, std::move(stop));
        if (contexts.front().result != detail::ContextResult::Accepted)
            throw detail::AssociationBroken(
                detail::BreakKind::Refused, "does not support the echo (Verification) service");
        detail::CommandSet request;
        request.set(detail::CommandElement::AffectedSopClass, kVerificationSopClass);
        request.set(detail::CommandElement::CommandField, static_cast<std::uint16_t>(detail::Command::EchoRequest));
        request.set(detail::CommandElement::MessageId, 1);
        request.set(detail::CommandElement::DataSetType, detail::kNoDataSet);
        channel.sendCommand(kContext, request);
        const auto answer = channel.receiveCommand();
        const auto status = answer ? answer->commands.number(detail::CommandElement::Status) : std::nullopt;
        if (status != 0)
            throw detail::AssociationBroken(detail::BreakKind::Refused, "answered the echo with a failure");
        const auto took = std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - start);
        channel.release();
        return took;
    } catch (const detail::AssociationBroken& broken) {
        if (broken.kind() == detail::BreakKind::Stopped)
            return std::nullopt;
        throw Error(ErrorKind::Network, detail::describe(node) + " " + broken.what() + ".", toString(node));
    }
}

namespace detail {

namespace {

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

} // namespace

Association requestAssociation(const Node& node, std::vector<PresentationContext> contexts, std::stop_token stop)
{
    Channel channel(Connection::open(node.host, node.port, node.connectTimeout, std::move(stop)));
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

} // namespace detail

} // namespace imaging::pacs
