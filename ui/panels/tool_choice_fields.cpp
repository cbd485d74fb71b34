#include "ui/panels/tool_choice_fields.h"

#include "ui/views/view_state.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSignalBlocker>

namespace ui {

namespace {

QHBoxLayout* rowOf(QWidget* fields)
{
    auto* row = new QHBoxLayout(fields);
    row->setContentsMargins(8, 0, 0, 0);
    row->setSpacing(4);
    return row;
}

template <typename Field> Field* named(Field* field, const char* name, const QString& meaning)
{
    field->setObjectName(QLatin1String(name));
    field->setAccessibleName(meaning);
    field->setToolTip(meaning);
    return field;
}

/// Changes one of the choices.
template <typename Change> auto changing(ViewState& state, Change change)
{
    return [&state, change](auto value) {
        ToolChoices choices = state.choices();
        change(choices, value);
        state.setChoices(choices);
    };
}

} // namespace

TipField::TipField(ViewState& state, QWidget* parent)
    : QWidget(parent)
{
    auto* ball = named(new QCheckBox(tr("3-D")), "sphere",
        tr("A ball that also paints the neighbouring slices; off: a disc on this one"));
    rowOf(this)->addWidget(ball);
    connect(ball, &QCheckBox::toggled, this, changing(state, [](ToolChoices& choices, bool on) {
        choices.tip = on ? annotations::BrushTip::Sphere : annotations::BrushTip::Disc;
    }));
    const auto show = [ball, &state] { ball->setChecked(state.choices().tip == annotations::BrushTip::Sphere); };
    connect(&state, &ViewState::choicesChanged, this, show);
    show();
}

RegionFields::RegionFields(ViewState& state, QWidget* parent)
    : QWidget(parent)
    , m_volume(named(new QCheckBox(tr("3-D")), "regionVolume", tr("Also in the neighbouring slices; off: on this one")))
    , m_reach(named(new QDoubleSpinBox, "regionReach", tr("How far from where it is pressed, on each side")))
{
    m_reach->setRange(1, 200);
    m_reach->setDecimals(0);
    m_reach->setPrefix(tr("within "));
    m_reach->setSuffix(tr(" mm"));
    auto* row = rowOf(this);
    row->addWidget(m_volume);
    row->addWidget(m_reach);
    using Extent = annotations::RegionChoice::Extent;
    connect(m_volume, &QCheckBox::toggled, this, changing(state, [](ToolChoices& choices, bool on) {
        choices.region.extent = on ? Extent::Volume : Extent::Plane;
    }));
    connect(m_reach, &QDoubleSpinBox::valueChanged, this,
        changing(state, [](ToolChoices& choices, double mm) { choices.region.reachMm = mm; }));
    connect(&state, &ViewState::choicesChanged, this, [this, &state] { show(state); });
    show(state);
}

void RegionFields::show(const ViewState& state)
{
    const auto& region = state.choices().region;
    const bool volume = region.extent == annotations::RegionChoice::Extent::Volume;
    const QSignalBlocker quiet(m_reach);
    m_volume->setChecked(volume);
    m_reach->setValue(region.reachMm);
    m_reach->setVisible(volume);
}

CutFields::CutFields(ViewState& state, QWidget* parent)
    : QWidget(parent)
    , m_side(named(new QComboBox, "cutSide", tr("What is cut away of the label")))
    , m_depth(named(new QDoubleSpinBox, "cutDepth", tr("How thick a layer is cut, half of it on either side")))
{
    m_side->addItems({tr("Inside"), tr("Outside")});
    m_depth->setRange(0, 500);
    m_depth->setDecimals(0);
    m_depth->setSingleStep(5);
    m_depth->setSuffix(tr(" mm deep"));
    m_depth->setSpecialValueText(tr("all slices"));
    auto* row = rowOf(this);
    row->addWidget(m_side);
    row->addWidget(m_depth);
    connect(m_side, &QComboBox::activated, this, changing(state, [](ToolChoices& choices, int side) {
        choices.cut.side = static_cast<annotations::CutChoice::Side>(side);
    }));
    connect(m_depth, &QDoubleSpinBox::valueChanged, this,
        changing(state, [](ToolChoices& choices, double mm) { choices.cut.depthMm = mm; }));
    connect(&state, &ViewState::choicesChanged, this, [this, &state] { show(state); });
    show(state);
}

void CutFields::show(const ViewState& state)
{
    const auto& cut = state.choices().cut;
    const QSignalBlocker quiet(m_depth);
    m_side->setCurrentIndex(static_cast<int>(cut.side));
    m_depth->setValue(cut.depthMm);
}

} // namespace ui
