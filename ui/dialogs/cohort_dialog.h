#pragma once

#include "annotations/cohort/cohort.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace ui {

/// Asks for what a new cohort needs: where it lies, its name, what its masks show and whose sides its texts mean.
class CohortDialog : public QDialog
{
    Q_OBJECT

public:
    explicit CohortDialog(QWidget* parent = nullptr);

    QString folder() const;
    void setFolder(const QString& folder);
    annotations::CohortSettings settings() const;
    annotations::CohortPlace place() const;

private:
    void browse();
    void updateButton();

    QLineEdit* m_folder;
    QLineEdit* m_name;
    QComboBox* m_finding;
    QComboBox* m_sides;
    QComboBox* m_place;
    QPushButton* m_make;
};

} // namespace ui
