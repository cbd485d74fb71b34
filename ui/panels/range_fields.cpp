#include "ui/panels/range_fields.h"

#include "ui/text_size.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kFarthest = 1e9; ///< No picture has values beyond.

} // namespace

RangeFields::RangeFields(const ShownPicture& picture, ViewState& state, Of of, QWidget* parent)
    : QWidget(parent)
    , m_picture(picture)
    , m_state(state)
    , m_of(of)
    , m_low(of == Of::Tool ? makeField(QStringLiteral("rangeLow"), tr("Lowest value that is painted"))
                           : makeField(QStringLiteral("rulesLow"), tr("Lowest value that may be changed")))
    , m_high(of == Of::Tool ? makeField(QStringLiteral("rangeHigh"), tr("Highest value that is painted"))
                            : makeField(QStringLiteral("rulesHigh"), tr("Highest value that may be changed")))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_low);
    row->addWidget(new QLabel(tr("to")));
    row->addWidget(m_high);
    connect(&state, of == Of::Tool ? &ViewState::paintRangeChanged : &ViewState::drawRulesChanged, this,
        &RangeFields::showRange);
    connect(&picture, &ShownPicture::volumeChanged, this, &RangeFields::showRange);
    followTextSize(this, [this] { showRange(); });
}

QDoubleSpinBox* RangeFields::makeField(const QString& name, const QString& accessibleName)
{
    auto* field = new QDoubleSpinBox(this);
    field->setObjectName(name);
    field->setAccessibleName(accessibleName);
    field->setToolTip(accessibleName);
    field->setRange(-kFarthest, kFarthest);
    field->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    field->setKeyboardTracking(false); // "-" and "-6" are on the way to "-600".
    connect(field, &QDoubleSpinBox::valueChanged, this, [this, field] { takeRange(field); });
    return field;
}

/// With as many digits as tell a hundredth of the range, of whole numbers none.
void RangeFields::showRange()
{
    if (m_of == Of::Rules)
        setVisible(m_state.drawRules().values.has_value());
    const auto range = this->range();
    const auto& volume = m_picture.volume();
    const int size = static_cast<int>(std::floor(std::log10(std::max(range.high - range.low, 1e-9))));
    const bool whole = volume && volume->type() < imaging::VoxelType::Float32;
    const int digits = whole ? 0 : std::clamp(2 - size, 0, 6);
    const QString unit = volume && !volume->info().unit.empty()
        ? QLatin1Char(' ') + QString::fromStdString(volume->info().unit)
        : QString();
    for (auto [field, value] : {std::pair(m_low, range.low), std::pair(m_high, range.high)}) {
        const QSignalBlocker quiet(field);
        field->setDecimals(digits);
        field->setSingleStep(whole ? std::max(1.0, std::pow(10, size - 2)) : std::pow(10, size - 2));
        field->setSuffix(unit);
        field->setValue(value);
        const QString widest = QLocale().toString(-88888.0, 'f', digits) + unit;
        field->setFixedWidth(field->fontMetrics().horizontalAdvance(widest) + scaled(28));
    }
}

/// The other end gives way: a range never ends before it begins.
void RangeFields::takeRange(const QDoubleSpinBox* changed)
{
    annotations::ValueRange range{m_low->value(), m_high->value()};
    if (range.low > range.high)
        (changed == m_low ? range.high : range.low) = changed->value();
    if (m_of == Of::Tool)
        return m_state.setPaintRange(range);
    auto rules = m_state.drawRules();
    rules.values = range;
    m_state.setDrawRules(rules);
}

annotations::ValueRange RangeFields::range() const
{
    return m_of == Of::Tool ? m_state.paintRange() : m_state.drawRules().values.value_or(m_state.paintRange());
}

} // namespace ui
