#include "app/cli/commands.h"
#include "imaging/error.h"
#include "imaging/log.h"
#include "models/facade/training_json.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using app::cli::ExitCode;

/// Turns the first Ctrl-C into a stop request and the second into an immediate end.
class Interrupts
{
public:
    Interrupts()
    {
        sigemptyset(&m_signals);
        for (const int signal : {SIGINT, SIGTERM, kWake})
            sigaddset(&m_signals, signal);
        pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
        m_thread = std::jthread([this](const std::stop_token& ended) { wait(ended); });
    }
    ~Interrupts()
    {
        m_thread.request_stop();
        pthread_kill(m_thread.native_handle(), kWake); // Not to wait out a timeout at the end of each command.
    }
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    std::stop_token token() const { return m_source.get_token(); }

private:
    static constexpr int kWake = SIGUSR1;

    void wait(const std::stop_token& ended)
    {
        while (!ended.stop_requested()) {
            const int signal = sigwaitinfo(&m_signals, nullptr);
            if (signal != SIGINT && signal != SIGTERM)
                continue;
            if (m_source.stop_requested())
                _exit(static_cast<int>(ExitCode::Cancelled));
            m_source.request_stop();
        }
    }

    sigset_t m_signals{};
    std::stop_source m_source;
    std::jthread m_thread;
};

ExitCode exitCodeOf(imaging::ErrorKind kind)
{
    switch (kind) {
    case imaging::ErrorKind::InvalidInput:
    case imaging::ErrorKind::Unsupported:
    case imaging::ErrorKind::NotFound:
    case imaging::ErrorKind::Model:
        return ExitCode::Refused;
    case imaging::ErrorKind::WrongUse:
        return ExitCode::WrongUsage;
    case imaging::ErrorKind::Io:
    case imaging::ErrorKind::Network:
    case imaging::ErrorKind::Internal:
        break;
    }
    return ExitCode::Failed;
}

/// The options that let the user confirm, of those that the command has.
std::string waysOn(imaging::Confirmable confirmable, const CLI::App& command)
{
    const bool force = command.get_option_no_throw("--force") != nullptr;
    const bool side = command.get_option_no_throw("--side") != nullptr;
    if (confirmable == imaging::Confirmable::Run && force)
        return " (--force does it all the same.)";
    if (confirmable != imaging::Confirmable::Sides || (!force && !side))
        return {};
    const std::string says = side ? "--side picture or --side patient says whose sides are meant" : "";
    return " (" + says + (side && force ? "; " : "") + (force ? "--force confirms" : "") + ".)";
}

/// What the command calls the setting that an error is about; empty when it has no such option.
std::string optionFor(const std::string& setting, const CLI::App& command)
{
    const auto option = "--" + models::kebabCase(setting);
    if (setting.empty() || !command.get_option_no_throw(option))
        return {};
    return " (The option is " + option + ".)";
}

/// The command that was chosen, behind all it is part of.
const CLI::App& chosenCommand(const CLI::App& cli)
{
    const auto chosen = cli.get_subcommands();
    return chosen.empty() ? cli : chosenCommand(*chosen.front());
}

/// A sentence on stderr, and with --json the one document of a command that failed.
ExitCode failed(const app::cli::Console& console, const std::string& sentence, ExitCode code)
{
    std::fprintf(stderr, "error: %s\n", sentence.c_str());
    console.document({{"error", sentence}, {"exit_code", static_cast<int>(code)}});
    return code;
}

ExitCode run(const app::cli::Run& work, const CLI::App& command, const app::cli::Console& console)
{
    try {
        const ExitCode code = work(console);
        if (code == ExitCode::Cancelled && !console.hasDocument()) { // Else the command has told what is there.
            if (!console.json)
                std::fputs("Stopped: there is no result.\n", stderr);
            console.document({{"error", "Cancelled."}, {"exit_code", static_cast<int>(code)}});
        }
        return code;
    } catch (const imaging::Error& error) {
        const auto options = waysOn(error.confirmable(), command) + optionFor(error.setting(), command);
        return failed(console, error.what() + options, exitCodeOf(error.kind()));
    } catch (const std::bad_alloc&) {
        return failed(console, "There is not enough memory for this.", ExitCode::Failed);
    } catch (const std::exception& error) {
        return failed(console, error.what(), ExitCode::Failed);
    }
}

/// Results that did not reach stdout are a failure, except where the reader of a pipe has seen enough.
ExitCode flushed(ExitCode code)
{
    errno = 0;
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (written || errno == EPIPE || errno == 0)
        return code;
    std::fprintf(stderr, "error: The results cannot be written: %s.\n", std::strerror(errno));
    return code == ExitCode::Done ? ExitCode::Failed : code;
}

/// The words behind the program's name. "--text=" is an option and an empty word: the parser would take the next word
/// for the text.
std::vector<std::string> wordsOf(int argc, char** argv)
{
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool empty = word.starts_with("--") && word.find('=') + 1 == word.size();
        words.push_back(empty ? word.substr(0, word.size() - 1) : word);
        if (empty)
            words.emplace_back();
    }
    return words;
}

/// Errors of use come before --json is parsed.
bool asksForJson(const std::vector<std::string>& words)
{
    return std::find(words.begin(), words.end(), "--json") != words.end();
}

/// The first word that is no command where one is needed; empty: there is none.
std::string unknownCommand(const CLI::App& cli, const std::vector<std::string>& words)
{
    const CLI::App* at = &cli;
    for (const auto& word : words) {
        if (at->get_require_subcommand_min() == 0)
            break;
        if (word.starts_with("-"))
            continue;
        const auto commands = at->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
        if (commands.empty())
            return word;
        at = commands.front();
    }
    return {};
}

/// A sentence on stderr, and the same in the document of a command that could not be read.
void explainMisuse(const CLI::App& cli, const CLI::ParseError& wrong, const std::vector<std::string>& words,
    app::cli::Console& console)
{
    const auto unknown = unknownCommand(cli, words);
    std::string sentence = wrong.what();
    if (unknown.empty())
        cli.exit(wrong);
    else {
        sentence = "There is no command \"" + unknown + "\". Run with --help for those that there are.";
        std::fprintf(stderr, "%s\n", sentence.c_str());
    }
    console.json = asksForJson(words);
    console.document({{"error", sentence}, {"exit_code", static_cast<int>(ExitCode::WrongUsage)}});
}

} // namespace

int main(int argc, char** argv)
{
    // The signals are blocked before any other thread starts, so that only the waiting thread sees them.
    Interrupts interrupts;
    signal(SIGPIPE, SIG_IGN); // A closed pipe ends no archive and leaves no half file,
    signal(SIGXFSZ, SIG_IGN); // nor does a limit on file sizes: it is an error of writing, as a full disk is.
    app::cli::Console console;
    std::optional<app::cli::Run> command;

    CLI::App cli{"Limn: medical image segmentation by words. Research use only.", "limn"};
    cli.set_version_flag("--version", "limn 0.1.0 (research use only)");
    cli.require_subcommand(1);
    cli.fallthrough();
    cli.footer("Example: limn segment --input cxr.dcm --text \"one infected area, lower left lung\" --output mask.dcm\n"
               "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input refused, 4 partly done, 130 cancelled.");
    cli.add_flag("--json", console.json, "Print the result as one JSON document");
    cli.add_flag("--quiet", console.quiet, "No progress bar and no warnings");
    app::cli::addOpen(cli, command);
    app::cli::addScan(cli, command);
    app::cli::addSegment(cli, command);
    app::cli::addTrain(cli, command);
    app::cli::addRelabel(cli, command);
    app::cli::addEvaluate(cli, command);
    app::cli::addExplain(cli, command);
    app::cli::addAdapt(cli, command);
    app::cli::addClassify(cli, command);
    app::cli::addCaption(cli, command);
    app::cli::addMatch(cli, command);
    app::cli::addCapFilt(cli, command);
    app::cli::addSeg(cli, command);
    app::cli::addPacs(cli, command);
    app::cli::addModels(cli, command);

    const auto words = wordsOf(argc, argv);
    try {
        cli.parse(std::vector<std::string>(words.rbegin(), words.rend())); // It takes them from the back.
    } catch (const CLI::Success& asked) {
        return cli.exit(asked);
    } catch (const CLI::ParseError& wrong) {
        explainMisuse(cli, wrong, words, console);
        return static_cast<int>(ExitCode::WrongUsage);
    }
    if (console.quiet)
        imaging::setLogLevel(imaging::LogLevel::Error);
    console.stop = interrupts.token();
    return static_cast<int>(flushed(run(*command, chosenCommand(cli), console)));
}
