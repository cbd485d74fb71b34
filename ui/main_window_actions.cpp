#include "ui/actions.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/main_window.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/series_panel.h"
#include "ui/text_size.h"
#include "ui/top_bar.h"
#include "ui/views/slice_view.h"
#include "ui/views/window_presets.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QMessageBox>
#include <QTabWidget>

namespace ui {

void MainWindow::connectActions()
{
    const Actions& a = *m_actions;
    const auto on = [this](QAction* action, auto function) { connect(action, &QAction::triggered, this, function); };
    on(a.nextSlice, [this] { m_view->stepSlice(1); });
    on(a.previousSlice, [this] { m_view->stepSlice(-1); });
    on(a.windowWider, [this] { m_view->changeWindow(1.1, 0); });
    on(a.windowNarrower, [this] { m_view->changeWindow(1 / 1.1, 0); });
    on(a.levelUp, [this] { m_view->changeWindow(1, 0.05); });
    on(a.levelDown, [this] { m_view->changeWindow(1, -0.05); });
    on(a.fit, [this] { m_view->fit(); });
    on(a.actualSize, [this] { m_view->actualSize(); });
    on(a.zoomIn, [this] { m_view->zoomBy(1.25); });
    on(a.zoomOut, [this] { m_view->zoomBy(0.8); });
    connect(a.invert, &QAction::toggled, m_view, &SliceView::setInverted);
    connect(a.smooth, &QAction::toggled, m_view, &SliceView::setSmooth);
    connect(a.showMasks, &QAction::toggled, m_view, &SliceView::setOverlayVisible);
    connect(a.contourOnly, &QAction::toggled, this, [this](bool checked) {
        m_view->setOverlayStyle(checked ? OverlayStyle::Contour : OverlayStyle::FillAndContour);
    });
    on(a.opacityUp, [this] { m_segmentPanel->stepOpacity(1); });
    on(a.opacityDown, [this] { m_segmentPanel->stepOpacity(-1); });
    connect(m_segmentPanel, &SegmentPanel::opacityChanged, m_view, &SliceView::setOverlayOpacity);
    connect(m_segmentPanel, &SegmentPanel::thresholdChanged, m_view, &SliceView::setPreviewThreshold);
    on(a.thresholdUp, [this] { m_segmentPanel->stepThreshold(1); });
    on(a.thresholdDown, [this] { m_segmentPanel->stepThreshold(-1); });

    on(a.select, [this] { m_view->setTool(Tool::Select); });
    on(a.brush, [this] { m_view->setTool(Tool::Brush); });
    on(a.eraser, [this] { m_view->setTool(Tool::Eraser); });
    for (QAction* tool : {a.select, a.brush, a.eraser})
        on(tool, [this] { updateToolText(); });
    on(a.brushLarger, [this] { m_view->scaleBrush(1.25); });
    on(a.brushSmaller, [this] { m_view->scaleBrush(0.8); });
    connect(m_view, &SliceView::brushRadiusChanged, this, &MainWindow::updateToolText);
    connect(a.keyCursor, &QAction::toggled, m_view, &SliceView::setKeyCursor);
    connect(m_view, &SliceView::keyCursorChanged, a.keyCursor, &QAction::setChecked);

    on(a.focusPicture, [this] { m_view->setFocus(); });
    on(a.focusMessages, [this] { m_messages->focusNewest(); });
    on(a.focusSentence, [this] {
        m_tabs->setCurrentIndex(0);
        m_segmentPanel->focusSentence();
    });
    on(a.labelsTab, [this] { m_tabs->setCurrentIndex(m_tabs->currentIndex() == 1 ? 0 : 1); });
    on(a.nextSeries, [this] { m_seriesPanel->step(1); });
    on(a.previousSeries, [this] { m_seriesPanel->step(-1); });
    on(a.findPatient, [this] { m_seriesPanel->focusSearch(); });
    on(a.quit, [this] { close(); });
    on(a.shortcuts, [this] { (new ShortcutsDialog(*m_actions, this))->show(); });
    on(a.about, [this] {
        auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Limn"),
            tr("Limn %1\n\nMasks by words, corrected by hand, sent as DICOM.\n\nResearch use only: not a medical "
               "device, not for diagnosis.")
                .arg(QApplication::applicationVersion()),
            QMessageBox::Close, this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    connect(a.fullScreen, &QAction::toggled, this, [this](bool checked) { checked ? showFullScreen() : showNormal(); });
    connect(a.lightTheme, &QAction::toggled, this, [this](bool checked) {
        if (checked != (m_look.theme == Theme::Light))
            setLook({checked ? Theme::Light : Theme::Dark, m_look.textPercent});
    });
    on(a.textLarger, [this] { stepTextSize(1); });
    on(a.textSmaller, [this] { stepTextSize(-1); });
    on(a.textNormal, [this] { setLook({m_look.theme, kSmallestText}); });
    updateToolText();
}

void MainWindow::connectPresets()
{
    for (int i = 0; i < m_actions->presets.size(); ++i)
        connect(m_actions->presets[i], &QAction::triggered, this, [this, i] {
            if (!m_view->volume())
                return;
            const auto presets = presetsFor(*m_view->volume());
            if (static_cast<std::size_t>(i) < presets.size())
                m_view->setWindow(presets[static_cast<std::size_t>(i)].window,
                    tr("key %1: %2").arg(i + 1).arg(presets[static_cast<std::size_t>(i)].name));
        });
    // A hidden action would not hear its key.
    connect(&m_topBar->presetMenu(), &QMenu::aboutToHide, this, [this] {
        for (QAction* preset : m_actions->presets)
            preset->setVisible(true);
    });
    // The menu says what the keys do for the picture that is open.
    connect(&m_topBar->presetMenu(), &QMenu::aboutToShow, this, [this] {
        const auto presets = m_view->volume() ? presetsFor(*m_view->volume()) : std::vector<WindowPreset>();
        for (int i = 0; i < m_actions->presets.size(); ++i) {
            const bool known = static_cast<std::size_t>(i) < presets.size();
            m_actions->presets[i]->setVisible(known);
            if (known)
                m_actions->presets[i]->setText(presets[static_cast<std::size_t>(i)].name);
        }
    });
}

void MainWindow::updateToolText()
{
    const Tool tool = m_view->tool();
    if (tool == Tool::Select) {
        m_topBar->setToolText({});
        return;
    }
    const QString name = tool == Tool::Brush ? tr("Brush") : tr("Eraser");
    const bool known = m_view->volume() && m_view->volume()->info().spacing != imaging::SpacingKind::Unknown;
    const double diameter = 2 * m_view->brushRadiusMm();
    m_topBar->setToolText(tr("%1 %2 %3  ·  size: Shift+wheel or [ ]")
                            .arg(name, QString::number(diameter, 'g', 3), known ? tr("mm") : tr("px")));
}

} // namespace ui
