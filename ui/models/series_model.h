#pragma once

#include "imaging/dicom/scan.h"

#include <QAbstractListModel>
#include <QImage>

#include <optional>
#include <vector>

namespace ui {

/// What is known about a series that holds a mask (DICOM SEG).
struct MaskItem
{
    QString source; ///< Series Instance UID of the pictures it lies on; empty when it does not say.
    QString detail; ///< Its segments, or why it cannot be read.
    bool usable = false; ///< It can be asked for.
};

/// The series that were found, as a list: what the left panel shows.
class SeriesModel : public QAbstractListModel
{
    Q_OBJECT

public:
    /// UsableRole: the item can be asked for, as a picture or as a mask on one.
    enum Role { DetailRole = Qt::UserRole + 1, StatusRole, UsableRole, MaskRole };

    using QAbstractListModel::QAbstractListModel;

    void setSeries(std::vector<imaging::SeriesInfo> series);
    void addSeries(imaging::SeriesInfo series);
    const imaging::SeriesInfo& series(int row) const { return m_items[static_cast<std::size_t>(row)].info; }
    /// Row of a series, or -1.
    int rowOf(const QString& id) const;
    void setThumbnail(const QString& id, const QImage& picture);
    /// A short state in words, such as "1 mask, unsent".
    void setStatus(const QString& id, const QString& status);

    void setMask(const QString& id, const MaskItem& mask);
    /// Null when the series is no mask, or nothing is known about it yet.
    const MaskItem* mask(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Item
    {
        imaging::SeriesInfo info;
        QImage thumbnail;
        QString status;
        std::optional<MaskItem> mask;

        bool usable() const { return info.displayable || (mask && mask->usable); }
    };

    QString detailOf(const Item& item) const;
    QString statusOf(const Item& item) const;

    std::vector<Item> m_items;
};

/// "2026-11-20" for a DICOM date "20261120"; any other text is given back as it is.
QString dateText(const std::string& dicomDate);

/// The series' description, or what else says best what it is.
QString titleOf(const imaging::SeriesInfo& series);

} // namespace ui
