#pragma once

#include "tests/gui/workstation_fixture.h"

#include <QAbstractButton>
#include <QStringList>

#include <map>
#include <optional>
#include <random>

/// A user who does anything at all: each action is drawn by chance of what the window offers at that moment, and after
/// each what must hold at any time is looked at.
class Robot : public QObject
{
    Q_OBJECT

public:
    /// Writes its pictures into the bench's folder and opens the first.
    Robot(fixtures::Bench& bench, std::uint32_t seed);

    /// One action; then what does not hold, a sentence, or nothing.
    QString act();
    /// Takes all back and does it all again; what is not as it was, or nothing.
    QString undoAndRedoAll();
    /// What it did last, the newest at the end.
    const QStringList& did() const { return m_did; }

private:
    using Voxels = std::vector<std::uint16_t>;

    int below(int end) { return static_cast<int>(m_random() % static_cast<std::uint32_t>(std::max(1, end))); }
    template <typename T> T* anyOf(const QList<T*>& list) { return list.isEmpty() ? nullptr : list[below(int(list.size()))]; }
    void note(const QString& what);
    void chooseAction();
    void triggerAnything();
    void draw();
    void pressKeys();
    void turnWheel();
    void useField();
    void chooseLabel();
    void changeLabels();
    void openAnything();
    void save();
    /// Dialogs, menus and questions go away as a user closes them.
    void leaveDialogs();
    void closeSomething(QWidget* widget);
    void settle();
    QString brokenCounts() const;
    QString changedLocked() const;
    QByteArray state() const;
    void rememberLocked();

    fixtures::Bench& m_bench;
    std::mt19937 m_random;
    QStringList m_did;
    QTimer m_impatience; ///< For what waits in an event loop of its own.
    std::optional<QByteArray> m_start; ///< Of the open picture, before any step; nothing: not known yet.
    std::map<std::uint16_t, std::vector<std::size_t>> m_locked; ///< Where the locked labels' voxels were.
    QString m_lockedIn; ///< The picture that they belong to.
    bool m_wentThroughHistory = false; ///< In the last action: what was locked later may change.
};
