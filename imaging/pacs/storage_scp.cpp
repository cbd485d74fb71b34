#include "imaging/pacs/storage_scp.h"

#include "imaging/error.h"
#include "imaging/log.h"
#include "imaging/pacs/store_provider.h"
#include "imaging/pacs/tls_stream.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace imaging::pacs {

namespace {

using detail::AssociationBroken;
using detail::BreakKind;

constexpr std::chrono::hours kListenForever{24};
constexpr std::chrono::milliseconds kOutOfDescriptors{100};
constexpr int kBusyAnswers = 16; ///< Associations at the same time that are only told to come back later.

struct Worker
{
    std::atomic<bool> isDone{false};
    std::jthread thread;
};

void prepareFolder(const StorageScpOptions& options)
{
    const std::filesystem::path incoming = detail::incomingFolder(options);
    std::error_code problem;
    std::filesystem::create_directories(incoming, problem);
    if (problem)
        throw Error(ErrorKind::Io,
            "The folder " + options.folder.string() + " of the archive cannot be made: " + problem.message() + ".",
            options.folder.string());
    for (const auto& left : std::filesystem::directory_iterator(incoming, problem)) // Of a run that was killed.
        if (left.path().extension() == ".part")
            std::filesystem::remove(left.path(), problem);
}

} // namespace

struct StorageScp::State
{
    StorageScpOptions options;
    std::optional<detail::TlsContext> tls;
    OnReceived onReceived; ///< Called under the lock; the workers are the only ones that share it.
    std::mutex receivedLock;
    detail::Descriptor socket;
    std::jthread acceptor;

    void acceptUntil(const std::stop_token& stop);
    bool waitForCaller(const std::stop_token& stop) const;
    std::unique_ptr<detail::Stream> streamOf(detail::Descriptor caller, const std::stop_token& stop) const;
    void serve(detail::Descriptor caller, detail::Admission admission, const std::stop_token& stop);
};

StorageScp::StorageScp(StorageScpOptions options, OnReceived onReceived)
    : m_state(std::make_unique<State>())
{
    if (options.tls)
        m_state->tls.emplace(*options.tls, detail::TlsSide::Archive);
    prepareFolder(options);
    m_state->socket = detail::listenOn(options.bindAddress, options.port);
    m_state->options = std::move(options);
    m_state->onReceived = std::move(onReceived);
    State* state = m_state.get();
    m_state->acceptor = std::jthread([state](const std::stop_token& stop) { state->acceptUntil(stop); });
}

StorageScp::~StorageScp() = default;

int StorageScp::port() const
{
    return detail::boundPort(m_state->socket);
}

bool StorageScp::State::waitForCaller(const std::stop_token& stop) const
{
    while (true) {
        try {
            detail::waitForDescriptor(socket.get(), POLLIN, kListenForever, stop);
            return true;
        } catch (const AssociationBroken& broken) {
            if (broken.kind() != BreakKind::TimedOut)
                return false;
        }
    }
}

void StorageScp::State::acceptUntil(const std::stop_token& stop)
{
    std::list<Worker> workers; // Destroyed, so waited for, when this function ends.
    while (waitForCaller(stop)) {
        detail::Descriptor caller(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
        workers.remove_if([](const Worker& worker) { return worker.isDone.load(); });
        const int active = static_cast<int>(workers.size());
        if (!caller.isOpen()) {
            std::this_thread::sleep_for(kOutOfDescriptors);
            continue;
        }
        if (active >= options.maxAssociations + kBusyAnswers)
            continue; // Closed without a word.
        const auto admission = active < options.maxAssociations ? detail::Admission::Open : detail::Admission::Busy;
        Worker& worker = workers.emplace_back();
        worker.thread = std::jthread([this, &worker, admission, stop, taken = std::move(caller)]() mutable {
            serve(std::move(taken), admission, stop);
            worker.isDone = true;
        });
    }
}

std::unique_ptr<detail::Stream> StorageScp::State::streamOf(
    detail::Descriptor caller, const std::stop_token& stop) const
{
    if (!tls)
        return detail::plainStream(std::move(caller));
    return detail::tlsStream(std::move(caller), *tls, {}, options.acseTimeout, stop);
}

void StorageScp::State::serve(detail::Descriptor caller, detail::Admission admission, const std::stop_token& stop)
{
    try {
        detail::Connection connection(streamOf(std::move(caller), stop), stop);
        detail::serveAssociation(
            std::move(connection), options, admission, [this](const ReceivedInstance& instance) {
                const std::scoped_lock lock(receivedLock);
                if (onReceived)
                    onReceived(instance);
            });
    } catch (const AssociationBroken& broken) {
        log(LogLevel::Info,
            std::string("An association with the archive ended early: the other side ") + broken.what() + ".");
    } catch (const std::exception& problem) {
        log(LogLevel::Error, std::string("An association with the archive failed: ") + problem.what());
    }
}

} // namespace imaging::pacs
