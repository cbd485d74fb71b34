#pragma once

#include "imaging/laterality.h"

#include <QDialog>

#include <optional>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace ui {

/// Asks what to take into a cohort: a folder, a manifest or a mask file, and how the manifest's columns are called.
class ImportDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ImportDialog(QWidget* parent = nullptr);

    QString source() const;
    void setSource(const QString& path);
    QString imageColumn() const;
    QString maskColumn() const;
    QString textColumn() const;
    /// Nothing: as the cohort has it.
    std::optional<imaging::Sides> textSides() const;

private:
    void browse(bool folder);
    void updateButton();

    QLineEdit* m_source;
    QLineEdit* m_image;
    QLineEdit* m_mask;
    QLineEdit* m_text;
    QComboBox* m_sides;
    QPushButton* m_import;
};

} // namespace ui
