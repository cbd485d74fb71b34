#include "imaging/pacs/stream.h"

#include "imaging/pacs/association_broken.h"

#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace imaging::pacs::detail {

namespace {

/// What recv(2) or send(2) says.
template <typename Call> Transfer transfer(Call call, short waitFor)
{
    ssize_t count = 0;
    do {
        count = call();
    } while (count < 0 && errno == EINTR);
    if (count > 0)
        return {static_cast<std::size_t>(count), 0};
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return {0, waitFor};
    throw AssociationBroken(BreakKind::Closed, "closed the connection");
}

class PlainStream : public Stream
{
public:
    explicit PlainStream(Descriptor socket)
        : m_socket(std::move(socket))
    {
    }

    Transfer read(std::span<std::byte> bytes) override
    {
        return transfer([&] { return ::recv(m_socket.get(), bytes.data(), bytes.size(), 0); }, POLLIN);
    }

    Transfer write(std::span<const std::byte> bytes) override
    {
        return transfer([&] { return ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }, POLLOUT);
    }

    void endWriting() noexcept override { ::shutdown(m_socket.get(), SHUT_WR); }
    int descriptor() const override { return m_socket.get(); }

private:
    Descriptor m_socket;
};

} // namespace

std::unique_ptr<Stream> plainStream(Descriptor socket)
{
    makeNonBlocking(socket);
    return std::make_unique<PlainStream>(std::move(socket));
}

} // namespace imaging::pacs::detail
