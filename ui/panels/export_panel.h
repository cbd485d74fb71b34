#pragma once

#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace ui {

/// What is written when a cohort is exported.
struct ExportChoice
{
    QString folder;
    bool png = true;
    bool nifti = false;
    bool seg = false;
    bool unlabelledRows = true; ///< Cases without a mask are rows of the manifest, too.
};

/// The Export tab: where to, which formats, and what came of it.
class ExportPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ExportPanel(QWidget* parent = nullptr);

    ExportChoice choice() const;
    void setFolder(const QString& folder);
    void setBusy(bool busy);
    /// Plain text.
    void setResult(const QString& text);

Q_SIGNALS:
    void folderWanted();
    void exportRequested();

private:
    void updateButton();

    QLineEdit* m_folder;
    QCheckBox* m_png;
    QCheckBox* m_nifti;
    QCheckBox* m_seg;
    QCheckBox* m_rows;
    QPushButton* m_export;
    QLabel* m_result;
    bool m_busy = false;
};

} // namespace ui
