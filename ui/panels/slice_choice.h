#pragma once

#include <QWidget>

#include <utility>

class QComboBox;
class QSpinBox;

namespace ui {

/// Which slices a run is for: the shown one, a range, or all. A single picture leaves no choice.
class SliceChoice : public QWidget
{
    Q_OBJECT

public:
    explicit SliceChoice(QWidget* parent = nullptr);

    void setCount(int slices);
    void chooseAll();
    /// First and last slice, from 0, when `shown` is the one on the screen.
    std::pair<int, int> range(int shown) const;

private:
    QComboBox* m_which;
    QSpinBox* m_first;
    QSpinBox* m_last;
};

} // namespace ui
