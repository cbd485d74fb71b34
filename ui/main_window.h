#pragma once

#include "ui/theme.h"

#include <QMainWindow>

class QLabel;
class QMenu;
class QMenuBar;
class QTabWidget;

namespace ui {

class Actions;
class JobBar;
class LabelsPanel;
class MessageStrip;
class SegmentPanel;
class SeriesPanel;
class SliceView;

/// The workstation's window: series at the left, the picture in the middle, tabs at the right, jobs at the bottom. It
/// arranges its parts and connects what needs no document; controllers do the rest.
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

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;

private:
    QWidget* makeTopBar();
    QWidget* makeMiddle();
    QWidget* makeRight();
    void makeMenus(QMenuBar* bar);
    void connectActions();
    void connectPresets();
    void updateToolText();

    Actions* m_actions;
    SeriesPanel* m_seriesPanel;
    SliceView* m_view;
    SegmentPanel* m_segmentPanel;
    LabelsPanel* m_labelsPanel;
    MessageStrip* m_messages;
    JobBar* m_jobBar;
    QTabWidget* m_tabs = nullptr;
    QLabel* m_toolText = nullptr;
    QMenu* m_presetMenu = nullptr;
    bool m_painted = false;
    bool m_mayClose = false;
};

} // namespace ui
