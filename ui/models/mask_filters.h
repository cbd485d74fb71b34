#pragma once

#include "annotations/filters/mask_filter.h"

#include <QObject>
#include <QString>

#include <utility>

namespace ui {

/// In which slices a filter works.
enum class FilterWhere { ThisSlice, Slices, All };

/// What the user wants to be done to the mask of the chosen label. What of the filter follows from the view (the plane,
/// the crosshair) is left open.
struct FilterOrder
{
    annotations::MaskFilter filter;
    FilterWhere where = FilterWhere::All;
    std::pair<int, int> slices{0, 0}; ///< First and last, from 0, for FilterWhere::Slices.
    annotations::FilterExtent extent = annotations::FilterExtent::Volume;
    annotations::FilterOver over = annotations::FilterOver::Empty;
};

/// What of the open picture a form must know.
struct FilterPicture
{
    bool isOpen = false;
    QString valueUnit; ///< " HU", or nothing.
    bool wholeValues = true;
    annotations::ValueRange range; ///< To begin with.
    bool calibrated = true; ///< Otherwise lengths are in pixels.
    annotations::MaskFilter::Measure measure = annotations::MaskFilter::Measure::Volume;
    bool eachSliceOnly = false; ///< Its slices do not lie at equal distances: they cannot be seen together.
};

/// Filters of masks as all panels offer them. A controller answers what is asked for.
class MaskFilters : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    const FilterPicture& picture() const { return m_picture; }
    void setPicture(const FilterPicture& picture);
    bool isRunning() const { return m_running; }
    void setRunning(bool running);
    /// What the last one did, or why it did nothing; a sentence.
    const QString& note() const { return m_note; }
    void setNote(const QString& note);

Q_SIGNALS:
    void pictureChanged();
    void runningChanged();
    void noteChanged();
    /// What the user wants.
    void applyRequested(const ui::FilterOrder& order);
    void stopRequested();

private:
    FilterPicture m_picture;
    bool m_running = false;
    QString m_note;
};

} // namespace ui
