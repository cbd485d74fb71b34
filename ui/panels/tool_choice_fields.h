#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace ui {

class ViewState;

/// Whether a brush paints on the plane alone or is a ball.
class TipField : public QWidget
{
    Q_OBJECT

public:
    explicit TipField(ViewState& state, QWidget* parent = nullptr);
};

/// How far a tool looks for what is connected: on the plane, or in a box of so many millimetres on each side.
class RegionFields : public QWidget
{
    Q_OBJECT

public:
    explicit RegionFields(ViewState& state, QWidget* parent = nullptr);

private:
    void show(const ViewState& state);

    QCheckBox* m_volume;
    QDoubleSpinBox* m_reach;
};

/// What scissors take away, and how deep.
class CutFields : public QWidget
{
    Q_OBJECT

public:
    explicit CutFields(ViewState& state, QWidget* parent = nullptr);

private:
    void show(const ViewState& state);

    QComboBox* m_side;
    QDoubleSpinBox* m_depth;
};

} // namespace ui
