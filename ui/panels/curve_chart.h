#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace ui {

/// One line of a chart over the epochs.
struct Curve
{
    /// Which of the theme's colours and line patterns it gets: the three measures differ without colour, too.
    enum class Style { Labelled, Validation, Change, Loss };

    QString name;
    Style style = Style::Validation;
    std::vector<int> epochs; ///< Ascending, from 1.
    std::vector<double> values;
};

/// The curves of a training. Dice is drawn from 0 to 1 at most, with marks at the left; loss and change are drawn on a
/// scale of their own, from 0 to their highest value. The newest values stand below in words.
class CurveChart : public QWidget
{
    Q_OBJECT

public:
    explicit CurveChart(QWidget* parent = nullptr);

    /// `epochs` is the right end of the axis: how many will be trained, 0: as many as there are.
    void setCurves(std::vector<Curve> curves, int epochs = 0);
    const std::vector<Curve>& curves() const { return m_curves; }
    /// "epoch 7: validation Dice 0.80, loss 0.31"; what the accessible description says.
    QString summary() const;

    QSize sizeHint() const override { return {240, 150}; }
    QSize minimumSizeHint() const override { return {160, 110}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QRectF plotArea() const;
    std::pair<double, double> diceRange() const;
    void paintGrid(QPainter& painter, const QRectF& area, std::pair<double, double> range) const;
    void paintCurve(QPainter& painter, const QRectF& area, const Curve& curve, std::pair<double, double> range) const;

    std::vector<Curve> m_curves;
    int m_epochs = 0;
};

} // namespace ui
