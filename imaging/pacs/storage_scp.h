#pragma once

#include "imaging/pacs/tls_settings.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imaging::pacs {

struct StorageScpOptions
{
    std::filesystem::path folder; ///< Made when absent.
    std::string bindAddress = "127.0.0.1"; ///< "0.0.0.0" or "::" to be reached from other machines.
    int port = 0; ///< 0 takes a free one.
    std::string aeTitle = "LIMN";
    bool checkCalledAeTitle = false; ///< Refuse associations meant for another AE title.
    std::vector<std::string> allowedCallingAeTitles{}; ///< Empty: everyone.
    std::optional<TlsSettings> tls{}; ///< Serve only callers that speak TLS; nothing: unencrypted.
    std::uint32_t maxPdu = 65536; ///< Bytes, announced to the other side.
    std::uint64_t maxInstanceBytes = std::uint64_t{4} << 30; ///< Larger objects are refused with 0xA700.
    int maxAssociations = 8; ///< At the same time; more are refused as "temporary congestion".
    std::chrono::milliseconds acseTimeout{15'000};
    std::chrono::milliseconds dimseTimeout{
        60'000}; ///< An association silent, or slower than a PDU, for this long is aborted.
};

struct ReceivedInstance
{
    std::filesystem::path path;
    std::string studyUid;
    std::string seriesUid;
    std::string sopClassUid;
    std::string sopInstanceUid;
    std::string transferSyntaxUid;
    std::string callingAeTitle;
};

/// The embedded archive: a Storage SCP (C-ECHO, C-STORE) that keeps what it receives, byte for byte, as
/// folder/STUDY/SERIES/INSTANCE.dcm. An instance is written to folder/.incoming, vetted there before any library parses
/// it, synced, and renamed into place; only then is it accepted, so there are no half files. An instance sent again
/// replaces the first. The destructor aborts what is under way and waits for its threads.
///
///     StorageScp archive({.folder = "archive", .port = 11112});
class StorageScp
{
public:
    using OnReceived = std::function<void(const ReceivedInstance&)>;

    /// Listens at once. `onReceived` is called from the receiving threads, one call at a time, and must not throw.
    /// Throws Error(Io) when the folder cannot be made or written, Error(Network) when the port cannot be had,
    /// Error(WrongUse|NotFound|InvalidInput) when the certificates cannot be used.
    explicit StorageScp(StorageScpOptions options, OnReceived onReceived = {});
    ~StorageScp();
    StorageScp(const StorageScp&) = delete;
    StorageScp& operator=(const StorageScp&) = delete;

    int port() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace imaging::pacs
