#include "app/workstation/window_settings.h"

#include "ui/key_table.h"
#include "ui/main_window.h"
#include "ui/views/view_state.h"

#include <QMap>
#include <QSettings>

#include <algorithm>
#include <map>
#include <string>

namespace app {

namespace {

const QString kTheme = QStringLiteral("window/theme");
const QString kText = QStringLiteral("window/textPercent");
const QString kPlace = QStringLiteral("window/place");
const QString kColumns = QStringLiteral("window/columns");
const QString kColumnsText = QStringLiteral("window/columnsText");
const QString kLayouts = QStringLiteral("layouts");
const QString kKeys = QStringLiteral("keys");
const QString kLight = QStringLiteral("light");

/// A modality comes from a file, whose words do not become keys of the settings unseen.
bool isPlainName(const std::string& modality)
{
    return !modality.empty() && modality.size() <= 16
        && std::all_of(modality.begin(), modality.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

void remember(const QString& settingsFile, const ui::Look& look)
{
    QSettings settings(settingsFile, QSettings::IniFormat);
    settings.setValue(kTheme, look.theme == ui::Theme::Light ? kLight : QStringLiteral("dark"));
    settings.setValue(kText, look.textPercent);
}

std::map<std::string, ui::ViewLayout> rememberedLayouts(const QString& settingsFile)
{
    QSettings settings(settingsFile, QSettings::IniFormat);
    settings.beginGroup(kLayouts);
    std::map<std::string, ui::ViewLayout> layouts;
    for (const QString& modality : settings.childKeys())
        if (const auto layout = ui::layoutFrom(settings.value(modality).toString().toStdString()))
            layouts[modality.toStdString()] = *layout;
    return layouts;
}

void remember(const QString& settingsFile, const std::map<std::string, ui::ViewLayout>& layouts)
{
    if (layouts == rememberedLayouts(settingsFile))
        return;
    QSettings settings(settingsFile, QSettings::IniFormat);
    settings.beginGroup(kLayouts);
    for (const auto& [modality, layout] : layouts)
        if (isPlainName(modality))
            settings.setValue(QString::fromStdString(modality), QLatin1String(ui::kLayoutNames[static_cast<std::size_t>(layout)].data()));
}

QMap<QString, QString> rememberedKeys(const QString& settingsFile)
{
    QSettings settings(settingsFile, QSettings::IniFormat);
    settings.beginGroup(kKeys);
    QMap<QString, QString> keys;
    for (const QString& command : settings.childKeys())
        keys[command] = settings.value(command).toString();
    return keys;
}

/// Those that no longer hold go.
void remember(const QString& settingsFile, const QMap<QString, QString>& keys)
{
    QSettings settings(settingsFile, QSettings::IniFormat);
    settings.remove(kKeys);
    settings.beginGroup(kKeys);
    for (auto [command, key] : keys.asKeyValueRange())
        settings.setValue(command, key);
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

WindowSettings::WindowSettings(
    ui::MainWindow& window, ui::ViewState& state, QString settingsFile, std::optional<ui::Look> look)
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
    state.setLayouts(rememberedLayouts(m_settingsFile));
    connect(&state, &ui::ViewState::layoutChanged, this, [this, &state] { remember(m_settingsFile, state.layouts()); });
    window.keys().setChosen(rememberedKeys(m_settingsFile));
    connect(&window.keys(), &ui::KeyTable::changed, this, [this] { remember(m_settingsFile, m_window.keys().chosen()); });
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
