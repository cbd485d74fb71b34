#include "ui/panels/curve_chart.h"

#include "ui/text_size.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui {

namespace {

bool isDice(Curve::Style style)
{
    return style == Curve::Style::Labelled || style == Curve::Style::Validation;
}

QPen penOf(Curve::Style style, const QPalette& palette)
{
    switch (style) {
    case Curve::Style::Labelled:
        return {QColor(0x5f, 0xa8, 0x8a), 2, Qt::SolidLine};
    case Curve::Style::Validation:
        return {palette.color(QPalette::Link), 2, Qt::SolidLine};
    case Curve::Style::Change:
        return {QColor(0xc9, 0x8a, 0x50), 1.5, Qt::DashLine};
    case Curve::Style::Loss:
        break;
    }
    return {palette.color(QPalette::PlaceholderText), 1.5, Qt::DotLine};
}

QColor faint(const QPalette& palette)
{
    QColor colour = palette.color(QPalette::PlaceholderText);
    colour.setAlpha(60);
    return colour;
}

double highest(const std::vector<double>& values)
{
    double most = 0;
    for (const double value : values)
        if (std::isfinite(value))
            most = std::max(most, value);
    return most;
}

} // namespace

CurveChart::CurveChart(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("curves"));
    setAccessibleName(tr("Curves of the training"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCurves({});
}

void CurveChart::setCurves(std::vector<Curve> curves, int epochs)
{
    m_curves = std::move(curves);
    m_epochs = epochs;
    setAccessibleDescription(summary());
    update();
}

QString CurveChart::summary() const
{
    int last = 0;
    QStringList parts;
    for (const auto& curve : m_curves) {
        if (curve.values.empty())
            continue;
        last = std::max(last, curve.epochs.back());
        parts << QStringLiteral("%1 %2").arg(curve.name, QString::number(curve.values.back(), 'f', 3));
    }
    return parts.isEmpty() ? tr("No epoch has been finished yet.")
                           : tr("epoch %1: %2").arg(last).arg(parts.join(QStringLiteral(", ")));
}

QRectF CurveChart::plotArea() const
{
    return QRectF(rect()).adjusted(34, 8, -8, -8);
}

/// A range of Dice that all curves fit into, in tenths.
std::pair<double, double> CurveChart::diceRange() const
{
    double low = 1;
    double high = 0;
    for (const auto& curve : m_curves) {
        if (!isDice(curve.style))
            continue;
        for (const double value : curve.values) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    if (low > high)
        return {0, 1};
    low = std::clamp(std::floor(low * 10) / 10, 0.0, 0.9);
    high = std::clamp(std::ceil(high * 10) / 10, low + 0.1, 1.0);
    return {low, high};
}

void CurveChart::paintGrid(QPainter& painter, const QRectF& area, std::pair<double, double> range) const
{
    const QFont small = smallFont(font());
    painter.setFont(small);
    constexpr int kLines = 4;
    for (int i = 0; i <= kLines; ++i) {
        const double part = static_cast<double>(i) / kLines;
        const double y = area.bottom() - part * area.height();
        painter.setPen(faint(palette()));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(QRectF(0, y - 8, area.left() - 5, 16), Qt::AlignRight | Qt::AlignVCenter,
            QString::number(range.first + part * (range.second - range.first), 'f', 2));
    }
}

void CurveChart::paintCurve(
    QPainter& painter, const QRectF& area, const Curve& curve, std::pair<double, double> range) const
{
    const int last = std::max(m_epochs, curve.epochs.empty() ? 1 : curve.epochs.back());
    if (!isDice(curve.style))
        range = {0, std::max(highest(curve.values), 1e-9)};
    QPainterPath path;
    bool begun = false;
    for (std::size_t i = 0; i < curve.values.size() && i < curve.epochs.size(); ++i) {
        if (!std::isfinite(curve.values[i]))
            continue;
        const double across = last > 1 ? (curve.epochs[i] - 1.0) / (last - 1.0) : 0.5;
        const double up = std::clamp((curve.values[i] - range.first) / (range.second - range.first), 0.0, 1.0);
        const QPointF at(area.left() + across * area.width(), area.bottom() - up * area.height());
        begun ? path.lineTo(at) : path.moveTo(at);
        begun = true;
    }
    const QPen pen = penOf(curve.style, palette());
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    if (begun) {
        painter.setBrush(pen.color());
        painter.drawEllipse(path.currentPosition(), 2.5, 2.5);
    }
}

void CurveChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(faint(palette()));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const QRectF area = plotArea();
    if (m_curves.empty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, summary());
        return;
    }
    const auto range = diceRange();
    paintGrid(painter, area, range);
    for (const auto& curve : m_curves)
        paintCurve(painter, area, curve, range);
}

} // namespace ui
