#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace imaging::pacs::detail {

enum class BreakKind {
    Unreachable, ///< No connection could be made.
    Refused, ///< The other side refused the association.
    Closed, ///< The other side closed or aborted in the middle.
    TimedOut,
    Protocol, ///< What arrived is not DICOM, or breaks its rules.
    Stopped, ///< The stop token was triggered.
};

/// The association cannot go on. `what()` is a phrase whose subject is the other side: "closed the connection".
class AssociationBroken : public std::runtime_error
{
public:
    AssociationBroken(BreakKind kind, const std::string& phrase)
        : std::runtime_error(phrase)
        , m_kind(kind)
    {
    }

    BreakKind kind() const { return m_kind; }

private:
    BreakKind m_kind;
};

/// A file descriptor with one owner.
class Descriptor
{
public:
    explicit Descriptor(int fd = -1)
        : m_fd(fd)
    {
    }
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;

    int get() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }

private:
    int m_fd;
};

/// A TCP connection whose every wait ends: after a timeout without progress, or soon after a stop request.
class Connection
{
public:
    /// Tries each address of `host`. Throws AssociationBroken(Unreachable|TimedOut|Stopped).
    static Connection open(const std::string& host, int port, std::chrono::milliseconds timeout, std::stop_token stop);

    Connection(Descriptor socket, std::stop_token stop);

    /// The longest wait, from now on: for all the bytes of one read, so that nobody can hold a connection by sending a
    /// byte now and then, and for any progress of a write.
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; }

    /// Throws AssociationBroken(Closed|TimedOut|Stopped).
    void readExactly(std::span<std::byte> bytes);
    void writeAll(std::span<const std::byte> bytes);

    /// A last word before closing: written as far as it can be at once, even after a stop request.
    void abandon(std::span<const std::byte> bytes) noexcept;

private:
    using Deadline = std::chrono::steady_clock::time_point;

    Deadline deadline() const { return std::chrono::steady_clock::now() + m_timeout; }
    void waitFor(short events, Deadline deadline);

    Descriptor m_socket;
    std::stop_token m_stop;
    std::chrono::milliseconds m_timeout{15'000};
};

/// Waits until the descriptor is ready for `events` of poll(2), in slices short enough to notice a stop request.
/// Throws AssociationBroken(TimedOut|Stopped).
void waitForDescriptor(int fd, short events, std::chrono::milliseconds timeout, const std::stop_token& stop);

/// A listening socket on a numeric address; port 0 takes a free one. Throws imaging::Error(Network).
Descriptor listenOn(const std::string& address, int port);

/// The local port of a bound socket.
int boundPort(const Descriptor& socket);

} // namespace imaging::pacs::detail
