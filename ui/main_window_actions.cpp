#include "ui/actions.h"
#include "ui/dialogs/shortcuts_dialog.h"
#include "ui/key_table.h"
#include "ui/main_window.h"
#include "ui/pages/pages.h"
#include "ui/panels/draw_over_button.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/range_fields.h"
#include "ui/panels/tool_option_fields.h"
#include "ui/text_size.h"
#include "ui/tools/tool_table.h"
#include "ui/top_bar.h"
#include "ui/views/cine.h"
#include "ui/views/shown_picture.h"
#include "ui/views/slice_view.h"
#include "ui/views/view_grid.h"
#include "ui/views/view_state.h"
#include "ui/views/window_presets.h"

#include <QApplication>
#include <QMenu>
#include <QMessageBox>

namespace ui {

namespace {

constexpr double kFirstSlabMm = 10;

} // namespace

void MainWindow::connectView()
{
    const Actions& a = m_parts.actions;
    ViewState& state = m_parts.state;
    const auto on = [this](QAction* action, auto function) { connect(action, &QAction::triggered, this, function); };
    on(a.windowWider, [&state] { state.changeWindow(1.1, 0); });
    on(a.windowNarrower, [&state] { state.changeWindow(1 / 1.1, 0); });
    on(a.levelUp, [&state] { state.changeWindow(1, 0.05); });
    on(a.levelDown, [&state] { state.changeWindow(1, -0.05); });
    on(a.opacityUp, [&state] { state.setOverlayOpacity(state.overlayOpacity() + 0.05); });
    on(a.opacityDown, [&state] { state.setOverlayOpacity(state.overlayOpacity() - 0.05); });
    const auto inHand = [this, on](QAction* action, auto function) {
        on(action, [this, function] {
            if (SliceView* view = viewInHand())
                function(*view);
        });
    };
    inHand(a.nextSlice, [&state](SliceView& view) { state.stepLayer(view.which(), 1); });
    inHand(a.previousSlice, [&state](SliceView& view) { state.stepLayer(view.which(), -1); });
    inHand(a.fit, [](SliceView& view) { view.fit(); });
    inHand(a.actualSize, [](SliceView& view) { view.actualSize(); });
    inHand(a.zoomIn, [](SliceView& view) { view.zoomBy(1.25); });
    inHand(a.zoomOut, [](SliceView& view) { view.zoomBy(0.8); });
    inHand(a.focusPicture, [](SliceView& view) { view.setFocus(); });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (auto* view = qobject_cast<SliceView*>(now); view && isAncestorOf(view)) {
            m_inHand = view;
            takeInHand(viewInHand());
        }
    });
    connect(a.invert, &QAction::toggled, &state, &ViewState::setInverted);
    connect(a.smooth, &QAction::toggled, &state, &ViewState::setSmooth);
    connect(a.showMasks, &QAction::toggled, &state, &ViewState::setOverlayVisible);
    connect(a.contourOnly, &QAction::toggled, &state, [&state](bool checked) {
        state.setOverlayStyle(checked ? OverlayStyle::Contour : OverlayStyle::FillAndContour);
    });
}

void MainWindow::connectTools()
{
    const Actions& a = m_parts.actions;
    ViewState& state = m_parts.state;
    for (const auto& row : tools())
        connect(a.tool(row.id), &QAction::triggered, &state, [&state, id = row.id] { state.setTool(id); });
    connect(a.brushLarger, &QAction::triggered, &state, [&state] { state.scaleBrush(1.25); });
    connect(a.brushSmaller, &QAction::triggered, &state, [&state] { state.scaleBrush(0.8); });
    m_topBar->addToolOptions(new ToolOptionFields(m_parts.picture, state));
    auto* drawOver = new DrawOverButton(m_parts.picture, state);
    a.drawOver->setMenu(drawOver->menu());
    m_topBar->addToolOptions(drawOver);
    m_topBar->addToolOptions(new RangeFields(m_parts.picture, state, RangeFields::Of::Rules));
    connect(&state, &ViewState::toolChanged, this, &MainWindow::updateToolText);
    connect(&state, &ViewState::toolChanged, this, // Also by who brings a study back as it was looked at.
        [this](ToolId tool) { m_parts.actions.tool(tool)->setChecked(true); });
    connect(&state, &ViewState::brushRadiusChanged, this, &MainWindow::updateToolText);
    for (SliceView* view : views())
        connectKeyCursor(view);
    updateToolText();
}

void MainWindow::connectKeyCursor(SliceView* view)
{
    QAction* const keyCursor = m_parts.actions.keyCursor;
    connect(keyCursor, &QAction::toggled, view, &SliceView::setKeyCursor);
    connect(view, &SliceView::keyCursorChanged, keyCursor, &QAction::setChecked);
}

void MainWindow::connectLaterViews()
{
    for (const Page* page : m_parts.pages.all())
        connect(page, &Page::viewMade, this, &MainWindow::addView);
    connect(m_grid, &ViewGrid::viewMade, this, &MainWindow::addView);
    connect(m_grid, &ViewGrid::arranged, this, [this] { takeInHand(viewInHand()); });
}

void MainWindow::addView(SliceView* view)
{
    connectKeyCursor(view);
    view->setKeyCursor(m_parts.actions.keyCursor->isChecked());
    takeInHand(viewInHand());
    Q_EMIT viewAdded(view);
}

void MainWindow::connectLayouts()
{
    const Actions& a = m_parts.actions;
    ViewState& state = m_parts.state;
    for (const auto& [layout, action] : a.layouts())
        connect(action, &QAction::triggered, &state, [&state, layout = layout] { state.setLayout(layout); });
    connect(a.viewAlone, &QAction::triggered, this, [this, &state] {
        if (SliceView* view = viewInHand())
            state.toggleAlone(view->which());
    });
    for (const auto& [projection, action] : a.slabs())
        connect(action, &QAction::triggered, &state, [&state, projection = projection] {
            state.setSlab(projection ? std::optional(imaging::Slab{*projection, kFirstSlabMm}) : std::nullopt);
        });
    const auto scale = [&state](double factor) {
        if (auto slab = state.slab()) {
            slab->thicknessMm = std::clamp(slab->thicknessMm * factor, 1.0, 200.0);
            state.setSlab(slab);
        }
    };
    connect(a.slabThicker, &QAction::triggered, &state, [scale] { scale(1.25); });
    connect(a.slabThinner, &QAction::triggered, &state, [scale] { scale(0.8); });
    const auto show = [this] { m_parts.actions.showLayout(m_parts.state); };
    connect(&state, &ViewState::layoutChanged, this, show);
    connect(&state, &ViewState::slabChanged, this, show);
    show();
}

void MainWindow::connectCine()
{
    const Actions& a = m_parts.actions;
    auto* menu = new QMenu(this);
    menu->addAction(a.cine);
    menu->addSeparator();
    menu->addActions(a.cineSpeeds);
    menu->addSeparator();
    menu->addAction(a.cineBounce);
    a.cineMenu->setMenu(menu);
    m_cine->setOwnCommands(QList{a.cine, a.cineBounce} + a.cineSpeeds);
    connect(a.cine, &QAction::triggered, this, [this, action = a.cine](bool checked) {
        SliceView* view = viewInHand();
        checked && view ? m_cine->play(view->which()) : m_cine->pause();
        action->setChecked(m_cine->isPlaying()); // A single picture does not.
    });
    connect(m_cine, &Cine::playingChanged, a.cine, &QAction::setChecked);
    connect(a.cineBounce, &QAction::toggled, m_cine,
        [this](bool checked) { m_cine->setEnd(checked ? CineEnd::Bounce : CineEnd::Loop); });
    for (QAction* speed : a.cineSpeeds)
        connect(speed, &QAction::triggered, m_cine, [this, speed] { m_cine->setSpeed(speed->data().toInt()); });
}

void MainWindow::connectProgram()
{
    const Actions& a = m_parts.actions;
    const auto on = [this](QAction* action, auto function) { connect(action, &QAction::triggered, this, function); };
    on(a.focusMessages, [this] { m_messages->focusNewest(); });
    on(a.quit, [this] { close(); });
    on(a.palette, [this] { showPalette(); });
    on(a.shortcuts, [this] { (new ShortcutsDialog(*m_keys, this))->show(); });
    on(a.about, [this] { sayAbout(); });
    connect(a.fullScreen, &QAction::toggled, this, [this](bool checked) { checked ? showFullScreen() : showNormal(); });
    connect(a.lightTheme, &QAction::toggled, this, [this](bool checked) {
        if (checked != (m_look.theme == Theme::Light))
            setLook({checked ? Theme::Light : Theme::Dark, m_look.textPercent});
    });
    on(a.textLarger, [this] { stepTextSize(1); });
    on(a.textSmaller, [this] { stepTextSize(-1); });
    on(a.textNormal, [this] { setLook({m_look.theme, kSmallestText}); });
}

/// All that can be called now, with the menu that each stands in.
QList<PaletteEntry> MainWindow::commandEntries() const
{
    QHash<const QAction*, QString> places;
    for (const Menu& menu : m_parts.menus)
        for (const QAction* action : menu.actions)
            places.insert(action, QString(menu.title).remove(QLatin1Char('&')));
    QList<PaletteEntry> entries;
    for (QAction* action : m_keys->commands())
        if (action->isVisible() && action->isEnabled() && action != m_parts.actions.palette)
            entries << PaletteEntry{KeyTable::nameOf(*action), places.value(action),
                QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText),
                [action = QPointer(action)] {
                    if (action)
                        action->trigger();
                }};
    return entries;
}

void MainWindow::showPalette()
{
    auto entries = commandEntries();
    if (m_paletteSource)
        entries += m_paletteSource();
    (new CommandPalette(std::move(entries), this))->show();
}

void MainWindow::sayAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Limn"),
        tr("Limn %1\n\nMasks by words, corrected by hand, sent as DICOM.\n\nResearch use only: not a medical "
           "device, not for diagnosis.")
            .arg(QApplication::applicationVersion()),
        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::connectPresets()
{
    const auto& keys = m_parts.actions.presets;
    for (int i = 0; i < keys.size(); ++i)
        connect(keys[i], &QAction::triggered, this, [this, i] {
            const auto& volume = m_parts.picture.volume();
            if (!volume)
                return;
            const auto presets = presetsFor(*volume);
            if (static_cast<std::size_t>(i) < presets.size())
                m_parts.state.setWindow(presets[static_cast<std::size_t>(i)].window,
                    tr("key %1: %2").arg(i + 1).arg(presets[static_cast<std::size_t>(i)].name));
        });
    // A hidden action would not hear its key.
    connect(&m_topBar->presetMenu(), &QMenu::aboutToHide, this, [this] {
        for (QAction* preset : m_parts.actions.presets)
            preset->setVisible(true);
    });
    // The menu says what the keys do for the picture that is open.
    connect(&m_topBar->presetMenu(), &QMenu::aboutToShow, this, [this] {
        const auto presets = m_parts.picture.volume() ? presetsFor(*m_parts.picture.volume()) : std::vector<WindowPreset>();
        for (int i = 0; i < m_parts.actions.presets.size(); ++i) {
            const bool known = static_cast<std::size_t>(i) < presets.size();
            m_parts.actions.presets[i]->setVisible(known);
            if (known)
                m_parts.actions.presets[i]->setText(presets[static_cast<std::size_t>(i)].name);
        }
    });
}

void MainWindow::updateToolText()
{
    const auto& row = toolRow(m_parts.state.tool());
    if (!row.setsPoints()) {
        m_topBar->setToolText({}, {});
        return;
    }
    if (!row.hasSize())
        return m_topBar->setToolText(row.name, row.help);
    const bool known = m_parts.picture.volume() && m_parts.picture.volume()->info().spacing != imaging::SpacingKind::Unknown;
    const double diameter = 2 * m_parts.state.brushRadiusMm();
    m_topBar->setToolText(QStringLiteral("%1 %2 %3")
                              .arg(row.name, QString::number(diameter, 'g', 3), known ? tr("mm") : tr("px")),
        row.help);
}

} // namespace ui
