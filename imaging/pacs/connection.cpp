#include "imaging/pacs/connection.h"

#include <utility>

namespace imaging::pacs::detail {

Connection Connection::open(const std::string& host, int port, std::chrono::milliseconds timeout, std::stop_token stop)
{
    Descriptor socket = connectTo(host, port, timeout, stop);
    return {std::move(socket), std::move(stop)};
}

Connection::Connection(Descriptor socket, std::stop_token stop)
    : Connection(plainStream(std::move(socket)), std::move(stop))
{
}

Connection::Connection(std::unique_ptr<Stream> stream, std::stop_token stop)
    : m_stream(std::move(stream))
    , m_stop(std::move(stop))
{
}

void Connection::waitFor(short events, const Deadline& deadline)
{
    waitForDescriptor(m_stream->descriptor(), events, deadline, m_stop);
}

void Connection::readExactly(std::span<std::byte> bytes)
{
    const Deadline end(m_timeout);
    while (!bytes.empty()) {
        const Transfer done = m_stream->read(bytes);
        bytes = bytes.subspan(done.bytes);
        if (done.bytes == 0 || m_stop.stop_requested())
            waitFor(done.waitFor, end);
    }
}

void Connection::writeAll(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const Transfer done = m_stream->write(bytes);
        bytes = bytes.subspan(done.bytes);
        if (done.bytes == 0 || m_stop.stop_requested())
            waitFor(done.waitFor, Deadline(m_timeout));
    }
}

void Connection::abandon(std::span<const std::byte> bytes) noexcept
{
    try {
        m_stream->write(bytes);
    } catch (const AssociationBroken&) {
        // The other side has gone already.
    }
    m_stream->endWriting();
}

} // namespace imaging::pacs::detail
