#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;

namespace ui {

class StudyList;

/// A StudyList as a column: patients and their series with thumbnails, and a field that finds one by typing.
class SeriesPanel : public QWidget
{
    Q_OBJECT

public:
    /// `studies` must outlive the panel.
    explicit SeriesPanel(StudyList& studies, QWidget* parent = nullptr);

    void focusSearch();

private:
    void connectStudies();
    void showCurrent();
    void showListing();

    StudyList& m_studies;
    QLabel* m_place;
    QLineEdit* m_search;
    QListView* m_list;
};

} // namespace ui
