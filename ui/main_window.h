#pragma once

#include "ui/actions.h"
#include "ui/theme.h"

#include <QMainWindow>

class QLabel;
class QMenu;
class QMenuBar;
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
    JobBar& jobBar() { return *m_jobBar; }
    CohortPanel& cohortPanel() { return *m_cohortPanel; }
    ReviewPanel& reviewPanel() { return *m_reviewPanel; }
    ReviewBar& reviewBar() { return *m_reviewBar; }

    Page page() const { return m_page; }
    /// Shows a page without asking anybody.
    void setPage(Page page);

    /// What is open, for the title; plain text.
    void setSubject(const QString& subject);
    void setTheme(Theme theme);
    void useLightTheme();
    /// Milliseconds since the program's start at which the window was first painted are printed by whoever listens.
    bool wasPainted() const { return m_painted; }
    /// Closes without asking.
    void closeNow();

Q_SIGNALS:
    void pathDropped(const QString& path);
    /// The user wants the window closed: answer with closeNow().
    void closeRequested();
    void firstPainted();
    /// The user wants the other page: answer with setPage().
    void pageRequested(ui::Page page);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;

private:
    QWidget* makeTopBar();
    QWidget* makeMiddle();
    QWidget* makeRight();
    QWidget* makeTabs();
    void makeMenus(QMenuBar* bar);
    void connectActions();
    void connectPages();
    void connectPresets();
    void updateToolText();

    Actions* m_actions;
    SeriesPanel* m_seriesPanel;
    SliceView* m_view;
    SegmentPanel* m_segmentPanel;
    LabelsPanel* m_labelsPanel;
    MessageStrip* m_messages;
    JobBar* m_jobBar;
    CohortPanel* m_cohortPanel;
    ReviewPanel* m_reviewPanel;
    ReviewBar* m_reviewBar;
    QStackedWidget* m_left;
    QStackedWidget* m_right;
    Page m_page = Page::Segment;
    QTabWidget* m_tabs = nullptr;
    QMenu* m_segmentMenu = nullptr;
    QMenu* m_relabelMenu = nullptr;
    QLabel* m_toolText = nullptr;
    QMenu* m_presetMenu = nullptr;
    bool m_painted = false;
    bool m_mayClose = false;
};

} // namespace ui
