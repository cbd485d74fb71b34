#include "app/cli/commands.h"
#include "imaging/error.h"

#include <CLI/CLI.hpp>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace app::cli {

namespace {

[[noreturn]] void startWorkstation(const std::string& path, const std::string& mask)
{
    const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "limn-workstation";
    std::vector<std::string> words{program.string(), path};
    if (!mask.empty())
        words.insert(words.end(), {"--mask", mask});
    for (const std::string& file : {path, mask})
        if (!file.empty() && !std::filesystem::exists(file))
            throw imaging::Error(imaging::ErrorKind::NotFound, "There is no file or folder \"" + file + "\".", file);
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    // Else the workstation would inherit what this program does with signals, and could not be ended by one.
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    const std::string& name = words.front();
    execv(name.c_str(), arguments.data());
    throw imaging::Error(imaging::ErrorKind::NotFound,
        "The workstation \"" + name + "\" could not be started: build the target limn-workstation.", name);
}

} // namespace

void addOpen(CLI::App& parent, std::optional<Run>& run)
{
    auto path = std::make_shared<std::string>();
    auto mask = std::make_shared<std::string>();
    CLI::App* command = parent.add_subcommand("open", "Start the workstation on a file or folder");
    command->add_option("path", *path, "DICOM file, folder or zip archive, NIfTI, NRRD or PNG")->required();
    command->add_option("--mask", *mask, "Mask to open on it: DICOM SEG, NIfTI, NRRD or PNG");
    command->footer("Example: limn open study/ --mask mask.dcm");
    command->callback(
        [&run, path, mask] { run = [path, mask](const Console&) -> ExitCode { startWorkstation(*path, *mask); }; });
}

} // namespace app::cli
