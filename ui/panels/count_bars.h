#pragma once

#include "annotations/cohort/cohort.h"

#include <QWidget>

#include <array>

class QLabel;
class QProgressBar;

namespace ui {

/// How many studies stand in which state: a line for each, in words, with a bar for its part of the whole.
class CountBars : public QWidget
{
    Q_OBJECT

public:
    explicit CountBars(QWidget* parent = nullptr);

    void setCounts(const annotations::CohortCounts& counts);

private:
    struct Line
    {
        QProgressBar* bar = nullptr;
        QLabel* number = nullptr;
    };

    std::array<Line, annotations::kCaseStates> m_lines; ///< By CaseState.
};

} // namespace ui
