#pragma once

#include <QLabel>

namespace ui {

/// One line that takes the room it is given: a longer text ends in an ellipsis and stands in the tooltip, and never
/// widens what is around it.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
};

} // namespace ui
