#include "app/workstation/window_settings.h"

#include "ui/main_window.h"

#include <QSettings>

namespace app {

namespace {

const QString kTheme = QStringLiteral("window/theme");
const QString kText = QStringLiteral("window/textPercent");
const QString kPlace = QStringLiteral("window/place");
const QString kColumns = QStringLiteral("window/columns");
const QString kColumnsText = QStringLiteral("window/columnsText");
const QString kLight = QStringLiteral("light");

void remember(const QString& settingsFile, const ui::Look& look)
{
    QSettings settings(settingsFile, QSettings::IniFormat);
    settings.setValue(kTheme, look.theme == ui::Theme::Light ? kLight : QStringLiteral("dark"));
    settings.setValue(kText, look.textPercent);
}

} // namespace

std::optional<ui::Look> rememberedLook(const QString& settingsFile)
{
    const QSettings settings(settingsFile, QSettings::IniFormat);
    if (!settings.contains(kTheme))
        return std::nullopt;
    return ui::Look{settings.value(kTheme).toString() == kLight ? ui::Theme::Light : ui::Theme::Dark,
        settings.value(kText, 100).toInt()};
}

WindowSettings::WindowSettings(ui::MainWindow& window, QString settingsFile, std::optional<ui::Look> look)
    : m_window(window)
    , m_settingsFile(std::move(settingsFile))
{
    const QSettings settings(m_settingsFile, QSettings::IniFormat);
    if (!look)
        look = rememberedLook(m_settingsFile);
    // Not before all widgets are in their places: a style sheet is worked out anew for each one that is put into another.
    if (look)
        window.setLook(*look);
    window.restoreGeometry(settings.value(kPlace).toByteArray());
    // Columns that were made for another text size do not fit.
    const QByteArray columns = settings.value(kColumns).toByteArray();
    if (!columns.isEmpty() && settings.value(kColumnsText).toInt() == window.look().textPercent)
        window.setColumns(columns);
    connect(&window, &ui::MainWindow::lookChanged, this, [this] { remember(m_settingsFile, m_window.look()); });
}

WindowSettings::~WindowSettings()
{
    if (m_window.isFullScreen() || !m_window.wasPainted())
        return;
    QSettings settings(m_settingsFile, QSettings::IniFormat);
    settings.setValue(kPlace, m_window.saveGeometry());
    settings.setValue(kColumns, m_window.columns());
    settings.setValue(kColumnsText, m_window.look().textPercent);
}

} // namespace app
