#pragma once

#include "annotations/cohort/review_queue.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QListView;
class QModelIndex;

namespace ui {

class QueueModel;

/// The review queue: its order, which cases it shows, and the cases with thumbnail, sentence and score.
class QueuePanel : public QWidget
{
    Q_OBJECT

public:
    explicit QueuePanel(QWidget* parent = nullptr);

    QueueModel& model() { return *m_model; }
    annotations::QueueOrder order() const;
    void setOrder(annotations::QueueOrder order);
    annotations::QueueFilter filter() const;

    /// Marks a case as the one that is shown; 0: none.
    void setCurrent(qint64 id);
    /// How many of how many cases are listed.
    void updateSummary();
    void focusList();

Q_SIGNALS:
    /// Another order or filter.
    void queueChanged();
    void caseRequested(qint64 id);
    /// These rows came into sight and have no thumbnail.
    void thumbnailsWanted(const QList<qint64>& ids);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void request(const QModelIndex& index);
    void askForThumbnails();

    QueueModel* m_model;
    QComboBox* m_order;
    QComboBox* m_filter;
    QLabel* m_summary;
    QListView* m_list;
    qint64 m_current = 0;
};

} // namespace ui
