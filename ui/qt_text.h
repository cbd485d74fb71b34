#pragma once

#include <QString>

#include <string>

namespace ui {

/// A library's text, which is UTF-8, as the window's.
inline QString qt(const std::string& text)
{
    return QString::fromStdString(text);
}

} // namespace ui
