#pragma once

#include <string_view>

namespace imaging {

enum class LogLevel { Debug, Info, Warning, Error };

/// Writes one line to the program's log (stderr). Patient data never goes here: name files and UIDs' counts, not names.
void log(LogLevel level, std::string_view message);

/// Lines below `level` are dropped. The default is Warning.
void setLogLevel(LogLevel level);

} // namespace imaging
