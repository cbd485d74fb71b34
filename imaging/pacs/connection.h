#pragma once

#include "imaging/pacs/association_broken.h"
#include "imaging/pacs/socket.h"
#include "imaging/pacs/stream.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace imaging::pacs::detail {

/// A stream whose every wait ends: after a timeout without progress, or soon after a stop request.
class Connection
{
public:
    /// Without encryption. Throws as connectTo().
    static Connection open(const std::string& host, int port, std::chrono::milliseconds timeout, std::stop_token stop);

    Connection(Descriptor socket, std::stop_token stop);
    Connection(std::unique_ptr<Stream> stream, std::stop_token stop);

    /// The longest wait, from now on: for all the bytes of one read, so that nobody can hold a connection by sending a
    /// byte now and then, and for any progress of a write.
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; }

    /// Throws AssociationBroken(Closed|TimedOut|Stopped); with TLS also Protocol and Untrusted.
    void readExactly(std::span<std::byte> bytes);
    void writeAll(std::span<const std::byte> bytes);

    /// A last word before closing: written as far as it can be at once, even after a stop request.
    void abandon(std::span<const std::byte> bytes) noexcept;

private:
    void waitFor(short events, const Deadline& deadline);

    std::unique_ptr<Stream> m_stream;
    std::stop_token m_stop;
    std::chrono::milliseconds m_timeout{15'000};
};

} // namespace imaging::pacs::detail
