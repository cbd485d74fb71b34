#pragma once

#include "annotations/measure/measurement.h"

#include <QPointF>
#include <QString>

#include <cstdint>
#include <optional>

class QPainter;

namespace ui {

class SliceView;

/// A measurement as views show it.
struct ShownMeasurement
{
    annotations::Measurement measurement; ///< Of one that is being drawn, as far as it is.
    QString text; ///< Its values, plain text of one line or more.
    bool chosen = false;
};

/// A point of a measurement.
struct MeasureHandle
{
    std::uint32_t id = 0;
    std::size_t point = 0;

    friend bool operator==(const MeasureHandle&, const MeasureHandle&) = default;
};

/// The handle near a place (widget) of a view, of the measurements that it shows.
std::optional<MeasureHandle> measureHandleAt(const SliceView& view, QPointF place);

/// The measurements that lie on the view's plane.
void paintMeasurements(QPainter& painter, const SliceView& view);

} // namespace ui
