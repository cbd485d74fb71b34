#include "ui/dialogs/cohort_dialog.h"

#include "annotations/label.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace ui {

namespace {

QComboBox* makeChoice(const QString& objectName, const QStringList& texts)
{
    auto* box = new QComboBox;
    box->setObjectName(objectName);
    box->addItems(texts);
    return box;
}

} // namespace

CohortDialog::CohortDialog(QWidget* parent)
    : QDialog(parent)
    , m_folder(new QLineEdit)
    , m_name(new QLineEdit)
    , m_finding(makeChoice(QStringLiteral("cohortFinding"), {}))
    , m_sides(makeChoice(
          QStringLiteral("cohortSides"), {tr("the patient's left and right"), tr("the picture's left and right")}))
    , m_place(makeChoice(QStringLiteral("cohortPlace"),
          {tr("this computer only (faster)"), tr("several computers, over a network drive")}))
{
    setWindowTitle(tr("New Cohort"));
    setObjectName(QStringLiteral("cohortDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(520);
    m_folder->setObjectName(QStringLiteral("cohortFolder"));
    m_folder->setPlaceholderText(tr("a new or empty folder"));
    m_name->setObjectName(QStringLiteral("cohortTitle"));
    m_name->setPlaceholderText(tr("as the folder"));
    for (const auto& label : annotations::defaultLabels())
        m_finding->addItem(QString::fromStdString(label.name));
    auto* choose = new QPushButton(tr("Choose…"));
    choose->setObjectName(QStringLiteral("cohortBrowse"));
    auto* where = new QHBoxLayout;
    where->addWidget(m_folder, 1);
    where->addWidget(choose);
    auto* form = new QFormLayout(this);
    auto* label = new QLabel(tr("&Folder"));
    label->setBuddy(m_folder);
    form->addRow(label, where);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Masks show"), m_finding);
    form->addRow(tr("&Sentences mean"), m_sides);
    form->addRow(tr("&Used by"), m_place);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_make = buttons->addButton(tr("Make cohort"), QDialogButtonBox::AcceptRole);
    m_make->setObjectName(QStringLiteral("makeCohort"));
    m_make->setProperty("role", "primary");
    form->addRow(buttons);
    m_folder->setAccessibleName(tr("Folder"));
    connect(choose, &QPushButton::clicked, this, &CohortDialog::browse);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_folder, &QLineEdit::textChanged, this, &CohortDialog::updateButton);
    updateButton();
}

QString CohortDialog::folder() const
{
    return m_folder->text().trimmed();
}

void CohortDialog::setFolder(const QString& folder)
{
    m_folder->setText(folder);
}

annotations::CohortSettings CohortDialog::settings() const
{
    annotations::CohortSettings settings;
    const QString name = m_name->text().simplified();
    settings.name = (name.isEmpty() ? QFileInfo(folder()).fileName() : name).toStdString();
    settings.textSides = m_sides->currentIndex() == 0 ? imaging::Sides::Patient : imaging::Sides::Picture;
    settings.finding = m_finding->currentText().toStdString();
    return settings;
}

annotations::CohortPlace CohortDialog::place() const
{
    return m_place->currentIndex() == 0 ? annotations::CohortPlace::OneComputer
                                        : annotations::CohortPlace::SeveralComputers;
}

void CohortDialog::browse()
{
    auto* dialog = new QFileDialog(this, tr("Folder of the Cohort"), folder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &CohortDialog::setFolder);
    dialog->open();
}

void CohortDialog::updateButton()
{
    m_make->setEnabled(!folder().isEmpty());
}

} // namespace ui
