#include "ui/top_bar.h"

#include "ui/actions.h"
#include "ui/text_size.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QToolButton>

namespace ui {

namespace {

QAction* separator(QObject* parent)
{
    auto* action = new QAction(parent);
    action->setSeparator(true);
    return action;
}

} // namespace

TopBar::TopBar(const Actions& actions, QWidget* parent)
    : QWidget(parent)
    , m_toolText(new QLabel)
{
    setObjectName(QStringLiteral("topBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 3, 12, 3);
    row->setSpacing(4);
    auto* name = new QLabel(QStringLiteral("Limn"));
    name->setObjectName(QStringLiteral("programName"));
    row->addWidget(name);
    auto* menus = new QMenuBar;
    menus->setNativeMenuBar(false);
    menus->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    makeMenus(*menus, actions);
    row->addWidget(menus);
    addPages(actions);
    addTools(actions);
    m_yielding.prepend(name);
    m_toolText->setObjectName(QStringLiteral("toolText"));
    m_toolText->setTextFormat(Qt::PlainText);
    m_toolText->setProperty("role", "dim");
    m_toolText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addSpacing(8);
    row->addWidget(m_toolText, 1);
    auto* research = new QLabel(tr("Research use only"));
    research->setObjectName(QStringLiteral("researchOnly"));
    row->addWidget(research);
    followTextSize(this, [this] { makeRoom(); });
}

void TopBar::makeMenus(QMenuBar& bar, const Actions& a)
{
    const auto add = [&bar](const QString& title, const QList<QAction*>& actions) {
        QMenu* menu = bar.addMenu(title);
        for (QAction* action : actions)
            menu->addAction(action ? action : separator(menu));
        return menu;
    };
    add(tr("&Study"),
        {a.openFolder, a.openFile, a.openMask, nullptr, a.newCohort, a.openCohort, nullptr, a.previousSeries,
            a.nextSeries, a.findPatient, nullptr, a.saveSeg, a.finishStudy, nullptr,
            a.closeStudy, a.quit});
    add(tr("&Edit"),
        {a.undo, a.redo, nullptr, a.select, a.brush, a.eraser, a.brushLarger, a.brushSmaller, a.keyCursor, nullptr,
            a.nextLabel, a.clearSlice, a.clearLabel, a.labelsTab});
    QMenu* view = add(tr("&View"),
        {a.nextSlice, a.previousSlice, nullptr, a.fit, a.actualSize, a.zoomIn, a.zoomOut, nullptr, a.windowWider,
            a.windowNarrower, a.levelUp, a.levelDown});
    m_presetMenu = view->addMenu(tr("Window"));
    m_presetMenu->addActions(a.presets);
    view->addSeparator();
    for (QAction* action : {a.invert, a.smooth, a.showMasks, a.contourOnly, a.opacityUp, a.opacityDown})
        view->addAction(action);
    view->addSeparator();
    for (QAction* action : {a.lightTheme, a.textLarger, a.textSmaller, a.textNormal, a.fullScreen})
        view->addAction(action);
    m_segmentMenu = add(tr("S&egment"),
        {a.focusSentence, a.run, a.runAll, a.cancel, nullptr, a.thresholdUp, a.thresholdDown, a.accept, a.discard,
            a.explain, a.showHeat, nullptr, a.focusPicture, a.focusMessages});
    m_relabelMenu = add(tr("&Relabel"),
        {a.importCases, a.predictCases, nullptr, a.trainModel, a.stopTraining, nullptr, a.reviewAccept, a.reviewEdit,
            a.reviewReject, a.reviewNext, a.reviewBack, a.reviewNote, a.focusQueue, nullptr, a.exportCases,
            a.closeCohort});
    add(tr("&PACS"), {a.send});
    add(tr("&Help"), {a.shortcuts, a.about});
}

void TopBar::addPages(const Actions& actions)
{
    auto* row = static_cast<QHBoxLayout*>(layout());
    row->addSpacing(8);
    for (QAction* action : {actions.segmentPage, actions.relabelPage}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setProperty("role", "page");
        button->setAccessibleName(tr("%1 page").arg(action->text()));
        row->addWidget(button);
    }
    row->addSpacing(8);
}

void TopBar::addTools(const Actions& a)
{
    for (QAction* action : {a.select, a.brush, a.eraser, a.undo, a.redo, a.showMasks, a.contourOnly, a.fit}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        followTextSize(button, [button] { button->setIconSize(QSize(scaled(18), scaled(18))); });
        button->setAccessibleName(action->text());
        layout()->addWidget(button);
        m_yielding.prepend(button);
    }
}

void TopBar::setToolText(const QString& text)
{
    m_toolText->setText(text);
}

QSize TopBar::minimumSizeHint() const
{
    return {scaled(400), QWidget::minimumSizeHint().height()};
}

void TopBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    makeRoom();
}

void TopBar::makeRoom()
{
    for (QWidget* part : m_yielding)
        part->setVisible(true);
    for (QWidget* part : m_yielding) {
        if (layout()->sizeHint().width() <= width())
            break;
        part->setVisible(false);
    }
}

} // namespace ui
