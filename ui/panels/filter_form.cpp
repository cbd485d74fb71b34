#include "ui/panels/filter_form.h"

#include "ui/models/label_list.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/slice_choice.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

namespace ui {

namespace {

constexpr double kFarthestValue = 1e9; ///< No picture has values beyond.
constexpr double kLargestMm = 200;
constexpr double kUsualMm = 2;
constexpr double kUsualSize = 100;
constexpr int kMostIslands = 999;
constexpr int kNarrow = 10; ///< Letters: long names are cut, the panel does not grow.

QComboBox* narrowCombo()
{
    auto* combo = new QComboBox;
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    combo->setMinimumContentsLength(kNarrow);
    combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return combo;
}

QDoubleSpinBox* number(double least, double most, double value)
{
    auto* box = new QDoubleSpinBox;
    box->setRange(least, most);
    box->setValue(value);
    return box;
}

} // namespace

FilterForm::FilterForm(LabelList& labels, MaskFilters& filters, QWidget* parent)
    : QWidget(parent)
    , m_labels(labels)
    , m_filters(filters)
    , m_kind(narrowCombo())
    , m_help(wrappedLabel("dim", QStringLiteral("filterHelp")))
    , m_fields(new QFormLayout)
    , m_millimetres(number(0.1, kLargestMm, kUsualMm))
    , m_other(narrowCombo())
    , m_low(number(-kFarthestValue, kFarthestValue, 0))
    , m_high(number(-kFarthestValue, kFarthestValue, 0))
    , m_count(new QSpinBox)
    , m_size(number(0, kFarthestValue, kUsualSize))
    , m_side(narrowCombo())
    , m_axis(narrowCombo())
    , m_slices(new SliceChoice(QStringLiteral("filter"), tr("Slices that are changed")))
    , m_eachSlice(new QCheckBox(tr("Each slice by itself")))
    , m_over(new QCheckBox(tr("Over other labels, too")))
    , m_apply(makeButton(tr("Apply"), QStringLiteral("applyFilter"), ButtonRole::Primary))
    , m_stop(makeButton(tr("Stop"), QStringLiteral("stopFilter")))
    , m_escape(new QShortcut(QKeySequence(Qt::Key_Escape), this))
    , m_note(wrappedLabel("dim", QStringLiteral("filterNote")))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* title = new QLabel(tr("Change the whole mask"));
    title->setBuddy(m_kind);
    column->addWidget(title);
    column->addWidget(m_kind);
    column->addWidget(m_help);
    column->addLayout(m_fields);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_apply);
    buttons->addWidget(m_stop);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addWidget(m_note);
    makeFields();
    fillKinds();
    connect(m_kind, &QComboBox::currentIndexChanged, this, &FilterForm::showFields);
    connect(m_apply, &QPushButton::clicked, this, &FilterForm::apply);
    connect(m_stop, &QPushButton::clicked, &filters, &MaskFilters::stopRequested);
    connect(m_escape, &QShortcut::activated, &filters, &MaskFilters::stopRequested);
    connect(m_escape, &QShortcut::activatedAmbiguously, &filters, &MaskFilters::stopRequested);
    connect(&filters, &MaskFilters::pictureChanged, this, &FilterForm::showPicture);
    connect(&filters, &MaskFilters::runningChanged, this, &FilterForm::showRunning);
    connect(&filters, &MaskFilters::noteChanged, this, [this] { say(*m_note, breakable(m_filters.note())); });
    connect(&labels, &LabelList::activeChanged, this, &FilterForm::showLabels);
    connect(&labels.model(), &LabelModel::modelReset, this, &FilterForm::showLabels);
    connect(&labels.model(), &LabelModel::dataChanged, this, &FilterForm::showLabels);
    connect(&labels, &LabelList::sliceCountChanged, this, &FilterForm::showPicture);
    showPicture();
    showLabels();
}

void FilterForm::addField(FilterFields fields, const QString& title, QWidget* field, const QString& name)
{
    if (!name.isEmpty())
        field->setObjectName(name);
    if (field->accessibleName().isEmpty() && !title.isEmpty())
        field->setAccessibleName(title);
    m_fields->addRow(title, field);
    m_rows.append({fields, field});
}

QWidget* FilterForm::rangeRow()
{
    auto* range = new QWidget;
    auto* line = new QHBoxLayout(range);
    line->setContentsMargins(0, 0, 0, 0);
    m_low->setObjectName(QStringLiteral("filterLow"));
    m_low->setAccessibleName(tr("Lowest value"));
    m_high->setObjectName(QStringLiteral("filterHigh"));
    m_high->setAccessibleName(tr("Highest value"));
    line->addWidget(m_low, 1);
    line->addWidget(new QLabel(tr("to")));
    line->addWidget(m_high, 1);
    return range;
}

void FilterForm::makeFields()
{
    m_kind->setObjectName(QStringLiteral("filterKind"));
    m_kind->setAccessibleName(tr("What is done to the mask"));
    m_kind->setMaxVisibleItems(30);
    m_fields->setContentsMargins(0, 0, 0, 0);
    m_fields->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_count->setRange(1, kMostIslands);
    m_side->addItem(tr("Inside"), static_cast<int>(annotations::ShellSide::Inside));
    m_side->addItem(tr("Outside"), static_cast<int>(annotations::ShellSide::Outside));
    m_side->addItem(tr("Half on either side"), static_cast<int>(annotations::ShellSide::Both));
    m_axis->addItem(tr("Slices of the stack"), static_cast<int>(imaging::GridAxis::Slice));
    m_axis->addItem(tr("Rows"), static_cast<int>(imaging::GridAxis::Row));
    m_axis->addItem(tr("Columns"), static_cast<int>(imaging::GridAxis::Column));
    m_axis->setToolTip(tr("The direction in which single slices were drawn: rows are coronal and columns sagittal "
                          "slices of an axial stack"));
    m_eachSlice->setObjectName(QStringLiteral("filterEachSlice"));
    m_eachSlice->setToolTip(tr("As if each slice were a picture of its own: in two dimensions"));
    m_over->setObjectName(QStringLiteral("filterOver"));
    m_over->setToolTip(tr("Also where another label lies that is not locked; otherwise such voxels stay with it"));
    addField(FilterField::Values, tr("Values"), rangeRow(), {});
    addField(FilterField::Count, tr("Islands"), m_count, QStringLiteral("filterCount"));
    addField(FilterField::Size, tr("From"), m_size, QStringLiteral("filterSize"));
    addField(FilterField::Millimetres, tr("By"), m_millimetres, QStringLiteral("filterMm"));
    addField(FilterField::Side, tr("Side"), m_side, QStringLiteral("filterSide"));
    addField(FilterField::OtherLabel, tr("Other"), m_other, QStringLiteral("filterOther"));
    addField(FilterField::Axis, tr("Between"), m_axis, QStringLiteral("filterAxis"));
    m_fields->addRow(tr("Where"), m_slices);
    addField(FilterField::EachSlice, {}, m_eachSlice, QStringLiteral("filterEachSlice"));
    addField(FilterField::Over, {}, m_over, QStringLiteral("filterOver"));
}

void FilterForm::fillKinds()
{
    for (const auto& filter : filters()) {
        if (filter.beginsGroup)
            m_kind->insertSeparator(m_kind->count());
        m_kind->addItem(filter.name, static_cast<int>(filter.kind));
    }
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(annotations::FilterKind::Median)));
}

const FilterRow& FilterForm::row() const
{
    return filterRow(static_cast<annotations::FilterKind>(m_kind->currentData().toInt()));
}

void FilterForm::choose(annotations::FilterKind kind)
{
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(kind)));
    for (const auto& [fields, field] : m_rows)
        if (row().fields & fields & ~FilterFields(FilterField::EachSlice | FilterField::Over)) {
            // The range is a row of two.
            auto* first = field->focusPolicy() == Qt::NoFocus ? m_low : field;
            return first->setFocus(Qt::ShortcutFocusReason);
        }
    m_apply->setFocus(Qt::ShortcutFocusReason);
}

void FilterForm::showFields()
{
    const auto& picture = m_filters.picture();
    for (const auto& [fields, field] : m_rows) {
        bool wanted = row().fields.testAnyFlags(fields);
        if (fields.testFlag(FilterField::EachSlice))
            wanted = wanted && m_labels.sliceCount() > 1 && !picture.eachSliceOnly;
        field->setVisible(wanted);
        if (QWidget* title = m_fields->labelForField(field))
            title->setVisible(wanted);
    }
    if (QWidget* title = m_fields->labelForField(m_slices))
        title->setVisible(m_labels.sliceCount() > 1);
    say(*m_help, row().help);
    say(*m_note, {});
    showRunning();
}

void FilterForm::showPicture()
{
    using Measure = annotations::MaskFilter::Measure;
    const auto& picture = m_filters.picture();
    for (auto [field, value] : {std::pair(m_low, picture.range.low), std::pair(m_high, picture.range.high)}) {
        field->setDecimals(picture.wholeValues ? 0 : 3);
        field->setSuffix(picture.valueUnit);
        field->setValue(value);
    }
    m_millimetres->setSuffix(picture.calibrated ? tr(" mm") : tr(" px"));
    m_millimetres->setDecimals(1);
    m_size->setDecimals(picture.measure == Measure::Voxels ? 0 : 1);
    m_size->setSuffix(picture.measure == Measure::Volume ? tr(" mm³")
            : picture.measure == Measure::Area           ? tr(" mm²")
                                                         : tr(" px"));
    m_slices->setCount(std::max(m_labels.sliceCount(), 1));
    m_slices->chooseAll();
    showFields();
}

/// The other label stays the same one as long as it is there.
void FilterForm::showLabels()
{
    const QVariant before = m_other->currentData();
    const QSignalBlocker quiet(m_other);
    m_other->clear();
    for (const auto& label : m_labels.labels())
        if (label.value != m_labels.active())
            m_other->addItem(QString::fromStdString(label.name), label.value);
    m_other->setCurrentIndex(std::max(0, m_other->findData(before)));
    showRunning();
}

void FilterForm::showRunning()
{
    const bool running = m_filters.isRunning();
    const bool lacksOther = row().fields.testFlag(FilterField::OtherLabel) && m_other->count() == 0;
    m_apply->setEnabled(m_filters.picture().isOpen && !running && !lacksOther);
    m_apply->setToolTip(lacksOther ? tr("There is no other label: add one above") : tr("Enter"));
    m_stop->setVisible(running);
    m_escape->setEnabled(running);
}

FilterOrder FilterForm::order() const
{
    FilterOrder order;
    auto& filter = order.filter;
    filter.kind = row().kind;
    filter.mm = m_millimetres->value();
    filter.other = static_cast<std::uint16_t>(m_other->currentData().toUInt());
    filter.range = {std::min(m_low->value(), m_high->value()), std::max(m_low->value(), m_high->value())};
    filter.count = m_count->value();
    filter.smallest = m_size->value();
    filter.measure = m_filters.picture().measure;
    filter.side = static_cast<annotations::ShellSide>(m_side->currentData().toInt());
    filter.across = static_cast<imaging::GridAxis>(m_axis->currentData().toInt());
    order.where = m_slices->isAll() ? FilterWhere::All
        : m_slices->isThis()        ? FilterWhere::ThisSlice
                                    : FilterWhere::Slices;
    order.slices = m_slices->range(0);
    const bool eachSlice = row().fields.testFlag(FilterField::EachSlice)
        && (m_eachSlice->isChecked() || m_filters.picture().eachSliceOnly);
    order.extent = eachSlice ? annotations::FilterExtent::EachSlice : annotations::FilterExtent::Volume;
    const bool over = row().fields.testFlag(FilterField::Over) && m_over->isChecked();
    order.over = over ? annotations::FilterOver::Others : annotations::FilterOver::Empty;
    return order;
}

void FilterForm::apply()
{
    if (m_apply->isEnabled())
        Q_EMIT m_filters.applyRequested(order());
}

void FilterForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        return apply();
    QWidget::keyPressEvent(event);
}

} // namespace ui
