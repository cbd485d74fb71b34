#pragma once

#include <QWidget>

class QLabel;
class QListView;
class QModelIndex;

namespace ui {

class SeriesModel;

/// The left panel: the patient and the list of series with thumbnails.
class SeriesPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SeriesPanel(QWidget* parent = nullptr);

    SeriesModel& model() { return *m_model; }
    void setPlace(const QString& text);
    /// Marks a series as the open one without asking for it.
    void setCurrent(const QString& id);
    /// Asks for the next displayable series in a direction.
    void step(int by);

Q_SIGNALS:
    void seriesRequested(const QString& id);

private:
    void request(const QModelIndex& index);

    SeriesModel* m_model;
    QListView* m_list;
    QLabel* m_place;
};

} // namespace ui
