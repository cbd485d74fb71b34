#pragma once

#include "ui/theme.h"

#include <QObject>
#include <QString>

#include <optional>

namespace ui {
class MainWindow;
}

namespace app {

/// Theme, text size, place and columns of the window, kept from run to run.
class WindowSettings : public QObject
{
    Q_OBJECT

public:
    /// Sets the window up as it was left; `look` is for this run only. The window must outlive this.
    WindowSettings(ui::MainWindow& window, QString settingsFile, std::optional<ui::Look> look);
    ~WindowSettings() override;

private:
    ui::MainWindow& m_window;
    QString m_settingsFile;
};

/// The look that was chosen last; nothing when none was.
std::optional<ui::Look> rememberedLook(const QString& settingsFile);

} // namespace app
