#pragma once

#include "ui/panels/curve_chart.h"

#include <QString>
#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace ui {

/// A way to learn, as it is offered.
struct AdaptWay
{
    QString id;
    QString name;
};

/// Teaches the model of the Classify tab classes from a folder of labelled studies.
class AdaptForm : public QWidget
{
    Q_OBJECT

public:
    explicit AdaptForm(QWidget* parent = nullptr);

    void setWays(const std::vector<AdaptWay>& ways);
    QString way() const; ///< The id of the chosen one.
    int shots() const;
    void setState(bool canRun, bool running);
    /// Empty curves hide the chart. `epochs` as CurveChart.
    void setCurves(std::vector<Curve> curves, int epochs);
    /// What came out, or how far it is; empty hides it.
    void setNote(const QString& text);

Q_SIGNALS:
    void folderWanted();
    void stopRequested();

private:
    QComboBox* m_ways;
    QSpinBox* m_shots;
    QPushButton* m_run;
    QPushButton* m_stop;
    CurveChart* m_chart;
    QLabel* m_note;
};

} // namespace ui
