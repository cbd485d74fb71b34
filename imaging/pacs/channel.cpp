#include "imaging/pacs/channel.h"

#include <algorithm>
#include <array>
#include <string>

namespace imaging::pacs::detail {

namespace {

constexpr std::size_t kPduHeader = 6; // Type, reserved, length; PS3.8 section 9.3.1.
constexpr std::size_t kPdvHeader = 6; // Length, context, message control; PS3.8 section 9.3.5.
constexpr std::uint32_t kMaxIncomingPdu = 1 << 20; // Above what anyone announces; association PDUs are a few KB.
constexpr std::size_t kMaxOutgoingPdu = 1 << 17;
constexpr unsigned kCommandBit = 1; // Message control header, PS3.8 annex E.2.
constexpr unsigned kLastBit = 2;
constexpr std::size_t kMaxCommand = 1 << 16;
constexpr std::chrono::milliseconds kReleasePatience{2'000};

std::uint32_t readBig(std::span<const std::byte> bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    return value;
}

void writeBig(std::span<std::byte> bytes, std::size_t at, std::size_t value)
{
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<std::byte>(value >> (8 * (3 - i)) & 0xFF);
}

[[noreturn]] void throwProtocol(const std::string& phrase)
{
    throw AssociationBroken(BreakKind::Protocol, phrase);
}

} // namespace

void Channel::setPeerMaxPdu(std::uint32_t bytes)
{
    const std::size_t most = bytes == 0 ? kMaxOutgoingPdu : std::min<std::size_t>(bytes, kMaxOutgoingPdu);
    if (most < kPdvHeader + 2)
        throwProtocol("announced an impossible PDU size");
    m_maxData = (most - kPdvHeader) / 2 * 2; // Fragments have even lengths, PS3.8 annex E.
}

Pdu Channel::readPdu()
{
    std::array<std::byte, kPduHeader> header{};
    m_connection.readExactly(header);
    const auto type = std::to_integer<std::uint8_t>(header[0]);
    const std::uint32_t length = readBig(header, 2);
    if (type < static_cast<unsigned>(PduType::AssociateRequest) || type > static_cast<unsigned>(PduType::Abort))
        throwProtocol("does not speak DICOM");
    if (length > kMaxIncomingPdu)
        throwProtocol("sent a PDU of " + std::to_string(length) + " bytes, more than agreed");
    Pdu pdu{static_cast<PduType>(type), Bytes(length)};
    m_connection.readExactly(pdu.body);
    if (pdu.type == PduType::Abort)
        throw AssociationBroken(BreakKind::Closed, "aborted the association");
    return pdu;
}

void Channel::sendCommand(std::uint8_t context, const CommandSet& commands)
{
    const Bytes bytes = commands.encode();
    std::span<const std::byte> left = bytes;
    sendFragments(context, kCommandBit, bytes.size(), [&left](std::span<std::byte> piece) {
        std::copy_n(left.begin(), piece.size(), piece.begin());
        left = left.subspan(piece.size());
        return piece.size();
    });
}

void Channel::sendData(std::uint8_t context, std::uint64_t size, const Source& source)
{
    sendFragments(context, 0, size, source);
}

void Channel::sendFragments(std::uint8_t context, unsigned control, std::uint64_t size, const Source& source)
{
    std::uint64_t left = size;
    do {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, m_maxData));
        m_outgoing.resize(kPduHeader + kPdvHeader + count);
        m_outgoing[0] = static_cast<std::byte>(PduType::Data);
        m_outgoing[1] = {};
        writeBig(m_outgoing, 2, count + kPdvHeader);
        writeBig(m_outgoing, 6, count + 2);
        m_outgoing[10] = static_cast<std::byte>(context);
        m_outgoing[11] = static_cast<std::byte>(control | (count == left ? kLastBit : 0U));
        for (std::size_t done = 0; done < count;)
            done += source(std::span(m_outgoing).subspan(kPduHeader + kPdvHeader + done, count - done));
        m_connection.writeAll(m_outgoing);
        left -= count;
    } while (left > 0);
}

std::optional<Channel::Pdv> Channel::nextPdv()
{
    while (m_unread.empty()) {
        Pdu pdu = readPdu();
        if (pdu.type == PduType::ReleaseRequest)
            return std::nullopt;
        if (pdu.type != PduType::Data)
            throwProtocol("sent an unexpected kind of PDU");
        m_incoming = std::move(pdu.body);
        m_unread = m_incoming;
    }
    if (m_unread.size() < kPdvHeader)
        throwProtocol("sent a PDU that is cut off");
    const std::size_t length = readBig(m_unread, 0);
    if (length < 2 || length > m_unread.size() - 4)
        throwProtocol("sent a PDU whose lengths do not fit");
    const auto control = std::to_integer<unsigned>(m_unread[5]);
    const Pdv pdv{std::to_integer<std::uint8_t>(m_unread[4]), (control & kCommandBit) != 0, (control & kLastBit) != 0,
        m_unread.subspan(kPdvHeader, length - 2)};
    m_unread = m_unread.subspan(4 + length);
    return pdv;
}

std::optional<ReceivedCommand> Channel::receiveCommand()
{
    Bytes bytes;
    while (true) {
        const std::optional<Pdv> pdv = nextPdv();
        if (!pdv)
            return std::nullopt;
        if (!pdv->isCommand)
            throwProtocol("sent data where a command was due");
        if (bytes.size() + pdv->data.size() > kMaxCommand)
            throwProtocol("sent an endless command");
        bytes.insert(bytes.end(), pdv->data.begin(), pdv->data.end());
        if (pdv->isLast)
            return ReceivedCommand{pdv->context, CommandSet::decode(bytes)};
    }
}

void Channel::receiveData(std::uint8_t context, const Sink& sink)
{
    while (true) {
        const std::optional<Pdv> pdv = nextPdv();
        if (!pdv || pdv->isCommand || pdv->context != context)
            throwProtocol("sent something else where data were due");
        sink(pdv->data);
        if (pdv->isLast)
            return;
    }
}

void Channel::release() noexcept
{
    try {
        m_connection.setTimeout(kReleasePatience);
        writePdu(encodeRelease(PduType::ReleaseRequest));
        while (readPdu().type != PduType::ReleaseReply) { }
    } catch (const std::exception&) {
        // The connection is closed next in any case; all answers have arrived before.
    }
}

void Channel::answerRelease() noexcept
{
    try {
        writePdu(encodeRelease(PduType::ReleaseReply));
    } catch (const std::exception&) {
        // The other side has gone already.
    }
}

void Channel::abort() noexcept
{
    try {
        m_connection.abandon(encodeAbort());
    } catch (const std::exception&) {
        // Out of memory: closing the connection says the same.
    }
}

} // namespace imaging::pacs::detail
