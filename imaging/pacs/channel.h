#pragma once

#include "imaging/pacs/command_set.h"
#include "imaging/pacs/connection.h"
#include "imaging/pacs/pdu.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

namespace imaging::pacs::detail {

struct Pdu
{
    PduType type = PduType::Abort;
    Bytes body;
};

/// A command as it arrived, and the presentation context it came on.
struct ReceivedCommand
{
    std::uint8_t context = 0;
    CommandSet commands;
};

/// Messages (PS3.7) over the PDUs of one connection (PS3.8), once an association is agreed on. DCMTK's network layer is
/// not used: its waits cannot be stopped, its time-outs and its listening address are settings of the whole process,
/// and it parses and re-encodes datasets, where these go through unseen and unchanged. Every function throws
/// AssociationBroken.
class Channel
{
public:
    /// Fills the given buffer as far as the data set goes on; returns how many bytes.
    using Source = std::function<std::size_t(std::span<std::byte>)>;
    using Sink = std::function<void(std::span<const std::byte>)>;

    explicit Channel(Connection connection)
        : m_connection(std::move(connection))
    {
    }

    Connection& connection() { return m_connection; }
    void setPeerMaxPdu(std::uint32_t bytes);
    /// Of the next request of this side, PS3.7 section 9.1.
    std::uint16_t nextMessageId() { return ++m_lastMessageId; }

    void writePdu(const Bytes& pdu) { m_connection.writeAll(pdu); }
    /// Throws AssociationBroken(Closed) when the other side aborts.
    Pdu readPdu();

    void sendCommand(std::uint8_t context, const CommandSet& commands);
    /// Sends exactly `size` bytes of `source`, which must deliver them.
    void sendData(std::uint8_t context, std::uint64_t size, const Source& source);

    /// Nothing when the other side wishes to release the association instead.
    std::optional<ReceivedCommand> receiveCommand();
    /// The data set that follows a command, piece by piece.
    void receiveData(std::uint8_t context, const Sink& sink);

    /// Ends the association politely; never throws, as nothing depends on it.
    void release() noexcept;
    void answerRelease() noexcept;
    void abort() noexcept;

private:
    struct Pdv
    {
        std::uint8_t context;
        bool isCommand;
        bool isLast;
        std::span<const std::byte> data;
    };

    void sendFragments(std::uint8_t context, unsigned control, std::uint64_t size, const Source& source);
    std::optional<Pdv> nextPdv();

    Connection m_connection;
    std::size_t m_maxData = 16384 - 6; ///< Bytes of a message in one PDU to the other side.
    std::uint16_t m_lastMessageId = 0;
    Bytes m_outgoing;
    Bytes m_incoming; ///< The P-DATA body that `m_unread` points into.
    std::span<const std::byte> m_unread;
};

} // namespace imaging::pacs::detail
