#pragma once

#include "ui/dialogs/command_palette.h"
#include "ui/menu.h"
#include "ui/theme.h"

#include <QMainWindow>
#include <QMultiHash>
#include <QPointer>

#include <functional>
#include <utility>
#include <vector>

class QSplitter;
class QStackedWidget;
class QVBoxLayout;

namespace ui {

class Actions;
class Cine;
class JobBar;
class KeyTable;
class MessageStrip;
class Messages;
class Page;
class Pages;
class ShownPicture;
class SliceView;
class TopBar;
class ViewGrid;
class ViewState;

/// The workstation's frame: menus and tools above, the shown page's panels left and right of the picture or of what the
/// page has in its place, jobs at the bottom. It lays out what pages bring and connects what concerns the view and the
/// program alone.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// What the frame shows; all must outlive the window.
    struct Parts
    {
        Actions& actions;
        Pages& pages;
        std::vector<Menu> menus;
        Messages& messages;
        ShownPicture& picture;
        ViewState& state;
    };

    explicit MainWindow(const Parts& parts, QWidget* parent = nullptr);

    /// The picture in the middle of all pages that bring nothing else.
    SliceView& view();
    /// The views of the picture side by side.
    ViewGrid& grid() { return *m_grid; }
    /// Every view of the picture that is there now, those of the pages' own middles too; more are told by viewAdded.
    QList<SliceView*> views() const;
    MessageStrip& messageStrip() { return *m_messages; }
    JobBar& jobBar() { return *m_jobBar; }
    Cine& cine() { return *m_cine; }
    /// Of all commands of the window.
    KeyTable& keys() { return *m_keys; }
    /// What can be found beside commands when words are typed, asked for each time.
    void setPaletteSource(std::function<QList<PaletteEntry>()> source) { m_paletteSource = std::move(source); }

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
    /// A page has made a view since the window was.
    void viewAdded(ui::SliceView* view);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void layOut();
    QWidget* makeMiddle();
    void addAround(const Page* page, QWidget* part, QVBoxLayout& column);
    void addCommands();
    void showPage();
    SliceView* viewInHand() const;
    void takeInHand(SliceView* view);
    void showSubject();
    void setLeastWidths();
    void fitColumns();
    void stepTextSize(int by);
    void connectView();
    void connectKeyCursor(SliceView* view);
    void connectLaterViews();
    void addView(SliceView* view);
    void connectLayouts();
    void connectCine();
    void connectTools();
    void connectProgram();
    void connectPresets();
    void sayAbout();
    QList<PaletteEntry> commandEntries() const;
    void showPalette();
    void updateToolText();

    Parts m_parts;
    TopBar* m_topBar;
    ViewGrid* m_grid;
    MessageStrip* m_messages;
    JobBar* m_jobBar;
    KeyTable* m_keys = nullptr;
    Cine* m_cine;
    QSplitter* m_splitter;
    QStackedWidget* m_left;
    QStackedWidget* m_middle;
    QStackedWidget* m_right;
    QMultiHash<const Page*, QWidget*> m_around; ///< Holds what pages have above and below the middle.
    std::function<QList<PaletteEntry>()> m_paletteSource;
    QPointer<SliceView> m_inHand; ///< The view that had the keyboard last.
    int m_leftBefore = 0; ///< How wide a column was, while a page without it is shown.
    int m_rightBefore = 0;
    Look m_look;
    double m_fittedScale = 0; ///< The text's when the columns were made to fit.
    bool m_painted = false;
    bool m_mayClose = false;
};

} // namespace ui
