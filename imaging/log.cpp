#include "imaging/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace imaging {

namespace {

spdlog::level::level_enum spdlogLevel(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        break;
    }
    return spdlog::level::err;
}

spdlog::logger& logger()
{
    static const std::shared_ptr<spdlog::logger> shared = [] {
        auto made = std::make_shared<spdlog::logger>("limn", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_level(spdlog::level::warn);
        made->set_pattern("%H:%M:%S %^%l%$ %v");
        return made;
    }();
    return *shared;
}

} // namespace

void log(LogLevel level, std::string_view message)
{
    logger().log(spdlogLevel(level), spdlog::string_view_t(message.data(), message.size()));
}

void setLogLevel(LogLevel level)
{
    logger().set_level(spdlogLevel(level));
}

} // namespace imaging
