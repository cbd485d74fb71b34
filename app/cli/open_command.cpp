#include "app/cli/commands.h"
#include "imaging/error.h"

#include <CLI/CLI.hpp>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

namespace app::cli {

namespace {

[[noreturn]] void startWorkstation(const std::string& path)
{
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "limn-workstation";
    if (!std::filesystem::exists(path))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file or folder \"" + path + "\".", path);
    std::string name = program.string();
    std::string argument = path;
    char* arguments[] = {name.data(), argument.data(), nullptr};
    // Else the workstation would inherit what this program does with signals, and could not be ended by one.
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    execv(name.c_str(), arguments);
    throw imaging::Error(imaging::ErrorKind::NotFound,
        "The workstation \"" + name + "\" could not be started: build the target limn-workstation.", name);
}

} // namespace

void addOpen(CLI::App& parent, std::optional<Run>& run)
{
    auto path = std::make_shared<std::string>();
    CLI::App* command = parent.add_subcommand("open", "Start the workstation on a file or folder");
    command->add_option("path", *path, "DICOM file, folder, NIfTI, NRRD or PNG")->required();
    command->footer("Example: limn open study/");
    command->callback([&run, path] { run = [path](const Console&) -> ExitCode { startWorkstation(*path); }; });
}

} // namespace app::cli
