#pragma once

#include <QColor>

class QApplication;

namespace ui {

enum class Theme { Dark, Light };

/// The few colours that everything is made of. The picture stays the brightest thing; one accent for actions; warm for
/// what the model or the text says.
struct ThemeColours
{
    QColor ground;
    QColor raised; ///< Buttons, cards.
    QColor sunken; ///< Fields.
    QColor border;
    QColor text;
    QColor dimText;
    QColor accent;
    QColor accentGround; ///< A chosen item.
    QColor warm;
    QColor warmGround;
    QColor error;
    QColor errorGround;
    QColor accept; ///< A reader's verdicts; white words stand on them.
    QColor edit;
    QColor reject;
};

const ThemeColours& colours(Theme theme);

/// Palette, font and style sheet of the whole program.
void applyTheme(QApplication& application, Theme theme);

} // namespace ui
