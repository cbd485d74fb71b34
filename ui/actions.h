#pragma once

#include <QColor>
#include <QList>
#include <QObject>

class QAction;
class QWidget;

namespace ui {

/// What the window is used for at the moment.
enum class Page { Segment, Relabel };

/// Every command of the window, with its key. Controllers connect to them; menus and tool buttons show them.
class Actions : public QObject
{
    Q_OBJECT

public:
    explicit Actions(QWidget* window);

    QAction* openFolder;
    QAction* openFile;
    QAction* openMask;
    QAction* nextSeries;
    QAction* previousSeries;
    QAction* findPatient;
    QAction* saveSeg;
    QAction* closeStudy;
    QAction* quit;

    QAction* undo;
    QAction* redo;
    QAction* select; ///< The three tools are checkable, one at a time.
    QAction* brush;
    QAction* eraser;
    QAction* brushLarger;
    QAction* brushSmaller;
    QAction* keyCursor; ///< Checkable.
    QAction* clearSlice; ///< Of the active label.
    QAction* clearLabel;

    QAction* nextSlice;
    QAction* previousSlice;
    QAction* windowWider;
    QAction* windowNarrower;
    QAction* levelUp;
    QAction* levelDown;
    QAction* fit;
    QAction* actualSize;
    QAction* zoomIn;
    QAction* zoomOut;
    QAction* invert;
    QAction* smooth;
    QAction* showMasks;
    QAction* contourOnly;
    QAction* opacityUp;
    QAction* opacityDown;
    QAction* lightTheme;
    QAction* textLarger;
    QAction* textSmaller;
    QAction* textNormal;
    QAction* fullScreen;
    QList<QAction*> presets; ///< Nine, keys 1 to 9.

    QAction* focusSentence;
    QAction* focusPicture;
    QAction* focusMessages;
    QAction* run;
    QAction* runAll;
    QAction* cancel;
    QAction* accept;
    QAction* discard;
    QAction* thresholdUp;
    QAction* thresholdDown;
    QAction* nextLabel;
    QAction* labelsTab;
    QAction* explain;
    QAction* showHeat;

    QAction* segmentPage; ///< The two pages are checkable, one at a time.
    QAction* relabelPage;
    QAction* newCohort;
    QAction* openCohort;
    QAction* importCases;
    QAction* predictCases;
    QAction* trainModel;
    QAction* stopTraining;
    QAction* exportCases;
    QAction* closeCohort;
    QAction* reviewAccept;
    QAction* reviewEdit;
    QAction* reviewReject;
    QAction* reviewNext;
    QAction* reviewBack;
    QAction* reviewNote;
    QAction* focusQueue;

    QAction* send;
    QAction* finishStudy; ///< Accept, save, send, next.
    QAction* shortcuts;
    QAction* about;

    QList<QAction*> all() const;
    /// Draws the icons in a colour that suits the theme.
    void setIconColour(const QColor& colour);
    /// Shows the commands of one page and hides those of the other, whose keys are then free.
    void setPage(Page page);

private:
    QAction* add(const QString& text, const QString& keys, const QString& icon = {});
    QAction* addCheckable(const QString& text, const QString& keys, const QString& icon = {});

    void makeStudyActions();
    void makeEditActions();
    void makeViewActions();
    void makeSegmentActions();
    void makeRelabelActions();
};

} // namespace ui
