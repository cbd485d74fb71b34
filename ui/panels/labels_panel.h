#pragma once

#include "annotations/label.h"

#include <QWidget>

#include <vector>

class QLabel;
class QMenu;
class QPushButton;
class QTableView;

namespace ui {

class LabelModel;

/// How much of a label's mask is cleared.
enum class ClearExtent { Slice, AllSlices };

/// The Labels tab: the segments, which one is drawn with, and adding, clearing and removing.
class LabelsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit LabelsPanel(QWidget* parent = nullptr);

    void setLabels(const std::vector<annotations::Label>& labels);
    void setSizes(const QStringList& sizes);
    void setActive(quint16 value);
    /// A single picture leaves no choice of what to clear.
    void setSliceCount(int slices);
    LabelModel& model() { return *m_model; }

Q_SIGNALS:
    void labelsEdited(const std::vector<annotations::Label>& labels);
    void activeRequested(quint16 value);
    /// The mask of the active label is to be cleared.
    void clearRequested(ui::ClearExtent extent);
    void removeRequested(quint16 value);

private:
    QLayout* makeButtons();
    void makeClearMenu();
    void updateDetail();
    void pickColour(int row);
    void removeCurrent();
    void makeKeys();
    void add(annotations::Label label);
    void fillAddMenu();

    LabelModel* m_model;
    QTableView* m_table;
    QLabel* m_detail;
    QPushButton* m_add;
    QPushButton* m_colour;
    QPushButton* m_clear;
    QPushButton* m_remove;
    QMenu* m_clearMenu;
    bool m_updating = false;
};

} // namespace ui
