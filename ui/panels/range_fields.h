#pragma once

#include "annotations/value_gate.h"

#include <QWidget>

class QDoubleSpinBox;

namespace ui {

class ShownPicture;
class ViewState;

/// A range of values: from, to, in the picture's unit.
class RangeFields : public QWidget
{
    Q_OBJECT

public:
    /// Whose range it is.
    enum class Of {
        Tool, ///< That a tool looks at (ViewState::paintRange).
        Rules, ///< To which all changes are held (ViewState::drawRules); hidden while they are to none.
    };

    /// Both must outlive the fields.
    RangeFields(const ShownPicture& picture, ViewState& state, Of of, QWidget* parent = nullptr);

private:
    QDoubleSpinBox* makeField(const QString& name, const QString& accessibleName);
    void showRange();
    void takeRange(const QDoubleSpinBox* changed);
    annotations::ValueRange range() const;

    const ShownPicture& m_picture;
    ViewState& m_state;
    Of m_of;
    QDoubleSpinBox* m_low;
    QDoubleSpinBox* m_high;
};

} // namespace ui
