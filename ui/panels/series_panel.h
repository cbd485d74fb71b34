#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;
class QModelIndex;

namespace ui {

class SeriesModel;

/// The left panel: patients and their series with thumbnails, and a field that finds one by typing.
class SeriesPanel : public QWidget
{
    Q_OBJECT

public:
    explicit SeriesPanel(QWidget* parent = nullptr);

    SeriesModel& model() { return *m_model; }
    void setPlace(const QString& text);
    /// Marks a series as the open one without asking for it.
    void setCurrent(const QString& id);
    /// Asks for the next displayable series in a direction, of those that are shown.
    void step(int by);
    /// The first picture series of the next study that is shown, or -1.
    int nextStudy() const;
    /// Asks for the series of a row.
    void requestRow(int row);
    void focusSearch();

Q_SIGNALS:
    void seriesRequested(const QString& id);

private:
    void request(const QModelIndex& index);
    void filter();
    void studiesChanged();

    SeriesModel* m_model;
    QLabel* m_place;
    QLineEdit* m_search;
    QListView* m_list;
};

} // namespace ui
