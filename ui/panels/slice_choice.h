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
    /// One of several in the window: its parts are named after `prefix` and say what they are for.
    SliceChoice(const QString& prefix, const QString& purpose, QWidget* parent = nullptr);

    void setCount(int slices);
    void chooseAll();
    bool isAll() const;
    bool isThis() const;
    /// First and last slice, from 0, when `shown` is the one on the screen.
    std::pair<int, int> range(int shown) const;

private:
    QComboBox* m_which;
    QSpinBox* m_first;
    QSpinBox* m_last;
};

} // namespace ui
