#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace support {

/// A TCP port of the loopback interface that was free a moment ago; 0 when none can be had.
inline int freePort()
{
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    int port = 0;
    if (::bind(handle, reinterpret_cast<sockaddr*>(&address), length) == 0
        && ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &length) == 0)
        port = ntohs(address.sin_port);
    ::close(handle);
    return port;
}

} // namespace support
