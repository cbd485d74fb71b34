#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace imaging::pacs::detail {

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

/// When a wait is over that begins now, and how long it will have been.
struct Deadline
{
    explicit Deadline(std::chrono::milliseconds wait)
        : timeout(wait)
        , end(std::chrono::steady_clock::now() + wait)
    {
    }

    std::chrono::milliseconds timeout;
    std::chrono::steady_clock::time_point end;
};

/// Waits until the descriptor is ready for `events` of poll(2), in slices short enough to notice a stop request.
/// Throws AssociationBroken(TimedOut|Stopped).
void waitForDescriptor(int fd, short events, const Deadline& deadline, const std::stop_token& stop);
void waitForDescriptor(int fd, short events, std::chrono::milliseconds timeout, const std::stop_token& stop);

/// A TCP connection; tries each address of `host`. Throws AssociationBroken(Unreachable|TimedOut|Stopped).
Descriptor connectTo(
    const std::string& host, int port, std::chrono::milliseconds timeout, const std::stop_token& stop);

/// No call waits from now on, and small packets are sent at once.
void makeNonBlocking(const Descriptor& socket);

/// A listening socket on a numeric address; port 0 takes a free one. Throws imaging::Error(Network).
Descriptor listenOn(const std::string& address, int port);

/// The local port of a bound socket.
int boundPort(const Descriptor& socket);

} // namespace imaging::pacs::detail
