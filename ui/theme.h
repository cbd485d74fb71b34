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

/// What the user chooses about the looks of the program.
struct Look
{
    Theme theme = Theme::Dark;
    int textPercent = 100; ///< As in ui/text_size.h.

    friend bool operator==(const Look&, const Look&) = default;
};

/// Palette, font and style sheet of the whole program; nothing to do when it looks like that already.
void applyTheme(QApplication& application, Look look);

} // namespace ui
