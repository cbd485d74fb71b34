#pragma once

#include "app/controllers/dialog_folder.h"
#include "imaging/volume.h"

#include <QObject>
#include <QString>

#include <filesystem>

class QWidget;

namespace ui {
class ModelRow;
} // namespace ui

namespace app {

/// The model that a tab works with: chosen in a dialog, remembered from run to run, with what its card says.
class ModelChoice : public QObject
{
    Q_OBJECT

public:
    /// `purpose` tells the choices apart in the settings; `advice` is said while none is chosen. `standard`: the model
    /// until someone chooses, empty: none.
    ModelChoice(ui::ModelRow& row, const QString& settingsFile, const QString& purpose, const QString& advice,
        const std::filesystem::path& standard = {});

    /// What to do while none is chosen.
    const QString& advice() const { return m_advice; }
    /// Empty: none is chosen.
    std::filesystem::path path() const { return m_path; }
    /// The name of its folder, or of the file.
    QString name() const;
    /// Also none, by an empty path.
    void choose(const QString& path);
    /// A choice without a card: what its folder says is not shown.
    void hideCard();

Q_SIGNALS:
    void changed();

private:
    void askFor(bool folder);
    void describe();

    ui::ModelRow& m_row;
    DialogFolder m_kept;
    QString m_advice;
    std::filesystem::path m_path;
    bool m_hasCard = true;
};

/// "slice 3 of 20", or "the picture" of one alone.
QString sliceText(const imaging::Volume& volume, int slice);

} // namespace app
