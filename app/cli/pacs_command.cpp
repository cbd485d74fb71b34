#include "app/cli/commands.h"
#include "app/workflow/outbox.h"
#include "imaging/dicom/folder_files.h"
#include "imaging/dicom/zip_archive.h"
#include "imaging/error.h"
#include "imaging/pacs/echo.h"
#include "imaging/pacs/storage_scp.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace app::cli {

namespace {

namespace pacs = imaging::pacs;

/// Paths of PEM files, empty where not given.
struct TlsOptions
{
    std::string authorities;
    std::string certificate;
    std::string privateKey;
};

struct NodeOptions
{
    std::string node;
    TlsOptions tls;
    std::string calling = "LIMN";
    int timeout = 60;
};

/// PS3.5 6.2, VR AE.
std::string checkAeTitle(std::string& title)
{
    const bool printable = std::all_of(
        title.begin(), title.end(), [](char letter) { return letter >= 0x20 && letter < 0x7F && letter != '\\'; });
    const bool blank = title.find_first_not_of(' ') == std::string::npos;
    return printable && !blank && title.size() <= 16 ? "" : "an AE title has 1 to 16 ASCII characters";
}

CLI::Validator aeTitle()
{
    return {checkAeTitle, "AET"};
}

/// The options of TLS, with what they mean to a caller or an archive.
void addTls(CLI::App& command, TlsOptions& options, const std::string& authorities, const std::string& certificate)
{
    CLI::Option* authoritiesOption = command.add_option("--tls-ca", options.authorities, authorities);
    CLI::Option* certificateOption = command.add_option("--tls-cert", options.certificate, certificate);
    CLI::Option* keyOption = command.add_option("--tls-key", options.privateKey,
        "Private key of --tls-cert as a PEM file, without a pass phrase");
    for (CLI::Option* option : {authoritiesOption, certificateOption, keyOption})
        option->type_name("FILE");
    certificateOption->needs(keyOption);
    keyOption->needs(certificateOption);
}

std::optional<pacs::TlsSettings> tlsOf(const TlsOptions& options)
{
    if (options.authorities.empty() && options.certificate.empty())
        return std::nullopt;
    return pacs::TlsSettings{options.authorities, options.certificate, options.privateKey};
}

void addNode(CLI::App& command, NodeOptions& options)
{
    command.add_option("node", options.node, "AET@host:port")->required();
    command.add_option("--calling", options.calling, "AE title of this program")
        ->check(aeTitle())
        ->capture_default_str();
    command.add_option("--timeout", options.timeout, "Seconds to wait for an answer")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    addTls(command, options.tls,
        "Speak TLS, with an archive that one of these authorities vouches for (a PEM file of certificates)",
        "Certificate of this program as a PEM file, for an archive that asks for one");
}

pacs::Node nodeOf(const NodeOptions& options)
{
    auto node = pacs::parseNode(options.node);
    const std::chrono::milliseconds limit = std::chrono::seconds(options.timeout);
    node.callingAeTitle = options.calling;
    node.tls = tlsOf(options.tls);
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

struct FilesToSend
{
    std::vector<std::filesystem::path> paths; ///< Sorted.
    std::vector<std::shared_ptr<const imaging::TemporaryFolder>> unpacked; ///< Keep the files of zip archives.
    std::map<std::string, std::string> names; ///< What those are called: the archive and the name in it.
};

bool isZipFile(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && imaging::isZip(path);
}

FilesToSend filesIn(const std::vector<std::string>& paths, const Console& console)
{
    FilesToSend files;
    const auto add = [&](const auto& found) {
        files.paths.insert(files.paths.end(), found.files.begin(), found.files.end());
        for (const auto& refused : found.refused)
            console.warn({refused.reason});
    };
    for (const std::filesystem::path path : paths) {
        if (std::filesystem::is_directory(path)) {
            const auto found = imaging::filesBeneath(path);
            add(found);
            console.warn(found.warnings);
        } else if (isZipFile(path)) {
            const auto found = imaging::unpackZip(path, {}, console.stop, console.progress());
            add(found);
            files.unpacked.push_back(found.folder);
            for (const auto& [file, name] : found.names)
                files.names[file] = path.string() + ": " + name;
        } else {
            files.paths.push_back(path);
        }
    }
    std::sort(files.paths.begin(), files.paths.end());
    return files;
}

/// Where files of an archive lie while they are sent tells nobody anything.
std::string shown(std::string text, const FilesToSend& files)
{
    for (const auto& [file, name] : files.names)
        if (const auto at = text.find(file); at != std::string::npos)
            return text.replace(at, file.size(), name);
    return text;
}

struct SendOptions
{
    NodeOptions node;
    std::vector<std::string> paths;
};

ExitCode send(const SendOptions& options, const Console& console)
{
    const auto files = filesIn(options.paths, console);
    if (files.paths.empty())
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file to send.");
    const Parcel parcel{{}, {}, files.paths};
    const auto delivery = deliver(nodeOf(options.node), parcel, {}, console.stop, console.progress());
    auto list = nlohmann::json::array();
    for (const auto& result : delivery.results) {
        console.line(std::string(app::nameOf(result.state)) + "  "
            + shown(result.path.string(), files) + (result.ok() ? "" : "  " + shown(result.message, files))
            + (result.ok() && result.converted ? "  converted to Implicit VR Little Endian" : ""));
        list.push_back({{"path", shown(result.path.string(), files)}, {"sop_instance_uid", result.sopInstanceUid},
            {"state", app::nameOf(result.state)},
            {"status", result.status ? nlohmann::json(*result.status) : nlohmann::json()},
            {"converted", result.converted}, {"message", shown(result.message, files)}});
    }
    console.document({{"node", options.node.node}, {"stored", delivery.stored()}, {"files", list}});
    if (console.stop.stop_requested())
        return ExitCode::Cancelled;
    if (delivery.all())
        return ExitCode::Done;
    if (delivery.isUnreadable())
        return ExitCode::Refused;
    return delivery.stored() > 0 ? ExitCode::PartlyDone : ExitCode::Failed;
}

struct ServeOptions
{
    pacs::StorageScpOptions archive;
    std::string folder;
    TlsOptions tls;
};

/// What the archive prints: lines as things happen, which with --json together are one document.
class Transcript
{
public:
    Transcript(const Console& console, const pacs::StorageScpOptions& settings, int port)
        : m_console(console)
    {
        console.line("listening  " + settings.aeTitle + "@" + settings.bindAddress + ":" + std::to_string(port));
        print("{\"listening\": " + std::to_string(port) + ", \"ae_title\": " + quoted(settings.aeTitle)
            + ", \"bind\": " + quoted(settings.bindAddress) + ", \"received\": [");
    }
    ~Transcript() { print("]}"); }
    Transcript(const Transcript&) = delete;
    Transcript& operator=(const Transcript&) = delete;

    void add(const pacs::ReceivedInstance& instance)
    {
        m_console.line("received  " + instance.path.string());
        print(std::string(m_isFirst ? "  " : "  , ") + "{\"path\": " + quoted(instance.path.string())
            + ", \"sop_instance_uid\": " + quoted(instance.sopInstanceUid) + "}");
        m_isFirst = false;
    }

private:
    static std::string quoted(const std::string& text)
    {
        return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }

    void print(const std::string& piece) const
    {
        if (m_console.json)
            std::printf("%s\n", piece.c_str());
        std::fflush(stdout);
    }

    const Console& m_console;
    bool m_isFirst = true;
};

ExitCode serve(const ServeOptions& options, const Console& console)
{
    auto settings = options.archive;
    settings.folder = options.folder;
    settings.tls = tlsOf(options.tls);
    // Nothing may be received before it is said that something listens.
    std::mutex ready;
    std::unique_lock notYet(ready);
    std::optional<Transcript> transcript;
    {
        const pacs::StorageScp archive(settings, [&](const pacs::ReceivedInstance& instance) {
            const std::scoped_lock lock(ready);
            transcript->add(instance);
        });
        transcript.emplace(console, settings, archive.port());
        notYet.unlock();
        while (!console.stop.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
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
    command
        ->add_option(
            "--bind", options->archive.bindAddress, "Address to listen on; only this machine reaches the default")
        ->capture_default_str();
    command->add_option("--aet", options->archive.aeTitle, "AE title")->check(aeTitle())->capture_default_str();
    command
        ->add_option(
            "--allow", options->archive.allowedCallingAeTitles, "Calling AE titles that are accepted (default: all)")
        ->check(aeTitle());
    addTls(*command, options->tls,
        "With --tls-cert: only callers that one of these authorities vouches for (a PEM file of certificates)",
        "Certificate of the archive as a PEM file: only callers that speak TLS are served");
    command->footer("Example: limn pacs serve --folder archive --port 11112");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return serve(*options, console); }; });
}

} // namespace

void addPacs(CLI::App& parent, std::optional<Run>& run)
{
    CLI::App* pacsCommand = parent.add_subcommand("pacs", "Talk to an archive, or be one");
    pacsCommand->require_subcommand(1);
    pacsCommand->footer("Example: limn pacs send ORTHANC@localhost:4242 mask.dcm");

    auto node = std::make_shared<NodeOptions>();
    CLI::App* echoCommand = pacsCommand->add_subcommand("echo", "C-ECHO: is the archive there?");
    addNode(*echoCommand, *node);
    echoCommand->footer("Example: limn pacs echo ORTHANC@localhost:4242");
    echoCommand->callback([&run, node] { run = [node](const Console& console) { return echo(*node, console); }; });

    auto sending = std::make_shared<SendOptions>();
    CLI::App* sendCommand = pacsCommand->add_subcommand("send", "C-STORE files or folders, with a result for each");
    addNode(*sendCommand, sending->node);
    sendCommand->add_option("paths", sending->paths, "DICOM files, folders or zip archives")->required();
    sendCommand->footer("Example: limn pacs send ORTHANC@localhost:4242 mask.dcm");
    sendCommand->callback(
        [&run, sending] { run = [sending](const Console& console) { return send(*sending, console); }; });

    addServe(*pacsCommand, run);
}

} // namespace app::cli
