#include "app/cli/commands.h"
#include "imaging/error.h"
#include "imaging/pacs/association.h"
#include "imaging/pacs/storage_scp.h"
#include "imaging/pacs/store_scu.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

namespace app::cli {

namespace {

namespace pacs = imaging::pacs;

struct NodeOptions
{
    std::string node;
    std::string calling = "LIMN";
    int timeout = 60;
};

void addNode(CLI::App& command, NodeOptions& options)
{
    command.add_option("node", options.node, "AET@host:port")->required();
    command.add_option("--calling", options.calling, "AE title of this program")->capture_default_str();
    command.add_option("--timeout", options.timeout, "Seconds to wait for an answer")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
}

pacs::Node nodeOf(const NodeOptions& options)
{
    auto node = pacs::parseNode(options.node);
    const std::chrono::milliseconds limit = std::chrono::seconds(options.timeout);
    node.callingAeTitle = options.calling;
    node.connectTimeout = std::min(node.connectTimeout, limit);
    node.acseTimeout = std::min(node.acseTimeout, limit);
    node.dimseTimeout = limit;
    return node;
}

ExitCode echo(const NodeOptions& options, const Console& console)
{
    const auto node = nodeOf(options);
    const auto time = pacs::echo(node, console.stop);
    if (!time)
        return ExitCode::Cancelled;
    console.line(pacs::toString(node) + " answered in " + std::to_string(time->count()) + " ms");
    console.document({{"node", pacs::toString(node)}, {"milliseconds", time->count()}});
    return ExitCode::Done;
}

std::vector<std::filesystem::path> filesIn(const std::vector<std::string>& paths)
{
    std::vector<std::filesystem::path> files;
    for (const std::filesystem::path path : paths) {
        if (!std::filesystem::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 path, std::filesystem::directory_options::skip_permission_denied))
            if (entry.is_regular_file())
                files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string_view nameOf(pacs::StoreState state)
{
    switch (state) {
    case pacs::StoreState::Stored:
        return "stored";
    case pacs::StoreState::StoredWithWarning:
        return "stored with warning";
    case pacs::StoreState::Refused:
        return "refused";
    case pacs::StoreState::NotSent:
        return "not sent";
    case pacs::StoreState::Unconfirmed:
        return "unconfirmed";
    case pacs::StoreState::Cancelled:
        break;
    }
    return "cancelled";
}

struct SendOptions
{
    NodeOptions node;
    std::vector<std::string> paths;
};

ExitCode send(const SendOptions& options, const Console& console)
{
    const auto files = filesIn(options.paths);
    if (files.empty())
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file to send.");
    const auto results = pacs::store(nodeOf(options.node), files, console.stop, console.progress());
    auto list = nlohmann::json::array();
    std::size_t stored = 0;
    for (const auto& result : results) {
        stored += result.ok() ? 1 : 0;
        console.line(std::string(nameOf(result.state)) + "  " + result.path.string()
            + (result.ok() ? "" : "  " + result.message));
        list.push_back({{"path", result.path.string()}, {"sop_instance_uid", result.sopInstanceUid},
            {"state", nameOf(result.state)},
            {"status", result.status ? nlohmann::json(*result.status) : nlohmann::json()},
            {"message", result.message}});
    }
    console.document({{"node", options.node.node}, {"stored", stored}, {"files", list}});
    if (console.stop.stop_requested())
        return ExitCode::Cancelled;
    if (stored == results.size())
        return ExitCode::Done;
    return stored > 0 ? ExitCode::PartlyDone : ExitCode::Failed;
}

struct ServeOptions
{
    pacs::StorageScpOptions archive;
    std::string folder;
};

ExitCode serve(const ServeOptions& options, const Console& console)
{
    auto settings = options.archive;
    settings.folder = options.folder;
    const pacs::StorageScp archive(settings, [&console](const pacs::ReceivedInstance& instance) {
        console.line("received  " + instance.path.string());
        if (console.json)
            std::printf("%s\n", nlohmann::json{{"received", instance.path.string()}}.dump().c_str());
        std::fflush(stdout);
    });
    console.line("listening  " + settings.aeTitle + "@" + settings.bindAddress + ":" + std::to_string(archive.port()));
    if (console.json)
        std::printf(
            "%s\n", nlohmann::json{{"listening", archive.port()}, {"ae_title", settings.aeTitle}}.dump().c_str());
    std::fflush(stdout);
    while (!console.stop.stop_requested())
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return ExitCode::Done;
}

void addServe(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<ServeOptions>();
    CLI::App* command =
        parent.add_subcommand("serve", "The embedded archive: receive objects into a folder until Ctrl-C");
    command->add_option("--folder", options->folder, "Where to keep what arrives")->required();
    command->add_option("--port", options->archive.port, "0 takes a free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    command->add_option("--bind", options->archive.bindAddress, "Address to listen on")->capture_default_str();
    command->add_option("--aet", options->archive.aeTitle, "AE title")->capture_default_str();
    command->add_option(
        "--allow", options->archive.allowedCallingAeTitles, "Calling AE titles that are accepted (default: all)");
    command->footer("Example: limn pacs serve --folder archive --port 11112");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return serve(*options, console); }; });
}

} // namespace

void addPacs(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* pacsCommand = parent.add_subcommand("pacs", "Talk to an archive, or be one");
    pacsCommand->require_subcommand(1);

    auto node = std::make_shared<NodeOptions>();
    CLI::App* echoCommand = pacsCommand->add_subcommand("echo", "C-ECHO: is the archive there?");
    addNode(*echoCommand, *node);
    echoCommand->footer("Example: limn pacs echo ORTHANC@localhost:4242");
    echoCommand->callback([&run, node] { run = [node](const Console& console) { return echo(*node, console); }; });

    auto sending = std::make_shared<SendOptions>();
    CLI::App* sendCommand = pacsCommand->add_subcommand("send", "C-STORE files or folders, with a result for each");
    addNode(*sendCommand, sending->node);
    sendCommand->add_option("paths", sending->paths, "DICOM files or folders")->required();
    sendCommand->footer("Example: limn pacs send ORTHANC@localhost:4242 mask.dcm");
    sendCommand->callback(
        [&run, sending] { run = [sending](const Console& console) { return send(*sending, console); }; });

    addServe(*pacsCommand, run);
}

} // namespace app::cli
