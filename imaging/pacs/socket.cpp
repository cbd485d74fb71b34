#include "imaging/pacs/socket.h"

#include "imaging/error.h"
#include "imaging/pacs/association_broken.h"

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

/// 0 or the errno of the attempt.
int connectOnce(int fd, const addrinfo& address, std::chrono::milliseconds timeout, const std::stop_token& stop)
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

void waitForDescriptor(int fd, short events, const Deadline& deadline, const std::stop_token& stop)
{
    while (true) {
        if (stop.stop_requested())
            throw AssociationBroken(BreakKind::Stopped, "was not waited for: cancelled");
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.end - Clock::now());
        if (left.count() <= 0)
            throw AssociationBroken(BreakKind::TimedOut, "did not answer within " + seconds(deadline.timeout));
        pollfd waiting{fd, events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kStopCheck).count()));
        if (ready > 0)
            return;
        if (ready < 0 && errno != EINTR)
            throw AssociationBroken(BreakKind::Closed, std::string("is out of reach: ") + std::strerror(errno));
    }
}

void waitForDescriptor(int fd, short events, std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    waitForDescriptor(fd, events, Deadline(timeout), stop);
}

void makeNonBlocking(const Descriptor& socket)
{
    ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL, 0) | O_NONBLOCK);
    const int yes = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Descriptor connectTo(
    const std::string& host, int port, std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    const AddressList addresses = resolve(host, port, 0);
    int problem = EADDRNOTAVAIL;
    for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
        Descriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (!socket.isOpen()) {
            problem = errno;
            continue;
        }
        makeNonBlocking(socket);
        problem = connectOnce(socket.get(), *address, timeout, stop);
        if (problem == 0)
            return socket;
    }
    throw AssociationBroken(BreakKind::Unreachable,
        problem == ECONNREFUSED ? std::string("cannot be reached: nothing listens on port ") + std::to_string(port)
                                : std::string("cannot be reached: ") + std::strerror(problem));
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
