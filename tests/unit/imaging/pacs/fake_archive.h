#pragma once

#include "imaging/pacs/channel.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

/// An archive that misbehaves as told: on the other side of the network from the code under test.
class FakeArchive
{
public:
    struct Script
    {
        /// The status for the n-th object (from 0) of all associations; nothing: drop the connection instead of
        /// answering.
        std::function<std::optional<std::uint16_t>(int)> statusOf = [](int) { return std::uint16_t{0}; };
        std::function<imaging::pacs::detail::ContextResult(const imaging::pacs::detail::PresentationContext&)>
            resultOf = [](const auto&) { return imaging::pacs::detail::ContextResult::Accepted; };
        std::optional<imaging::pacs::detail::Reject> reject;
        bool isSilentAfterConnect = false;
        bool isSilentAfterData = false; ///< Takes the first object and never answers.
        std::uint32_t maxPdu = 16384;
    };

    explicit FakeArchive(Script script);
    ~FakeArchive();

    int port() const { return imaging::pacs::detail::boundPort(m_socket); }
    int objects() const { return m_objects; }
    int associations() const { return m_associations; }
    int mostContexts() const { return m_mostContexts; }
    /// The bytes of the last object that was received; to be asked when its answer has come.
    std::string lastDataSet() const
    {
        const std::scoped_lock lock(m_lock);
        return m_lastDataSet;
    }

private:
    void accept(const std::stop_token& stop);
    void serve(imaging::pacs::detail::Channel& channel, const std::stop_token& stop);

    Script m_script;
    imaging::pacs::detail::Descriptor m_socket;
    std::atomic<int> m_objects{0};
    std::atomic<int> m_associations{0};
    std::atomic<int> m_mostContexts{0};
    mutable std::mutex m_lock;
    std::string m_lastDataSet;
    std::jthread m_thread;
};
