#include "ui/models/label_model.h"

#include "ui/icons.h"

#include <QColor>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace ui {

void LabelModel::setLabels(const std::vector<annotations::Label>& labels)
{
    if (labels == m_labels)
        return;
    if (labels.size() == m_labels.size()) {
        m_labels = labels;
        if (!m_labels.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_labels = labels;
    m_sizes.clear();
    endResetModel();
}

void LabelModel::setSizes(const QStringList& sizes)
{
    m_sizes = sizes;
    if (!m_labels.empty())
        Q_EMIT dataChanged(index(0, Size), index(rowCount() - 1, Size), {Qt::DisplayRole});
}

int LabelModel::rowOf(quint16 value) const
{
    const auto found = std::find_if(m_labels.begin(), m_labels.end(), [=](const auto& l) { return l.value == value; });
    return found == m_labels.end() ? -1 : static_cast<int>(found - m_labels.begin());
}

QString LabelModel::detailOf(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    const auto& label = m_labels[static_cast<std::size_t>(row)];
    const auto& type = label.type;
    QString text = QString::fromStdString(label.name);
    if (!type.value.empty())
        text += QStringLiteral("  ·  %1 %2: %3")
                    .arg(QString::fromStdString(type.scheme), QString::fromStdString(type.value),
                        QString::fromStdString(type.meaning));
    return text;
}

void LabelModel::setColour(int row, std::array<std::uint8_t, 3> colour)
{
    if (row < 0 || row >= rowCount())
        return;
    m_labels[static_cast<std::size_t>(row)].colour = colour;
    Q_EMIT dataChanged(index(row, Name), index(row, Name), {Qt::DecorationRole});
    Q_EMIT edited();
}

int LabelModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_labels.size());
}

int LabelModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LabelModel::text(const annotations::Label& label, int row, int column) const
{
    switch (column) {
    case Name:
        return QString::fromStdString(label.name);
    case Size:
        return m_sizes.value(row);
    default:
        return {};
    }
}

QVariant LabelModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto& label = m_labels[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole || role == Qt::EditRole)
        return text(label, index.row(), index.column());
    if (role == Qt::DecorationRole && index.column() == Name)
        return QColor(label.colour[0], label.colour[1], label.colour[2]);
    if (role == Qt::CheckStateRole && index.column() == Shown)
        return label.visible ? Qt::Checked : Qt::Unchecked;
    if (role == Qt::CheckStateRole && index.column() == Locked)
        return label.locked ? Qt::Checked : Qt::Unchecked;
    if (role == Qt::ToolTipRole && index.column() == Name) {
        QStringList lines{detailOf(index.row()), QString::fromStdString(label.description)};
        lines.removeAll(QString());
        return lines.join(QLatin1Char('\n')).toHtmlEscaped();
    }
    return {};
}

bool LabelModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || index.row() >= rowCount())
        return false;
    auto& label = m_labels[static_cast<std::size_t>(index.row())];
    if (role == Qt::EditRole && index.column() == Name) {
        // (0062,0005) Segment Label is LO: at most 64 characters.
        const QString name = value.toString().simplified().left(64);
        if (name.isEmpty())
            return false;
        label.name = name.toStdString();
    } else if (role == Qt::CheckStateRole && index.column() == Shown) {
        label.visible = value.toInt() == Qt::Checked;
    } else if (role == Qt::CheckStateRole && index.column() == Locked) {
        label.locked = value.toInt() == Qt::Checked;
    } else {
        return false;
    }
    Q_EMIT dataChanged(index, index);
    Q_EMIT edited();
    return true;
}

/// The two narrow columns have pictures at their head, so that the names get the room.
QVariant LabelModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const bool narrow = section == Shown || section == Locked;
    if (role == Qt::DecorationRole && narrow)
        return icon(section == Shown ? QStringLiteral("eye") : QStringLiteral("lock"),
            QGuiApplication::palette().color(QPalette::PlaceholderText));
    if (role != Qt::AccessibleTextRole && role != Qt::ToolTipRole && (role != Qt::DisplayRole || narrow))
        return {};
    switch (section) {
    case Shown:
        return tr("Show");
    case Name:
        return tr("Name");
    case Size:
        return tr("Size");
    case Locked:
        return tr("Lock");
    default:
        return {};
    }
}

Qt::ItemFlags LabelModel::flags(const QModelIndex& index) const
{
    auto flags = QAbstractTableModel::flags(index);
    if (!index.isValid())
        return flags;
    if (index.column() == Name)
        flags |= Qt::ItemIsEditable;
    if (index.column() == Shown || index.column() == Locked)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

} // namespace ui
