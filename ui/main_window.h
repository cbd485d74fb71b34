#pragma once

#include "ui/actions.h"
#include "ui/theme.h"

#include <QHash>
#include <QMainWindow>

class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace ui {

class CohortPanel;
class JobBar;
class LabelsPanel;
class MessageStrip;
class ReviewBar;
class ReviewPanel;
class SegmentPanel;
class SeriesPanel;
class SliceView;
class TopBar;
class UnfinishedPanel;

/// The workstation's window: series at the left, the picture in the middle, tabs at the right, jobs at the bottom. It
/// arranges its parts and connects what needs no document; controllers do the rest. On the Relabel page the cohort
/// stands at the left, the review queue at the right, and the review's bar below the picture.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);

    Actions& actions() { return *m_actions; }
    SeriesPanel& seriesPanel() { return *m_seriesPanel; }
    SliceView& view() { return *m_view; }
    SegmentPanel& segmentPanel() { return *m_segmentPanel; }
    LabelsPanel& labelsPanel() { return *m_labelsPanel; }
    MessageStrip& messages() { return *m_messages; }
    UnfinishedPanel& unfinishedPanel() { return *m_unfinishedPanel; }
    JobBar& jobBar() { return *m_jobBar; }
    CohortPanel& cohortPanel() { return *m_cohortPanel; }
    ReviewPanel& reviewPanel() { return *m_reviewPanel; }
    ReviewBar& reviewBar() { return *m_reviewBar; }

    Page page() const { return m_page; }
    /// Shows a page without asking anybody.
    void setPage(Page page);

    /// What is open, for the title; plain text.
    void setSubject(const QString& subject);
    /// Colours and text size of the whole program.
    void setLook(Look look);
    Look look() const { return m_look; }
    /// How wide the three columns are, to be kept from run to run.
    QByteArray columns() const;
    void setColumns(const QByteArray& columns);
    /// Milliseconds since the program's start at which the window was first painted are printed by whoever listens.
    bool wasPainted() const { return m_painted; }
    /// Closes without asking.
    void closeNow();

    /// The folder that a file dialog begins in, by what it is for; empty: none was chosen yet.
    QString lastFolder(const QString& purpose) const { return m_lastFolders.value(purpose); }
    void setLastFolder(const QString& purpose, const QString& folder);

Q_SIGNALS:
    void pathDropped(const QString& path);
    /// The user wants the window closed: answer with closeNow().
    void closeRequested();
    void firstPainted();
    void lookChanged();
    void lastFolderChanged(const QString& purpose, const QString& folder);
    /// The user wants the other page: answer with setPage().
    void pageRequested(ui::Page page);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;

private:
    QWidget* makeMiddle();
    QWidget* makeRight();
    QWidget* makeTabs();
    void setLeastWidths();
    void fitColumns();
    void stepTextSize(int by);
    void connectActions();
    void connectPages();
    void connectPresets();
    void updateToolText();

    Actions* m_actions;
    TopBar* m_topBar;
    SeriesPanel* m_seriesPanel;
    SliceView* m_view;
    SegmentPanel* m_segmentPanel;
    LabelsPanel* m_labelsPanel;
    MessageStrip* m_messages;
    UnfinishedPanel* m_unfinishedPanel;
    JobBar* m_jobBar;
    CohortPanel* m_cohortPanel;
    ReviewPanel* m_reviewPanel;
    ReviewBar* m_reviewBar;
    QSplitter* m_splitter;
    QStackedWidget* m_left;
    QStackedWidget* m_right;
    Page m_page = Page::Segment;
    QTabWidget* m_tabs = nullptr;
    Look m_look;
    QHash<QString, QString> m_lastFolders;
    double m_fittedScale = 0; ///< The text's when the columns were made to fit.
    bool m_painted = false;
    bool m_mayClose = false;
};

} // namespace ui
