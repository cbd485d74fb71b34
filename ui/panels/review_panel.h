#pragma once

#include <QStringList>
#include <QWidget>

class QListWidget;
class QTabWidget;

namespace ui {

class ExportPanel;
class QueuePanel;

/// The Relabel page's right side: the queue, the history of the case that is shown, and the export.
class ReviewPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ReviewPanel(QWidget* parent = nullptr);

    QueuePanel& queue() { return *m_queue; }
    ExportPanel& exportPanel() { return *m_export; }

    /// Where the mask comes from, newest first; plain text.
    void setHistory(const QStringList& lines);
    void showQueue();
    void showExport();

private:
    QWidget* makeQueueTab();

    QTabWidget* m_tabs;
    QueuePanel* m_queue;
    QListWidget* m_short; ///< Below the queue: the newest entries.
    QListWidget* m_history;
    ExportPanel* m_export;
};

} // namespace ui
