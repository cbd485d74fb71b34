#pragma once

#include <QStyledItemDelegate>

namespace ui {

/// Draws a row of the series list: the patient above the first series of a study, and a card with thumbnail, title, two
/// dim lines and how far the work is.
class SeriesDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace ui
