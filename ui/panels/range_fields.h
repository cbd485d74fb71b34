#pragma once

#include <QWidget>

class QDoubleSpinBox;

namespace ui {

class ShownPicture;
class ViewState;

/// The range of values that a tool looks at: from, to, in the picture's unit.
class RangeFields : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive the fields.
    RangeFields(const ShownPicture& picture, ViewState& state, QWidget* parent = nullptr);

private:
    QDoubleSpinBox* makeField(const QString& name, const QString& accessibleName);
    void showRange();
    void takeRange(const QDoubleSpinBox* changed);

    const ShownPicture& m_picture;
    ViewState& m_state;
    QDoubleSpinBox* m_low;
    QDoubleSpinBox* m_high;
};

} // namespace ui
