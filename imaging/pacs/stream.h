#pragma once

#include "imaging/pacs/socket.h"

#include <cstddef>
#include <memory>
#include <span>

namespace imaging::pacs::detail {

/// How far a call on a stream came, as none of them waits.
struct Transfer
{
    std::size_t bytes = 0;
    short waitFor = 0; ///< Without bytes: the events of poll(2) to wait for before the call is made again.
};

/// What a connection runs over: bytes in their order, plain (plainStream) or encrypted (tlsStream). Reading and
/// writing throw AssociationBroken when there is no going on: Closed when the other side has closed.
class Stream
{
public:
    virtual ~Stream() = default;

    virtual Transfer read(std::span<std::byte> bytes) = 0;
    virtual Transfer write(std::span<const std::byte> bytes) = 0;
    /// Tells the other side that nothing more comes, if that can be done at once.
    virtual void endWriting() noexcept = 0;
    /// What to wait on.
    virtual int descriptor() const = 0;
};

std::unique_ptr<Stream> plainStream(Descriptor socket);

} // namespace imaging::pacs::detail
