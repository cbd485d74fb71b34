#pragma once

#include "annotations/label.h"

#include <QWidget>

#include <vector>

class QPushButton;
class QTableView;

namespace ui {

class LabelModel;

/// The Labels tab: the segments, which one is drawn with, and adding and removing.
class LabelsPanel : public QWidget
{
    Q_OBJECT

public:
    explicit LabelsPanel(QWidget* parent = nullptr);

    void setLabels(const std::vector<annotations::Label>& labels);
    void setSizes(const QStringList& sizes);
    void setActive(quint16 value);
    LabelModel& model() { return *m_model; }

Q_SIGNALS:
    void labelsEdited(const std::vector<annotations::Label>& labels);
    void activeRequested(quint16 value);
    void removeRequested(quint16 value);

private:
    void pickColour(int row);
    void removeCurrent();
    void makeKeys();
    void add(annotations::Label label);
    void fillAddMenu();

    LabelModel* m_model;
    QTableView* m_table;
    QPushButton* m_add;
    QPushButton* m_remove;
    QPushButton* m_colour;
    bool m_updating = false;
};

} // namespace ui
