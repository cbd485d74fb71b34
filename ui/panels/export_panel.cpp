#include "ui/panels/export_panel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui {

namespace {

QCheckBox* makeCheck(const QString& text, const QString& objectName, bool checked)
{
    auto* box = new QCheckBox(text);
    box->setObjectName(objectName);
    box->setChecked(checked);
    return box;
}

QLabel* dimNote(const QString& text)
{
    auto* label = new QLabel(text);
    label->setProperty("role", "dim");
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

ExportPanel::ExportPanel(QWidget* parent)
    : QWidget(parent)
    , m_folder(new QLineEdit)
    , m_png(makeCheck(tr("PNG: what “limn train lvit” reads"), QStringLiteral("exportPng"), true))
    , m_nifti(makeCheck(tr("NIfTI"), QStringLiteral("exportNifti"), false))
    , m_seg(makeCheck(tr("DICOM SEG (of DICOM pictures; names the patient)"), QStringLiteral("exportSeg"), false))
    , m_rows(makeCheck(tr("Also list the cases without a mask"), QStringLiteral("exportRows"), true))
    , m_export(new QPushButton(tr("Export")))
    , m_result(dimNote({}))
{
    m_folder->setObjectName(QStringLiteral("exportFolder"));
    m_folder->setAccessibleName(tr("Folder to export to"));
    m_folder->setPlaceholderText(tr("a new folder"));
    m_export->setObjectName(QStringLiteral("exportNow"));
    m_export->setProperty("role", "primary");
    m_result->setObjectName(QStringLiteral("exportResult"));
    auto* browse = new QPushButton(tr("Choose…"));
    browse->setObjectName(QStringLiteral("exportBrowse"));
    browse->setAccessibleName(tr("Choose the folder to export to"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_folder, 1);
    row->addWidget(browse);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 8);
    column->setSpacing(8);
    column->addWidget(dimNote(tr("Writes the masks that came labelled, were accepted or were edited, with their "
                                 "pictures, sentences and whole history, as a data set.")));
    column->addLayout(row);
    for (QCheckBox* box : {m_png, m_nifti, m_seg, m_rows})
        column->addWidget(box);
    column->addWidget(m_export, 0, Qt::AlignLeft);
    column->addWidget(m_result);
    column->addStretch(1);
    connect(browse, &QPushButton::clicked, this, &ExportPanel::folderWanted);
    connect(m_export, &QPushButton::clicked, this, &ExportPanel::exportRequested);
    connect(m_folder, &QLineEdit::textChanged, this, &ExportPanel::updateButton);
    for (QCheckBox* box : {m_png, m_nifti, m_seg})
        connect(box, &QCheckBox::toggled, this, &ExportPanel::updateButton);
    updateButton();
}

ExportChoice ExportPanel::choice() const
{
    return {
        m_folder->text().trimmed(), m_png->isChecked(), m_nifti->isChecked(), m_seg->isChecked(), m_rows->isChecked()};
}

void ExportPanel::setFolder(const QString& folder)
{
    m_folder->setText(folder);
}

void ExportPanel::setBusy(bool busy)
{
    m_busy = busy;
    updateButton();
}

void ExportPanel::setResult(const QString& text)
{
    m_result->setText(text);
}

void ExportPanel::updateButton()
{
    const auto chosen = choice();
    m_export->setEnabled(!m_busy && !chosen.folder.isEmpty() && (chosen.png || chosen.nifti || chosen.seg));
}

} // namespace ui
