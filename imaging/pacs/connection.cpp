#include "imaging/pacs/connection.h"

#include "imaging/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace imaging::pacs::detail {

namespace {

using Clock = std::chrono::steady_clock;
using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

constexpr std::chrono::milliseconds kStopCheck{100};

std::string seconds(std::chrono::milliseconds time)
{
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "") + " s";
}

AddressList resolve(const std::string& host, int port, int flags)
{
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int problem =
        ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (problem != 0)
        throw AssociationBroken(BreakKind::Unreachable,
            "cannot be reached: the host name \"" + host + "\" is not known (" + ::gai_strerror(problem) + ")");
    return {found, &::freeaddrinfo};
}

void makeNonBlocking(int fd)
{
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/// 0 or the errno of the attempt.
int connectTo(int fd, const addrinfo& address, std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    waitForDescriptor(fd, POLLOUT, timeout, stop);
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size);
    return problem;
}

} // namespace

Descriptor::~Descriptor()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
{
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

namespace {

void waitUntil(
    int fd, short events, Clock::time_point deadline, std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    while (true) {
        if (stop.stop_requested())
            throw AssociationBroken(BreakKind::Stopped, "was not waited for: cancelled");
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0)
            throw AssociationBroken(BreakKind::TimedOut, "did not answer within " + seconds(timeout));
        pollfd waiting{fd, events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kStopCheck).count()));
        if (ready > 0)
            return;
        if (ready < 0 && errno != EINTR)
            throw AssociationBroken(BreakKind::Closed, std::string("is out of reach: ") + std::strerror(errno));
    }
}

} // namespace

void waitForDescriptor(int fd, short events, std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    waitUntil(fd, events, Clock::now() + timeout, timeout, stop);
}

Connection Connection::open(const std::string& host, int port, std::chrono::milliseconds timeout, std::stop_token stop)
{
    const AddressList addresses = resolve(host, port, 0);
    int problem = EADDRNOTAVAIL;
    for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
        Descriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (!socket.isOpen()) {
            problem = errno;
            continue;
        }
        makeNonBlocking(socket.get());
        problem = connectTo(socket.get(), *address, timeout, stop);
        if (problem == 0)
            return {std::move(socket), std::move(stop)};
    }
    throw AssociationBroken(BreakKind::Unreachable,
        problem == ECONNREFUSED ? std::string("cannot be reached: nothing listens on port ") + std::to_string(port)
                                : std::string("cannot be reached: ") + std::strerror(problem));
}

Connection::Connection(Descriptor socket, std::stop_token stop)
    : m_socket(std::move(socket))
    , m_stop(std::move(stop))
{
    makeNonBlocking(m_socket.get());
}

void Connection::waitFor(short events, Deadline deadline)
{
    waitUntil(m_socket.get(), events, deadline, m_timeout, m_stop);
}

void Connection::readExactly(std::span<std::byte> bytes)
{
    const Deadline end = deadline();
    while (!bytes.empty()) {
        const ssize_t count = ::recv(m_socket.get(), bytes.data(), bytes.size(), 0);
        if (count > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            waitFor(POLLIN, end);
        else if (count == 0 || errno != EINTR)
            throw AssociationBroken(BreakKind::Closed, "closed the connection");
        if (m_stop.stop_requested())
            waitFor(POLLIN, end);
    }
}

void Connection::writeAll(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            waitFor(POLLOUT, deadline());
        else if (errno != EINTR)
            throw AssociationBroken(BreakKind::Closed, "closed the connection");
        if (m_stop.stop_requested())
            waitFor(POLLOUT, deadline());
    }
}

void Connection::abandon(std::span<const std::byte> bytes) noexcept
{
    [[maybe_unused]] const ssize_t count =
        ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(m_socket.get(), SHUT_WR);
}

Descriptor listenOn(const std::string& address, int port)
{
    const std::string where = "port " + std::to_string(port) + " of " + (address.empty() ? "this machine" : address);
    try {
        const AddressList addresses = resolve(address, port, AI_PASSIVE | AI_NUMERICHOST);
        Descriptor socket(::socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        const int yes = 1;
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (!socket.isOpen() || ::bind(socket.get(), addresses->ai_addr, addresses->ai_addrlen) != 0
            || ::listen(socket.get(), SOMAXCONN) != 0)
            throw Error(ErrorKind::Network,
                "Cannot listen on " + where + ": " + std::strerror(errno) + ". Choose another port.", where);
        return socket;
    } catch (const AssociationBroken& broken) {
        throw Error(ErrorKind::WrongUse, "Cannot listen on " + where + ": it " + broken.what() + ".", where);
    }
}

int boundPort(const Descriptor& socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

} // namespace imaging::pacs::detail
