#include "ui/panels/report_form.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>

namespace ui {

namespace {

constexpr int kAreaButtons = 6;

QPushButton* toggle(const QString& text, const QString& name, const char* role, const QString& objectName)
{
    auto* button = new QPushButton(text);
    button->setCheckable(true);
    button->setProperty("role", role);
    button->setAccessibleName(name);
    button->setObjectName(objectName);
    return button;
}

/// At most one of a group, and none when the checked one is clicked again.
void check(QButtonGroup* group, int id)
{
    const auto buttons = group->buttons();
    for (QAbstractButton* button : buttons)
        button->setChecked(group->id(button) == id);
}

int checkedId(const QButtonGroup* group)
{
    const auto buttons = group->buttons();
    for (QAbstractButton* button : buttons)
        if (button->isChecked())
            return group->id(button);
    return 0;
}

} // namespace

ReportForm::ReportForm(QWidget* parent)
    : QWidget(parent)
    , m_finding(new QComboBox(this))
    , m_areas(new QButtonGroup(this))
    , m_extent(new QButtonGroup(this))
    , m_freeText(new QLineEdit) // Gets its place, for Tab too, with its row.
{
    setObjectName(QStringLiteral("reportForm"));
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(10);
    form->setVerticalSpacing(7);
    m_finding->setEditable(true);
    m_finding->setInsertPolicy(QComboBox::NoInsert);
    m_finding->setAccessibleName(tr("Finding"));
    m_finding->setObjectName(QStringLiteral("finding"));
    for (const auto& finding : annotations::knownFindings())
        m_finding->addItem(QString::fromStdString(finding));
    m_finding->setCurrentIndex(-1);
    setDefaultFinding(QString::fromStdString(annotations::ReportFields().finding));
    form->addRow(tr("Finding"), m_finding);
    addZones(form);
    addAreas(form);
    addExtent(form);
    m_freeText->setAccessibleName(tr("Free text"));
    m_freeText->setObjectName(QStringLiteral("freeText"));
    m_freeText->setPlaceholderText(tr("anything more, in your own words"));
    form->addRow(tr("Text"), m_freeText);
    connect(m_finding, &QComboBox::editTextChanged, this, &ReportForm::edited);
    connect(m_freeText, &QLineEdit::textEdited, this, &ReportForm::edited);
}

void ReportForm::setDefaultFinding(const QString& finding)
{
    m_defaultFinding = finding;
    m_finding->lineEdit()->setPlaceholderText(finding);
}

/// A place without a finding would be no sentence.
void ReportForm::nameFinding()
{
    if (!m_finding->currentText().trimmed().isEmpty())
        return;
    const QSignalBlocker blocker(m_finding);
    m_finding->setEditText(m_defaultFinding);
}

ReportForm::Lung ReportForm::makeLung(const QString& side, const QString& name)
{
    Lung lung;
    lung.side = toggle(side, tr("%1 lung").arg(side), "choice", name);
    const std::array<std::pair<QString, QString>, 3> zones{std::pair{tr("upper"), QStringLiteral("Upper")},
        {tr("middle"), QStringLiteral("Middle")}, {tr("lower"), QStringLiteral("Lower")}};
    for (std::size_t i = 0; i < zones.size(); ++i) {
        lung.zones[i] =
            toggle(zones[i].first, tr("%1 zone, %2").arg(zones[i].first, side), "zone", name + zones[i].second);
        connect(lung.zones[i], &QPushButton::clicked, this, [this, lung](bool on) {
            if (on)
                lung.side->setChecked(true);
            nameFinding();
            Q_EMIT edited();
        });
    }
    connect(lung.side, &QPushButton::clicked, this, [this, lung](bool on) {
        for (QPushButton* zone : lung.zones)
            if (!on)
                zone->setChecked(false);
        nameFinding();
        Q_EMIT edited();
    });
    return lung;
}

void ReportForm::addZones(QFormLayout* form)
{
    // The patient's right stands at the left, as in the picture.
    m_right = makeLung(tr("Patient R"), QStringLiteral("right"));
    m_left = makeLung(tr("Patient L"), QStringLiteral("left"));
    auto* sides = new QGridLayout;
    sides->setSpacing(4);
    sides->addWidget(m_right.side, 0, 0);
    sides->addWidget(m_left.side, 0, 1);
    form->addRow(tr("Side"), sides);
    auto* zones = new QGridLayout;
    zones->setSpacing(4);
    for (std::size_t i = 0; i < 3; ++i) {
        zones->addWidget(m_right.zones[i], static_cast<int>(i), 0);
        zones->addWidget(m_left.zones[i], static_cast<int>(i), 1);
    }
    form->addRow(tr("Zones R | L"), zones);
}

void ReportForm::addAreas(QFormLayout* form)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    m_areas->setExclusive(false);
    for (int count = 1; count <= kAreaButtons; ++count) {
        auto* button = toggle(QString::number(count), tr("Number of areas: %1").arg(count), "choice",
            QStringLiteral("areas%1").arg(count));
        button->setMinimumWidth(20);
        m_areas->addButton(button, count);
        row->addWidget(button, 1);
    }
    connect(m_areas, &QButtonGroup::idClicked, this, [this](int id) {
        m_manyAreas = 0;
        check(m_areas, m_areas->button(id)->isChecked() ? id : 0);
        nameFinding();
        Q_EMIT edited();
    });
    form->addRow(tr("Areas"), row);
}

void ReportForm::addExtent(QFormLayout* form)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    m_extent->setExclusive(false);
    const std::array<std::pair<annotations::Extent, QString>, 3> extents{
        std::pair{annotations::Extent::Mild, tr("mild")}, {annotations::Extent::Moderate, tr("moderate")},
        {annotations::Extent::Severe, tr("severe")}};
    for (const auto& [extent, text] : extents) {
        auto* button =
            toggle(text, tr("Extent %1").arg(text), "choice", QStringLiteral("extent%1").arg(static_cast<int>(extent)));
        m_extent->addButton(button, static_cast<int>(extent));
        row->addWidget(button, 1);
    }
    connect(m_extent, &QButtonGroup::idClicked, this, [this](int id) {
        check(m_extent, m_extent->button(id)->isChecked() ? id : 0);
        nameFinding();
        Q_EMIT edited();
    });
    form->addRow(tr("Extent"), row);
}

annotations::LungZones ReportForm::zonesOf(const Lung& lung, bool listed)
{
    annotations::LungZones zones;
    zones.involved = lung.side->isChecked();
    zones.upper = lung.zones[0]->isChecked();
    zones.middle = lung.zones[1]->isChecked();
    zones.lower = lung.zones[2]->isChecked();
    zones.listed = listed && zones.all();
    return zones;
}

annotations::ReportFields ReportForm::fields() const
{
    annotations::ReportFields fields;
    fields.finding = m_finding->currentText().toStdString();
    fields.left = zonesOf(m_left, m_leftListed);
    fields.right = zonesOf(m_right, m_rightListed);
    fields.areas = m_manyAreas > 0 ? m_manyAreas : checkedId(m_areas);
    fields.extent = static_cast<annotations::Extent>(checkedId(m_extent));
    fields.freeText = m_freeText->text().toStdString();
    return fields;
}

void ReportForm::show(const Lung& lung, const annotations::LungZones& zones)
{
    lung.side->setChecked(zones.involved || zones.any());
    lung.zones[0]->setChecked(zones.upper);
    lung.zones[1]->setChecked(zones.middle);
    lung.zones[2]->setChecked(zones.lower);
}

void ReportForm::setFields(const annotations::ReportFields& fields)
{
    const QSignalBlocker finding(m_finding);
    m_finding->setEditText(QString::fromStdString(fields.finding));
    show(m_left, fields.left);
    show(m_right, fields.right);
    m_leftListed = fields.left.listed;
    m_rightListed = fields.right.listed;
    m_manyAreas = fields.areas > kAreaButtons ? fields.areas : 0;
    check(m_areas, fields.areas);
    check(m_extent, static_cast<int>(fields.extent));
    m_freeText->setText(QString::fromStdString(fields.freeText));
}

} // namespace ui
