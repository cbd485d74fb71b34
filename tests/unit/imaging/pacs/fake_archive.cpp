#include "fake_archive.h"

#include <algorithm>
#include <chrono>

#include <poll.h>
#include <sys/socket.h>

using namespace imaging::pacs::detail;
using namespace std::chrono_literals;

FakeArchive::FakeArchive(Script script)
    : m_script(std::move(script))
    , m_socket(listenOn("127.0.0.1", 0))
    , m_thread([this](const std::stop_token& stop) { accept(stop); })
{
}

FakeArchive::~FakeArchive() = default;

void FakeArchive::accept(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        try {
            waitForDescriptor(m_socket.get(), POLLIN, 1h, stop);
            Channel channel(Connection(Descriptor(::accept(m_socket.get(), nullptr, nullptr)), stop));
            ++m_associations;
            serve(channel, stop);
        } catch (const AssociationBroken&) {
            continue; // The next caller, or the end.
        }
    }
}

void FakeArchive::serve(Channel& channel, const std::stop_token& stop)
{
    const auto stayUntilStopped = [&] {
        while (!stop.stop_requested())
            std::this_thread::sleep_for(10ms);
    };
    if (m_script.isSilentAfterConnect)
        return stayUntilStopped();
    Associate associate = decodeAssociate(PduType::AssociateRequest, channel.readPdu().body);
    if (m_script.reject)
        return channel.writePdu(encodeReject(*m_script.reject));
    m_mostContexts = std::max(m_mostContexts.load(), static_cast<int>(associate.contexts.size()));
    channel.setPeerMaxPdu(associate.maxPdu);
    for (PresentationContext& context : associate.contexts)
        context.result = m_script.resultOf(context);
    associate.maxPdu = m_script.maxPdu;
    channel.writePdu(encodeAssociate(PduType::AssociateAccept, associate));
    while (const auto message = channel.receiveCommand()) {
        if (message->commands.hasDataSet()) {
            std::string received;
            channel.receiveData(message->context, [&](std::span<const std::byte> piece) {
                received.append(reinterpret_cast<const char*>(piece.data()), piece.size());
            });
            const std::scoped_lock lock(m_lock);
            m_lastDataSet = std::move(received);
        }
        if (m_script.isSilentAfterData)
            return stayUntilStopped();
        const auto status = m_script.statusOf(m_objects);
        if (!status)
            return;
        ++m_objects;
        channel.sendCommand(message->context, makeResponse(message->commands, *status, *status == 0 ? "" : "Because"));
    }
    channel.answerRelease();
}
