#include "tests/gui/robot/robot.h"

#include "annotations/journal_record.h"
#include "ui/models/series_model.h"
#include "ui/models/study_list.h"
#include "ui/tools/tool_table.h"

#include <QComboBox>
#include <QCryptographicHash>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSlider>
#include <QTimer>
#include <QWheelEvent>

#include <algorithm>

namespace {

constexpr int kRemembered = 12; ///< Actions.

/// What the robot leaves alone: it would end the program, or another would be started.
bool isLeftAlone(const QAction& action)
{
    const QString keys = action.shortcut().toString();
    return action.isSeparator() || action.menu() || keys == QStringLiteral("Ctrl+Q")
        || action.menuRole() == QAction::QuitRole;
}

template <typename Widget> QList<Widget*> usable(const QWidget& window)
{
    QList<Widget*> found;
    for (auto* widget : window.findChildren<Widget*>())
        if (widget->isVisible() && widget->isEnabled())
            found << widget;
    return found;
}

} // namespace

Robot::Robot(fixtures::Bench& bench, std::uint32_t seed)
    : m_bench(bench)
    , m_random(seed)
{
    std::filesystem::create_directories(bench.path("study"));
    phantom::CtOptions ct;
    ct.columns = ct.rows = 48;
    ct.slices = 14;
    phantom::writeCt(bench.path("study/ct"), ct);
    ct.seed = 2;
    ct.slices = 5;
    phantom::writeCt(bench.path("study/other"), ct);
    phantom::XrayOptions xray;
    xray.columns = xray.rows = 160;
    phantom::writeXray(bench.path("study/x.dcm"), xray);
    auto& session = bench.session();
    connect(&session, &app::Session::opened, this, [this] {
        const auto& opened = m_bench.session();
        m_start = opened.canUndo() ? std::nullopt : std::optional(state());
        m_locked.clear();
    });
    auto& actions = bench.workstation.actions;
    for (auto* action : {actions.undo, actions.redo})
        connect(action, &QAction::triggered, this, [this] { m_wentThroughHistory = true; });
    m_impatience.setInterval(300);
    connect(&m_impatience, &QTimer::timeout, this, [] {
        if (auto* popup = QApplication::activePopupWidget())
            popup->close();
        else if (auto* modal = qobject_cast<QDialog*>(QApplication::activeModalWidget()))
            modal->reject();
    });
    m_impatience.start();
    bench.workstation.open.open(bench.file("study"));
    settle();
}

void Robot::note(const QString& what)
{
    m_did << what;
    if (m_did.size() > kRemembered)
        m_did.removeFirst();
    if (qEnvironmentVariableIsSet("LIMN_ROBOT_TELLS"))
        qInfo("%s", qPrintable(what));
}

QString Robot::act()
{
    rememberLocked();
    m_wentThroughHistory = false;
    chooseAction();
    QCoreApplication::processEvents();
    leaveDialogs();
    if (below(3) == 0)
        settle();
    m_bench.session().finishStroke();
    const QString broken = brokenCounts();
    return broken.isEmpty() ? changedLocked() : broken;
}

void Robot::chooseAction()
{
    if (!m_bench.session().isOpen() && below(2) == 0)
        return openAnything();
    const int kind = below(100);
    if (kind < 30)
        draw();
    else if (kind < 55)
        triggerAnything();
    else if (kind < 65)
        pressKeys();
    else if (kind < 72)
        turnWheel();
    else if (kind < 84)
        useField();
    else if (kind < 89)
        chooseLabel();
    else if (kind < 95)
        changeLabels();
    else if (kind < 98)
        openAnything();
    else
        save();
}

void Robot::triggerAnything()
{
    QList<QAction*> possible;
    for (auto* action : m_bench.workstation.window.findChildren<QAction*>())
        if (action->isEnabled() && !isLeftAlone(*action))
            possible << action;
    for (const auto* set : {static_cast<const ui::ActionSet*>(&m_bench.workstation.actions),
             static_cast<const ui::ActionSet*>(&m_bench.workstation.study.actions)})
        for (auto* action : set->all())
            if (action->isEnabled() && !isLeftAlone(*action))
                possible << action;
    if (auto* action = anyOf(possible)) {
        note(QStringLiteral("action %1").arg(action->text()));
        action->trigger();
    }
}

void Robot::draw()
{
    auto* view = anyOf(usable<ui::SliceView>(m_bench.workstation.window));
    if (!view)
        return;
    if (below(2) == 0)
        m_bench.state().setTool(ui::tools()[static_cast<std::size_t>(below(int(ui::tools().size())))].id);
    note(QStringLiteral("draws with %1").arg(ui::toolRow(m_bench.state().tool()).name));
    const auto button = below(5) > 0 ? Qt::LeftButton : below(2) ? Qt::MiddleButton : Qt::RightButton;
    const Qt::KeyboardModifiers keys = below(6) > 0 ? Qt::NoModifier : below(2) ? Qt::ShiftModifier : Qt::ControlModifier;
    const auto anywhere = [&] { return QPointF(below(view->width() + 20) - 10, below(view->height() + 20) - 10); };
    const auto send = [&](QEvent::Type type, QPointF at, Qt::MouseButton pressed, Qt::MouseButtons held) {
        QMouseEvent event(type, at, view->mapToGlobal(at), pressed, held, keys);
        QApplication::sendEvent(view, &event);
    };
    const int strokes = 1 + below(3); // Clicks of an outline, too.
    for (int i = 0; i < strokes; ++i) {
        QPointF at = anywhere();
        send(QEvent::MouseButtonPress, at, button, button);
        for (int moves = below(5); moves > 0; --moves)
            send(QEvent::MouseMove, at = anywhere(), Qt::NoButton, button);
        send(QEvent::MouseButtonRelease, at, button, Qt::NoButton);
        if (below(6) == 0)
            send(QEvent::MouseButtonDblClick, at, button, button), send(QEvent::MouseButtonRelease, at, button, {});
    }
}

void Robot::pressKeys()
{
    constexpr std::array kKeys{Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_PageUp, Qt::Key_PageDown,
        Qt::Key_Home, Qt::Key_End, Qt::Key_Escape, Qt::Key_Return, Qt::Key_Space, Qt::Key_Delete, Qt::Key_Backspace,
        Qt::Key_Tab, Qt::Key_Plus, Qt::Key_Minus, Qt::Key_BracketLeft, Qt::Key_BracketRight, Qt::Key_F1, Qt::Key_F6};
    auto* focused = QApplication::focusWidget();
    auto* at = focused && focused->window() == &m_bench.workstation.window && below(2) ? focused : &m_bench.view();
    const int which = below(int(kKeys.size()) + 26);
    const auto key = which < int(kKeys.size()) ? kKeys[static_cast<std::size_t>(which)]
                                               : static_cast<Qt::Key>(Qt::Key_A + which - int(kKeys.size()));
    const bool undo = (key == Qt::Key_Z || key == Qt::Key_Y) && below(2) == 0;
    note(QStringLiteral("key %1%2").arg(undo ? QStringLiteral("Ctrl+") : QString(), QKeySequence(key).toString()));
    QTest::keyClick(at, key, undo ? Qt::ControlModifier : below(5) == 0 ? Qt::ShiftModifier : Qt::NoModifier);
}

void Robot::turnWheel()
{
    auto* view = anyOf(usable<ui::SliceView>(m_bench.workstation.window));
    if (!view)
        return;
    const QPointF at(below(view->width()), below(view->height()));
    const int turn = below(2) ? 120 : -120;
    const Qt::KeyboardModifiers keys =
        below(3) > 0 ? Qt::NoModifier : below(2) ? Qt::ShiftModifier : Qt::ControlModifier;
    note(QStringLiteral("wheel %1").arg(turn));
    for (int i = 1 + below(4); i > 0; --i) {
        QWheelEvent event(at, view->mapToGlobal(at), {}, {0, turn}, Qt::NoButton, keys, Qt::NoScrollPhase, false);
        QApplication::sendEvent(view, &event);
    }
}

void Robot::useField()
{
    const auto& window = m_bench.workstation.window;
    const int kind = below(5);
    note(QStringLiteral("field of kind %1").arg(kind));
    if (kind == 0) {
        if (auto* box = anyOf(usable<QComboBox>(window)); box && box->count() > 0)
            box->setCurrentIndex(below(box->count()));
    } else if (kind == 1) {
        if (auto* slider = anyOf(usable<QSlider>(window)))
            slider->setValue(slider->minimum() + below(slider->maximum() - slider->minimum() + 1));
    } else if (kind == 2) {
        if (auto* box = anyOf(usable<QDoubleSpinBox>(window)))
            box->setValue(box->minimum() + (box->maximum() - box->minimum()) * below(101) / 100);
    } else if (kind == 3) {
        if (auto* edit = anyOf(usable<QPlainTextEdit>(window)); edit && !edit->isReadOnly())
            edit->setPlainText(below(2) ? QStringLiteral("Bilateral pulmonary infection, lower left lung.") : QString());
    } else if (auto* button = anyOf(usable<QAbstractButton>(window))) {
        note(QStringLiteral("button %1 %2").arg(button->objectName(), button->text()));
        button->click();
    }
}

void Robot::chooseLabel()
{
    const auto& labels = m_bench.session().labels();
    if (labels.empty())
        return;
    note(QStringLiteral("label"));
    m_bench.session().setActiveLabel(labels[static_cast<std::size_t>(below(int(labels.size())))].value);
}

/// As the list of labels does it.
void Robot::changeLabels()
{
    auto& session = m_bench.session();
    auto labels = session.labels();
    if (labels.empty())
        return;
    auto& label = labels[static_cast<std::size_t>(below(int(labels.size())))];
    const int kind = below(4);
    note(QStringLiteral("labels %1 of %2").arg(kind).arg(label.value));
    if (kind == 0)
        label.locked = !label.locked;
    else if (kind == 1)
        label.visible = !label.visible;
    else if (kind == 2)
        label.name = "Label " + std::to_string(below(1000));
    else
        label.colour[0] = static_cast<std::uint8_t>(below(256));
    session.setLabels(labels);
}

void Robot::openAnything()
{
    auto& list = m_bench.workstation.study.list;
    const int rows = list.model().rowCount();
    note(QStringLiteral("opens"));
    if (rows == 0 || below(4) == 0)
        m_bench.workstation.open.open(m_bench.file("study"));
    else
        Q_EMIT list.seriesRequested(QString::fromStdString(list.model().series(below(rows)).id));
    settle();
}

void Robot::save()
{
    if (!m_bench.session().isOpen())
        return;
    note(QStringLiteral("saves"));
    m_bench.workstation.save.saveTo(m_bench.path(below(2) ? "mask.dcm" : "mask.nii.gz"));
    settle();
}

void Robot::closeSomething(QWidget* widget)
{
    if (auto* box = qobject_cast<QMessageBox*>(widget)) {
        note(QStringLiteral("answers %1").arg(box->text()));
        if (auto* button = anyOf(box->buttons()))
            return button->click();
    }
    if (auto* dialog = qobject_cast<QDialog*>(widget))
        dialog->reject();
    else
        widget->close();
}

void Robot::leaveDialogs()
{
    for (int i = 0; i < 20; ++i) {
        QWidget* open = QApplication::activePopupWidget();
        for (auto* widget : QApplication::topLevelWidgets())
            if (!open && widget->isVisible() && qobject_cast<QDialog*>(widget))
                open = widget;
        if (!open)
            return;
        closeSomething(open);
        QCoreApplication::processEvents();
    }
}

void Robot::settle()
{
    for (int i = 0; i < 200 && !m_bench.workstation.jobs.isIdle(); ++i) {
        QTest::qWait(5);
        leaveDialogs();
    }
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

QString Robot::brokenCounts() const
{
    const auto& session = m_bench.session();
    if (!session.isOpen())
        return {};
    const auto voxels = session.labelMap()->voxels();
    const std::size_t slice = session.labelMap()->grid().sliceVoxels();
    std::map<std::uint16_t, std::size_t> counts;
    for (std::size_t first = 0; first < voxels.size(); first += slice) {
        std::size_t onSlice = 0;
        for (const auto value : voxels.subspan(first, slice))
            if (value != 0)
                ++counts[value], ++onSlice;
        if (session.voxelsOnSlice(static_cast<int>(first / slice)) != onSlice)
            return QStringLiteral("slice %1 has %2 voxels").arg(first / slice).arg(onSlice);
    }
    for (const auto& label : session.labels())
        if (session.voxelsOf(label.value) != counts[label.value])
            return QStringLiteral("label %1 has %2 voxels, not %3")
                .arg(label.value)
                .arg(counts[label.value])
                .arg(session.voxelsOf(label.value));
    for (const auto& [value, count] : counts)
        if (count > 0 && !session.label(value))
            return QStringLiteral("there are voxels of %1, which is no label").arg(value);
    return {};
}

void Robot::rememberLocked()
{
    const auto& session = m_bench.session();
    m_locked.clear();
    m_lockedIn = session.id();
    for (const auto& label : session.labels())
        if (label.locked)
            m_locked[label.value];
    if (m_locked.empty())
        return;
    const auto voxels = session.labelMap()->voxels();
    for (std::size_t i = 0; i < voxels.size(); ++i)
        if (const auto found = m_locked.find(voxels[i]); found != m_locked.end())
            found->second.push_back(i);
}

QString Robot::changedLocked() const
{
    const auto& session = m_bench.session();
    if (!session.isOpen() || session.id() != m_lockedIn || m_wentThroughHistory)
        return {};
    const auto voxels = session.labelMap()->voxels();
    for (const auto& [value, places] : m_locked) {
        const auto* label = session.label(value);
        if (!label || !label->locked)
            continue;
        const bool same = std::all_of(places.begin(), places.end(), [&, v = value](auto at) { return voxels[at] == v; });
        if (!same || session.voxelsOf(value) != places.size())
            return QStringLiteral("label %1 is locked and has changed").arg(value);
    }
    return {};
}

/// Of what undo brings back: what is hidden is a view.
QByteArray Robot::state() const
{
    const auto& session = m_bench.session();
    auto labels = session.labels();
    for (auto& label : labels)
        label.visible = true;
    const auto voxels = session.labelMap()->voxels();
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(voxels.data()), qsizetype(voxels.size_bytes())));
    hash.addData(QByteArray::fromStdString(annotations::journalRecord("l", nullptr, &labels, session.measurements())));
    return hash.result();
}

QString Robot::undoAndRedoAll()
{
    auto& session = m_bench.session();
    settle();
    if (!session.isOpen() || !session.readOnlyReason().isEmpty())
        return {};
    session.finishStroke();
    while (session.canRedo())
        session.redo();
    const auto end = state();
    int steps = 0;
    for (; session.canUndo(); ++steps)
        session.undo();
    const auto start = state();
    if (m_start && *m_start != start)
        return QStringLiteral("all was undone, but it is not as it was at the start: %1 steps, %2 labels, %3 measurements")
            .arg(steps)
            .arg(session.labels().size())
            .arg(session.measurements().size());
    m_start = start;
    while (session.canRedo())
        session.redo();
    const QString broken = brokenCounts();
    if (!broken.isEmpty())
        return broken;
    return state() == end ? QString() : QStringLiteral("all was done again, but it is not as it was");
}
