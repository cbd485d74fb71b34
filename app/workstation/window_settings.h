#pragma once

#include "ui/theme.h"

#include <QObject>
#include <QString>

#include <optional>

namespace ui {
class MainWindow;
class ViewState;
}

namespace app {

/// Theme, text size, place and columns of the window, the user's keys and the layout of each modality, kept from run to run.
class WindowSettings : public QObject
{
    Q_OBJECT

public:
    /// Sets the window up as it was left; `look` is for this run only. Window and state must outlive this.
    WindowSettings(
        ui::MainWindow& window, ui::ViewState& state, QString settingsFile, std::optional<ui::Look> look);
    ~WindowSettings() override;

private:
    ui::MainWindow& m_window;
    QString m_settingsFile;
};

/// The look that was chosen last; nothing when none was.
std::optional<ui::Look> rememberedLook(const QString& settingsFile);

} // namespace app
