#pragma once

#include "imaging/projection.h"
#include "ui/action_set.h"
#include "ui/tools/tool.h"
#include "ui/views/view_layout.h"

#include <optional>
#include <utility>
#include <vector>

namespace ui {

class ViewState;

/// The commands that every page has: drawing, the view, the program. The pages have their own.
class Actions : public ActionSet
{
    Q_OBJECT

public:
    explicit Actions(QObject* parent = nullptr);

    QAction* undo;
    QAction* redo;
    QList<QAction*> tools; ///< Checkable, one at a time, in the order of ui::tools().
    QAction* brushLarger;
    QAction* brushSmaller;
    QAction* keyCursor; ///< Checkable.
    QAction* drawOver; ///< Opens what may be drawn over.
    QAction* clearSlice; ///< Of the active label.
    QAction* clearLabel;
    QAction* removeMeasurement; ///< The one that was touched last.
    QAction* removeMeasurements;

    QAction* nextSlice;
    QAction* previousSlice;
    QAction* windowWider;
    QAction* windowNarrower;
    QAction* levelUp;
    QAction* levelDown;
    QAction* singleLayout; ///< Checkable, one of the four at a time.
    QAction* planesLayout;
    QAction* planesAndSolidLayout;
    QAction* solidLayout;
    QAction* viewAlone; ///< Checkable.
    QAction* noSlab; ///< Checkable, one of the four at a time.
    QAction* maximumSlab;
    QAction* minimumSlab;
    QAction* meanSlab;
    QAction* slabThicker;
    QAction* slabThinner;
    QAction* slabMenu; ///< Opens them.
    QAction* cine; ///< Checkable: plays.
    QList<QAction*> cineSpeeds; ///< Checkable, one at a time; data: slices a second.
    QAction* cineBounce; ///< Checkable.
    QAction* cineMenu; ///< Opens them.
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
    QList<QAction*> presets; ///< Nine, keys 1 to 9.
    QAction* presetMenu; ///< Opens them: which are there depends on the picture.

    QAction* focusPicture;
    QAction* focusMessages;
    QAction* lightTheme;
    QAction* textLarger;
    QAction* textSmaller;
    QAction* textNormal;
    QAction* fullScreen;
    QAction* palette;
    QAction* shortcuts;
    QAction* about;
    QAction* quit;

    QAction* tool(ToolId id) const;
    std::vector<std::pair<ViewLayout, QAction*>> layouts() const;
    std::vector<std::pair<std::optional<imaging::Projection>, QAction*>> slabs() const;
    /// Which of these are chosen, and whether the open picture has them.
    void showLayout(const ViewState& state);
    /// Whether a view is in sight. Without one, what changes a picture or how it is shown cannot be called: nobody
    /// would see what it does.
    void setPictureInSight(bool inSight);
    /// What the history of the open picture has; of use while a view is in sight.
    void setHistory(bool canUndo, bool canRedo);

private:
    void makeEditActions();
    void makeViewActions();
    void makeLayoutActions();
    void makeCineActions();
    void makeProgramActions();
    void enableLayouts();
    QList<QAction*> ofThePicture() const;

    bool m_inSight = true;
    bool m_canBeCut = false;
    bool m_canUndo = false;
    bool m_canRedo = false;
};

} // namespace ui
