#pragma once

#include "annotations/label.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace ui {

/// The labels as a table: shown, colour and name, size, lock. Names can be edited, shown and lock be ticked.
class LabelModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Shown, Name, Size, Locked, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setLabels(const std::vector<annotations::Label>& labels);
    const std::vector<annotations::Label>& labels() const { return m_labels; }
    /// A text for each label, in their order.
    void setSizes(const QStringList& sizes);
    int rowOf(quint16 value) const;
    /// Name, code and meaning of a label in one line; plain text.
    QString detailOf(int row) const;
    void setColour(int row, std::array<std::uint8_t, 3> colour);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    /// The user changed a label.
    void edited();

private:
    QVariant text(const annotations::Label& label, int row, int column) const;

    std::vector<annotations::Label> m_labels;
    QStringList m_sizes;
};

} // namespace ui
