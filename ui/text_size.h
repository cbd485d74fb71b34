#pragma once

#include <QFont>

#include <functional>

class QWidget;

namespace ui {

/// Height of the text at 100 %, in pixels.
constexpr int kTextPixels = 13;
/// What the user can choose between, in percent of kTextPixels.
constexpr int kSmallestText = 100;
constexpr int kLargestText = 200;

/// The program's text size as a share of kTextPixels.
double textScale();

/// A width or height that is right at 100 %, for the program's text size.
int scaled(int pixels);

/// The font of second lines: eleven pixels where the other has thirteen.
QFont smallFont(QFont font);

/// Calls `apply` now and whenever the widget's text gets another size.
void followTextSize(QWidget* widget, std::function<void()> apply);

} // namespace ui
