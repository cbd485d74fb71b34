#include "ui/dialogs/import_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace ui {

namespace {

QLineEdit* makeField(const QString& objectName, const QString& text)
{
    auto* field = new QLineEdit(text);
    field->setObjectName(objectName);
    return field;
}

} // namespace

ImportDialog::ImportDialog(QWidget* parent)
    : QDialog(parent)
    , m_source(makeField(QStringLiteral("importSource"), {}))
    , m_image(makeField(QStringLiteral("importImage"), QStringLiteral("image")))
    , m_mask(makeField(QStringLiteral("importMask"), QStringLiteral("mask")))
    , m_text(makeField(QStringLiteral("importText"), QStringLiteral("text")))
    , m_sides(new QComboBox)
{
    m_sides->setObjectName(QStringLiteral("importSides"));
    m_sides->addItem(tr("as the cohort has it"));
    m_sides->addItem(tr("the patient's left and right"), QVariant::fromValue(imaging::Sides::Patient));
    m_sides->addItem(tr("the picture's left and right"), QVariant::fromValue(imaging::Sides::Picture));
    setWindowTitle(tr("Import into the Cohort"));
    setObjectName(QStringLiteral("importDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(560);
    m_source->setAccessibleName(tr("What to import"));
    m_source->setPlaceholderText(tr("a folder of pictures, a manifest.csv, or a mask"));
    auto* folder = new QPushButton(tr("Folder…"));
    auto* file = new QPushButton(tr("File…"));
    auto* where = new QHBoxLayout;
    where->addWidget(m_source, 1);
    where->addWidget(folder);
    where->addWidget(file);
    auto* note =
        new QLabel(tr("Pictures stay where they are. What is in the cohort already is not taken twice. DICOM SEG "
                      "files label the pictures that they were made from. The columns only matter where there "
                      "is a manifest.csv."));
    note->setProperty("role", "dim");
    note->setWordWrap(true);
    auto* form = new QFormLayout(this);
    auto* label = new QLabel(tr("&From"));
    label->setBuddy(m_source);
    form->addRow(label, where);
    form->addRow(tr("Column of the &pictures"), m_image);
    form->addRow(tr("Column of the &masks"), m_mask);
    form->addRow(tr("Column of the &sentences"), m_text);
    form->addRow(tr("Sentences m&ean"), m_sides);
    form->addRow(note);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_import = buttons->addButton(tr("Import"), QDialogButtonBox::AcceptRole);
    m_import->setObjectName(QStringLiteral("importNow"));
    m_import->setProperty("role", "primary");
    form->addRow(buttons);
    connect(folder, &QPushButton::clicked, this, [this] { browse(true); });
    connect(file, &QPushButton::clicked, this, [this] { browse(false); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_source, &QLineEdit::textChanged, this, &ImportDialog::updateButton);
    updateButton();
}

QString ImportDialog::source() const
{
    return m_source->text().trimmed();
}

void ImportDialog::setSource(const QString& path)
{
    m_source->setText(path);
}

QString ImportDialog::imageColumn() const
{
    return m_image->text().trimmed();
}

QString ImportDialog::maskColumn() const
{
    return m_mask->text().trimmed();
}

QString ImportDialog::textColumn() const
{
    return m_text->text().trimmed();
}

std::optional<imaging::Sides> ImportDialog::textSides() const
{
    const auto chosen = m_sides->currentData();
    return chosen.isValid() ? std::optional(chosen.value<imaging::Sides>()) : std::nullopt;
}

void ImportDialog::browse(bool folder)
{
    auto* dialog = new QFileDialog(this, windowTitle(), source());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &ImportDialog::setSource);
    dialog->open();
}

void ImportDialog::updateButton()
{
    m_import->setEnabled(!source().isEmpty());
}

} // namespace ui
