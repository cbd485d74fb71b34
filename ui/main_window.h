#pragma once

#include "ui/theme.h"

#include <QMainWindow>

class QSplitter;
class QStackedWidget;

namespace ui {

class Actions;
class JobBar;
class MessageStrip;
class Messages;
class Pages;
class ShownPicture;
class SliceView;
class TopBar;
class ViewState;

/// The workstation's frame: menus and tools above, the shown page's panels left and right of the picture, jobs at the
/// bottom. It lays out what pages bring and connects what concerns the view and the program alone.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// What the frame shows; all must outlive the window.
    struct Parts
    {
        Actions& actions;
        Pages& pages;
        Messages& messages;
        ShownPicture& picture;
        ViewState& state;
    };

    explicit MainWindow(const Parts& parts, QWidget* parent = nullptr);

    SliceView& view() { return *m_view; }
    MessageStrip& messageStrip() { return *m_messages; }
    JobBar& jobBar() { return *m_jobBar; }

    /// Colours and text size of the whole program.
    void setLook(Look look);
    Look look() const { return m_look; }
    /// How wide the three columns are, to be kept from run to run.
    QByteArray columns() const;
    void setColumns(const QByteArray& columns);
    bool wasPainted() const { return m_painted; }
    /// Closes without asking.
    void closeNow();

Q_SIGNALS:
    void pathDropped(const QString& path);
    /// The user wants the window closed: answer with closeNow().
    void closeRequested();
    void firstPainted();
    void lookChanged();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void layOut();
    QWidget* makeMiddle();
    void showPage();
    void showSubject();
    void setLeastWidths();
    void fitColumns();
    void stepTextSize(int by);
    void connectView();
    void connectTools();
    void connectProgram();
    void connectPresets();
    void sayAbout();
    void updateToolText();

    Parts m_parts;
    TopBar* m_topBar;
    SliceView* m_view;
    MessageStrip* m_messages;
    JobBar* m_jobBar;
    QSplitter* m_splitter;
    QStackedWidget* m_left;
    QStackedWidget* m_right;
    Look m_look;
    double m_fittedScale = 0; ///< The text's when the columns were made to fit.
    bool m_painted = false;
    bool m_mayClose = false;
};

} // namespace ui
