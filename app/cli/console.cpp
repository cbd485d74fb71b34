#include "app/cli/console.h"

#include <nlohmann/json.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>

namespace app::cli {

namespace {

using Clock = std::chrono::steady_clock;

std::string duration(double seconds)
{
    char text[32];
    const int whole = static_cast<int>(seconds + 0.5);
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%d h %02d min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        std::snprintf(text, sizeof text, "%d min %02d s", whole / 60, whole % 60);
    else
        std::snprintf(text, sizeof text, "%d s", whole);
    return text;
}

/// What a file wrote into a name or description must not steer the terminal: control characters become spaces.
std::string withoutControls(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7F; }, ' ');
    return text;
}

/// One bar on stderr, redrawn at most ten times a second; cleared when it goes.
class Bar
{
public:
    Bar() = default;
    Bar(const Bar&) = delete;
    Bar& operator=(const Bar&) = delete;
    ~Bar()
    {
        if (m_drawn)
            std::fputs("\r\033[K", stderr);
    }

    void draw(double fraction, std::string_view stage)
    {
        const std::lock_guard lock(m_mutex);
        const auto now = Clock::now();
        if (m_drawn && now - m_last < std::chrono::milliseconds(100))
            return;
        m_last = now;
        m_drawn = true;
        fraction = std::clamp(fraction, 0.0, 1.0);
        const int filled = static_cast<int>(fraction * kWidth);
        std::string line = "\r\033[K[" + std::string(static_cast<std::size_t>(filled), '#')
            + std::string(static_cast<std::size_t>(kWidth - filled), '.') + "] " + std::string(stage);
        const double elapsed = std::chrono::duration<double>(now - m_start).count();
        if (fraction > 0.01 && elapsed > 2 && !stage.ends_with(" left"))
            line += ", " + duration(elapsed * (1 - fraction) / fraction) + " left";
        std::fputs(line.c_str(), stderr);
        std::fflush(stderr);
    }

private:
    static constexpr int kWidth = 30;
    std::mutex m_mutex;
    Clock::time_point m_start = Clock::now();
    Clock::time_point m_last = m_start;
    bool m_drawn = false;
};

} // namespace

imaging::Progress Console::progress() const
{
    if (quiet || isatty(STDERR_FILENO) == 0)
        return {};
    auto bar = std::make_shared<Bar>();
    return imaging::Progress([bar](double fraction, std::string_view stage) { bar->draw(fraction, stage); });
}

void Console::line(const std::string& text) const
{
    if (!json)
        std::printf("%s\n", withoutControls(text).c_str());
}

void Console::stopped(bool saved) const
{
    line(saved ? "Stopped; run the same command with --resume to go on."
               : "Stopped before anything was saved; run the same command to begin anew.");
}

void Console::document(const nlohmann::json& document) const
{
    m_hasDocument = true;
    if (json)
        std::printf("%s\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Console::warn(const imaging::Warnings& warnings) const
{
    m_warned.insert(m_warned.end(), warnings.begin(), warnings.end());
    if (quiet)
        return;
    for (const auto& warning : warnings)
        std::fprintf(stderr, "warning: %s\n", withoutControls(warning).c_str());
}

} // namespace app::cli
