#pragma once

#include "annotations/label.h"

#include <QWidget>

class QLabel;
class QMenu;
class QPushButton;
class QTableView;

namespace ui {

class FilterForm;
class LabelList;
class LabelModel;
class MaskFilters;

/// A LabelList as the Labels tab shows it: the segments, which one is drawn with, and adding, clearing and removing; below
/// what changes a mask as a whole.
class LabelsPanel : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive the panel.
    LabelsPanel(LabelList& labels, MaskFilters& filters, QWidget* parent = nullptr);

    FilterForm& filterForm() { return *m_filterForm; }

private:
    QLayout* makeButtons();
    void makeClearMenu();
    void connectLabels();
    void showActive();
    void showSliceCount();
    void updateDetail();
    void pickColour(int row);
    void removeCurrent();
    void makeKeys();
    void add(annotations::Label label);
    void fillAddMenu();

    LabelList& m_labels;
    LabelModel& m_model; ///< Of the list.
    QTableView* m_table;
    QLabel* m_detail;
    QPushButton* m_add;
    QPushButton* m_colour;
    QPushButton* m_clear;
    QPushButton* m_remove;
    FilterForm* m_filterForm;
    QMenu* m_clearMenu; ///< A single picture leaves no choice of what to clear.
};

} // namespace ui
