#pragma once

#include "ui/models/label_model.h"

#include <QObject>

#include <vector>

namespace ui {

/// How much of a label's mask is cleared.
enum class ClearExtent { Slice, AllSlices };

/// The labels of the open picture, as all panels show them: their table and which one is drawn with. A controller fills
/// it and answers what is asked for.
class LabelList : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    LabelModel& model() { return m_model; }
    const std::vector<annotations::Label>& labels() const { return m_model.labels(); }
    void setLabels(const std::vector<annotations::Label>& labels) { m_model.setLabels(labels); }
    /// A text for each label, in their order.
    void setSizes(const QStringList& sizes) { m_model.setSizes(sizes); }

    /// The value of the label that is drawn with.
    quint16 active() const { return m_active; }
    void setActive(quint16 value);

    /// Of the picture.
    int sliceCount() const { return m_slices; }
    void setSliceCount(int slices);

    /// Asks for the label after the active one, after the last for the first.
    void requestNext();

Q_SIGNALS:
    void activeChanged();
    void sliceCountChanged();
    /// What the user wants.
    void labelsEdited(const std::vector<annotations::Label>& labels);
    void activeRequested(quint16 value);
    /// The mask of the active label is to be cleared.
    void clearRequested(ui::ClearExtent extent);
    void removeRequested(quint16 value);

private:
    LabelModel m_model;
    quint16 m_active = 0;
    int m_slices = 1;
};

} // namespace ui
