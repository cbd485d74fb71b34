#include "ui/theme.h"

#include "ui/text_size.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QRegularExpression>
#include <QStyleFactory>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

const ThemeColours kDark{QColor(0x16, 0x19, 0x1c), QColor(0x2a, 0x2f, 0x35), QColor(0x0f, 0x12, 0x14),
    QColor(0x30, 0x36, 0x3c), QColor(0xe2, 0xe6, 0xea), QColor(0x93, 0x9c, 0xa5), QColor(0x2f, 0x7f, 0xc4),
    QColor(0x1e, 0x3a, 0x54), QColor(0xe3, 0xa8, 0x6e), QColor(0x38, 0x28, 0x12), QColor(0xf0, 0x8a, 0x80),
    QColor(0x43, 0x1d, 0x1b), QColor(0x36, 0x6b, 0x55), QColor(0x7c, 0x52, 0x26), QColor(0x85, 0x3a, 0x31)};

const ThemeColours kLight{QColor(0xf3, 0xf4, 0xf6), QColor(0xff, 0xff, 0xff), QColor(0xff, 0xff, 0xff),
    QColor(0xc5, 0xcb, 0xd2), QColor(0x1b, 0x20, 0x26), QColor(0x5b, 0x65, 0x70), QColor(0x1f, 0x6c, 0xb0),
    QColor(0xcf, 0xe3, 0xf5), QColor(0x8a, 0x4b, 0x0d), QColor(0xfb, 0xea, 0xd4), QColor(0x9b, 0x22, 0x16),
    QColor(0xfb, 0xdd, 0xd9), QColor(0x2a, 0x6b, 0x50), QColor(0x8a, 0x55, 0x1c), QColor(0x9b, 0x36, 0x2b)};

QPalette paletteOf(const ThemeColours& c)
{
    QPalette palette;
    palette.setColor(QPalette::Window, c.ground);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.sunken);
    palette.setColor(QPalette::AlternateBase, c.ground);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::PlaceholderText, c.dimText);
    palette.setColor(QPalette::Button, c.raised);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.error);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(c.dimText.red(), c.dimText.green(), c.dimText.blue(), 130));
    return palette;
}

/// @name is replaced by the colour of that name.
QString styleSheet(const ThemeColours& c)
{
    QString sheet = QStringLiteral(R"(
QMainWindow, QDialog { background: @ground; }
QToolTip { background: @raised; color: @text; border: 1px solid @border; padding: 4px; }
#topBar { background: @ground; border-bottom: 1px solid @border; }
#leftPanel { background: @ground; border-right: 1px solid @border; }
#rightPanel { background: @ground; border-left: 1px solid @border; }
#decision { background: @ground; border-top: 1px solid @border; }
#finishRow { background: @ground; border-top: 1px solid @border; }
#bottomBar { background: @ground; border-top: 1px solid @border; }
#programName { font-weight: 600; }
#researchOnly { color: @warm; }
QLabel[role="dim"] { color: @dimText; }
QLabel[role="warm"] { color: @warm; }
QLabel[role="section"] { color: @dimText; font-weight: 600; }
QLabel[role="hint"] { color: @warm; background: @warmGround; border: 1px solid @warmEdge; border-radius: 4px; padding: 7px 9px; }
QMenuBar { background: transparent; color: @text; spacing: 2px; }
QMenuBar::item { padding: 6px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @raised; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 3px; }
QMenu::item:selected { background: @accent; color: white; }
QMenu::item:disabled { color: @dimText; }
QMenu::separator { height: 1px; background: @border; margin: 4px 6px; }
QPushButton { background: @raised; color: @text; border: 1px solid @border; border-radius: 4px; padding: 6px 14px; }
QPushButton:hover { border-color: @dimText; }
QPushButton:focus { border-color: @accent; }
QPushButton:checked { background: @accentGround; border-color: @accent; }
QPushButton:disabled { color: @dimText; background: @ground; }
QPushButton[role="primary"] { background: @accent; border-color: @accent; color: white; font-weight: 600; }
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:focus { border-color: @text; }
QPushButton[role="primary"]:disabled { background: @raised; border-color: @border; color: @dimText; }
QPushButton[role="zone"] { padding: 4px 6px; background: @sunken; }
QPushButton[role="zone"]:checked { background: @warmGround; border-color: @warm; color: @warm; }
QPushButton[role="choice"] { padding: 4px 6px; background: @sunken; }
QPushButton[role="choice"]:checked { background: @accentGround; border-color: @accent; color: @text; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 4px; color: @text; }
QToolButton:hover { background: @raised; }
QToolButton:focus { border-color: @accent; }
QToolButton:checked { background: @accentGround; border-color: @accent; }
QToolButton[role="choose"] { background: @raised; border: 1px solid @border; padding: 7px 5px; }
QToolButton[role="choose"]::menu-indicator { image: none; }
QToolButton[role="choose"]:focus { border-color: @accent; }
QToolButton[role="drop"]::menu-indicator { image: none; }
QToolButton[role="group"] { padding-right: 14px; }
QToolButton[role="group"]::menu-button { border: none; background: transparent; width: 13px; }
QToolButton[role="group"]::menu-button:hover { background: @raised; }
QToolButton[role="page"] { padding: 5px 12px; border-radius: 0; border: 1px solid @border; color: @dimText; }
QToolButton[role="page"]:checked { background: @accentGround; border-color: @accent; color: @text; font-weight: 600; }
QPushButton[role="verdict"] { padding: 7px 12px; font-weight: 600; min-width: 56px; }
QPushButton[verdict="accept"]:enabled { background: @accept; border-color: @accept; color: white; }
QPushButton[verdict="edit"]:enabled { background: @edit; border-color: @edit; color: white; }
QPushButton[verdict="reject"]:enabled { background: @reject; border-color: @reject; color: white; }
QPushButton[role="verdict"]:focus { border-color: @text; }
#reviewBar { background: @ground; border-top: 1px solid @border; }
QProgressBar[role="model"]::chunk { background: @warm; }
QProgressBar[role="count"]::chunk { background: @dimText; }
QProgressBar[state="labelled"]::chunk, QProgressBar[state="accepted"]::chunk { background: @accept; }
QProgressBar[state="edited"]::chunk { background: @edit; }
QProgressBar[state="rejected"]::chunk { background: @reject; }
QProgressBar[state="predicted"]::chunk { background: @accent; }
QLineEdit, QPlainTextEdit, QSpinBox, QComboBox { background: @sunken; color: @text; border: 1px solid @border; border-radius: 4px; padding: 5px 7px; selection-background-color: @accent; selection-color: white; }
QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QComboBox:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/arrow.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised; color: @text; border: 1px solid @border; selection-background-color: @accent; }
QCheckBox { color: @text; spacing: 8px; }
QCheckBox:disabled { color: @dimText; }
QCheckBox::indicator, QTableView::indicator { width: 14px; height: 14px; border: 1px solid @dimText; border-radius: 3px; background: @sunken; }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check.svg); }
QCheckBox::indicator:disabled { border-color: @border; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @dimText; padding: 10px 14px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { color: @accent; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }
QListView, QTableView, QScrollArea { background: transparent; border: none; color: @text; outline: none; }
QTableView { gridline-color: @border; selection-background-color: @accentGround; selection-color: @text; }
QHeaderView::section { background: @ground; color: @dimText; border: none; border-bottom: 1px solid @border; padding: 4px; }
QSlider::groove:horizontal { height: 4px; background: @border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::sub-page:horizontal:disabled { background: @border; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: @text; }
QSlider::handle:horizontal:focus { background: @accent; border: 1px solid @text; }
QSlider::handle:horizontal:disabled { background: @dimText; }
QProgressBar { background: @border; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: @border; border-radius: 4px; min-height: 24px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: @border; border-radius: 4px; min-width: 24px; margin: 1px; }
QSplitter::handle { background: @border; }
QFrame[role="message"] { background: @accentGround; border: 1px solid @accent; border-radius: 4px; }
QFrame[role="message"][kind="warning"] { background: @warmGround; border-color: @warmEdge; }
QFrame[role="message"][kind="warning"] QLabel { color: @warm; }
QFrame[role="message"][kind="error"] { background: @errorGround; border-color: @error; }
QFrame[role="message"][kind="error"] QLabel { color: @error; }
QToolButton[role="chip"] { background: @accentGround; border: 1px solid @accent; color: @text; padding: 3px 9px; }
QToolButton[role="chip"][kind="warning"] { background: @warmGround; border-color: @warmEdge; color: @warm; }
QToolButton[role="chip"][kind="error"] { background: @errorGround; border-color: @error; color: @error; }
QFrame[role="line"] { background: @border; max-height: 1px; border: none; }
)");
    QColor warmEdge = c.warm;
    warmEdge = QColor((c.warm.red() + c.warmGround.red()) / 2, (c.warm.green() + c.warmGround.green()) / 2,
        (c.warm.blue() + c.warmGround.blue()) / 2);
    // Longer names first, since "@warm" begins "@warmGround".
    const std::pair<const char*, QColor> names[] = {{"@accentGround", c.accentGround}, {"@errorGround", c.errorGround},
        {"@warmGround", c.warmGround}, {"@warmEdge", warmEdge}, {"@dimText", c.dimText}, {"@ground", c.ground},
        {"@raised", c.raised}, {"@sunken", c.sunken}, {"@border", c.border}, {"@accent", c.accent}, {"@error", c.error},
        {"@warm", c.warm}, {"@text", c.text}, {"@accept", c.accept}, {"@edit", c.edit}, {"@reject", c.reject}};
    for (const auto& [name, colour] : names)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

/// Check marks, bars and fixed widths grow with the text; borders and the room around words do not, since there is
/// little, nor do handles, whose margins are made for their size.
QString withScaledParts(const QString& sheet, int textPercent)
{
    static const QRegularExpression size(QStringLiteral("\\b((?:min-|max-)?(?:width|height)): (\\d+)px"));
    QStringList lines = sheet.split(QLatin1Char('\n'));
    for (QString& line : lines) {
        if (line.startsWith(QStringLiteral("QSlider")))
            continue;
        QString scaledLine;
        qsizetype done = 0;
        for (auto found = size.globalMatch(line); found.hasNext();) {
            const auto match = found.next();
            const int pixels = match.captured(2).toInt();
            const int grown = pixels < 4 ? pixels : pixels * textPercent / 100;
            scaledLine += line.mid(done, match.capturedStart() - done)
                + QStringLiteral("%1: %2px").arg(match.captured(1)).arg(grown);
            done = match.capturedEnd();
        }
        line = scaledLine + line.mid(done);
    }
    return lines.join(QLatin1Char('\n'));
}

QString fontFamily()
{
    const QStringList installed = QFontDatabase::families();
    for (const char* wanted : {"Inter", "Noto Sans", "Roboto", "DejaVu Sans"})
        if (installed.contains(QLatin1String(wanted)))
            return QLatin1String(wanted);
    return {};
}

} // namespace

const ThemeColours& colours(Theme theme)
{
    return theme == Theme::Dark ? kDark : kLight;
}

void applyTheme(QApplication& application, Look look)
{
    const int textPercent = std::clamp(look.textPercent, kSmallestText, kLargestText);
    const QString sheet = withScaledParts(styleSheet(colours(look.theme)), textPercent);
    const int pixels = static_cast<int>(std::lround(kTextPixels * textPercent / 100.0));
    if (application.styleSheet() == sheet && application.font().pixelSize() == pixels)
        return;
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QFont font = application.font();
    if (const QString family = fontFamily(); !family.isEmpty())
        font.setFamily(family);
    font.setPixelSize(pixels);
    font.setStyleStrategy(QFont::PreferAntialias);
    application.setFont(font);
    application.setPalette(paletteOf(colours(look.theme)));
    application.setStyleSheet(sheet);
}

} // namespace ui
