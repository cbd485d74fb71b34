#include "ui/models/filter_table.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

namespace ui {

namespace {

using annotations::FilterKind;
using Field = FilterField;

class FilterTexts
{
    Q_DECLARE_TR_FUNCTIONS(ui::Filters)
};

std::vector<FilterRow> valueRows()
{
    return {
        {FilterKind::Threshold, FilterTexts::tr("Threshold"), FilterTexts::tr("Threshold “%1”"),
            FilterTexts::tr("The label holds what lies in the range of values, and nothing else."), Field::Values | Field::Over},
        {FilterKind::LimitToValues, FilterTexts::tr("Keep a Range of Values"), FilterTexts::tr("Limit “%1” to values"),
            FilterTexts::tr("Of the mask is left what lies in the range of values."), Field::Values},
    };
}

std::vector<FilterRow> islandRows()
{
    return {
        {FilterKind::KeepLargest, FilterTexts::tr("Keep the Largest Islands"), FilterTexts::tr("Largest islands of “%1”"),
            FilterTexts::tr("All smaller islands go."), Field::Count | Field::EachSlice, true},
        {FilterKind::RemoveSmall, FilterTexts::tr("Remove Small Islands"), FilterTexts::tr("Remove small islands of “%1”"),
            FilterTexts::tr("Islands below the size go."), Field::Size | Field::EachSlice},
        {FilterKind::KeepAt, FilterTexts::tr("Keep the Island at the Crosshair"), FilterTexts::tr("One island of “%1”"),
            FilterTexts::tr("All islands go but the one where the crosshair is (click with Select to put it there)."), {}},
        {FilterKind::SplitIslands, FilterTexts::tr("Split Islands into Labels"), FilterTexts::tr("Split “%1” into islands"),
            FilterTexts::tr("Each island but the largest gets a label of its own."), {}},
        {FilterKind::SplitByPlane, FilterTexts::tr("Split at the Shown Plane"), FilterTexts::tr("Split “%1” at a plane"),
            FilterTexts::tr("What lies in front of the plane in the view gets a label of its own."), {}},
    };
}

std::vector<FilterRow> smoothingRows()
{
    return {
        {FilterKind::Median, FilterTexts::tr("Smooth"), FilterTexts::tr("Smooth “%1”"),
            FilterTexts::tr("Each voxel as most of those around it (median)."),
            Field::Millimetres | Field::EachSlice | Field::Over, true},
        {FilterKind::JointMedian, FilterTexts::tr("Smooth All Labels Together"), FilterTexts::tr("Smooth all labels"),
            FilterTexts::tr("Each voxel takes the label of most around it: no gaps open between labels."), Field::Millimetres},
        {FilterKind::Open, FilterTexts::tr("Remove Thin Parts"), FilterTexts::tr("Open “%1”"),
            FilterTexts::tr("What is thinner than a ball of this radius goes (opening)."), Field::Millimetres | Field::EachSlice},
        {FilterKind::Close, FilterTexts::tr("Close Gaps"), FilterTexts::tr("Close “%1”"),
            FilterTexts::tr("Gaps narrower than a ball of this radius are closed (closing)."),
            Field::Millimetres | Field::EachSlice | Field::Over},
        {FilterKind::FillHoles, FilterTexts::tr("Fill Holes"), FilterTexts::tr("Fill holes of “%1”"),
            FilterTexts::tr("What the mask encloses belongs to it."), Field::EachSlice | Field::Over},
        {FilterKind::Interpolate, FilterTexts::tr("Fill in between Slices"), FilterTexts::tr("Interpolate “%1”"),
            FilterTexts::tr("Shapes for the slices between drawn ones; drawn slices stay as they are."),
            Field::Axis | Field::Over},
    };
}

std::vector<FilterRow> sizeRows()
{
    return {
        {FilterKind::Grow, FilterTexts::tr("Grow"), FilterTexts::tr("Grow “%1”"), FilterTexts::tr("The mask grows on all sides."),
            Field::Millimetres | Field::EachSlice | Field::Over, true},
        {FilterKind::Shrink, FilterTexts::tr("Shrink"), FilterTexts::tr("Shrink “%1”"),
            FilterTexts::tr("The mask shrinks on all sides."), Field::Millimetres | Field::EachSlice},
        {FilterKind::Hollow, FilterTexts::tr("Hollow"), FilterTexts::tr("Hollow “%1”"),
            FilterTexts::tr("Of the mask is left a shell of this thickness along its surface."),
            Field::Millimetres | Field::Side | Field::EachSlice | Field::Over},
        {FilterKind::Margin, FilterTexts::tr("Margin"), FilterTexts::tr("Margin of “%1” into “%2”"),
            FilterTexts::tr("The rim around the mask goes to the other label."),
            Field::Millimetres | Field::OtherLabel | Field::EachSlice | Field::Over},
    };
}

std::vector<FilterRow> labelRows()
{
    return {
        {FilterKind::Merge, FilterTexts::tr("Add Another Label"), FilterTexts::tr("Add “%2” to “%1”"),
            FilterTexts::tr("The label gets all that the other one holds."), Field::OtherLabel, true},
        {FilterKind::MoveTo, FilterTexts::tr("Give to Another Label"), FilterTexts::tr("Give “%1” to “%2”"),
            FilterTexts::tr("The other label gets all that the label holds."), Field::OtherLabel},
        {FilterKind::Swap, FilterTexts::tr("Exchange with Another Label"), FilterTexts::tr("Exchange “%1” and “%2”"),
            FilterTexts::tr("Each label gets the other's mask."), Field::OtherLabel},
        {FilterKind::Subtract, FilterTexts::tr("Keep Away from Another Label"), FilterTexts::tr("Keep “%1” away from “%2”"),
            FilterTexts::tr("What lies within this distance of the other label goes."),
            Field::Millimetres | Field::OtherLabel},
        {FilterKind::Intersect, FilterTexts::tr("Keep Only near Another Label"), FilterTexts::tr("Keep “%1” near “%2”"),
            FilterTexts::tr("Of the mask is left what lies within this distance of the other label."),
            Field::Millimetres | Field::OtherLabel},
        {FilterKind::Invert, FilterTexts::tr("Invert the Mask"), FilterTexts::tr("Invert “%1”"),
            FilterTexts::tr("The label holds what it did not hold."), Field::Over},
        {FilterKind::Clear, FilterTexts::tr("Clear the Mask"), FilterTexts::tr("Clear “%1” on slices"),
            FilterTexts::tr("The mask goes, the label stays."), {}},
    };
}

std::vector<FilterRow> makeFilterTable()
{
    std::vector<FilterRow> table;
    for (auto rows : {valueRows(), islandRows(), smoothingRows(), sizeRows(), labelRows()})
        table.insert(table.end(), rows.begin(), rows.end());
    return table;
}

} // namespace

std::span<const FilterRow> filters()
{
    static const std::vector<FilterRow> table = makeFilterTable();
    return table;
}

const FilterRow& filterRow(annotations::FilterKind kind)
{
    return *std::ranges::find(filters(), kind, &FilterRow::kind);
}

} // namespace ui
