#pragma once

#include "annotations/filters/mask_filter.h"

#include <QFlags>
#include <QString>

#include <span>

namespace ui {

/// What the user is asked for before a filter is applied.
enum class FilterField : unsigned {
    Millimetres = 1, ///< A radius, a distance or a thickness.
    OtherLabel = 2,
    Values = 4,
    Count = 8,
    Size = 16,
    Side = 32,
    Axis = 64,
    EachSlice = 128, ///< Whether each slice is a picture of its own.
    Over = 256, ///< Whether voxels of other labels may be taken.
};
Q_DECLARE_FLAGS(FilterFields, FilterField)
Q_DECLARE_OPERATORS_FOR_FLAGS(FilterFields)

/// One filter, as the window offers it.
struct FilterRow
{
    annotations::FilterKind kind = annotations::FilterKind::Median;
    QString name;
    QString step; ///< What its step is called; %1: the label, %2: the other one.
    QString help; ///< What it does, in a sentence.
    FilterFields fields;
    bool beginsGroup = false; ///< A line stands before it.
};

/// All filters, in the order of the menu.
std::span<const FilterRow> filters();
const FilterRow& filterRow(annotations::FilterKind kind);

} // namespace ui
