#pragma once

#include <QString>

class QLabel;
class QPushButton;

namespace ui {

/// Plain text in a role of the theme, over several lines; hidden until it says something.
QLabel* wrappedLabel(const char* role, const QString& objectName);

enum class ButtonRole { Plain, Primary };

QPushButton* makeButton(const QString& text, const QString& objectName, ButtonRole role = ButtonRole::Plain);

} // namespace ui
