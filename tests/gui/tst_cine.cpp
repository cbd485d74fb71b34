#include "tests/gui/workstation_fixture.h"
#include "ui/views/cine.h"

#include <QSignalSpy>
#include <QTimer>

#include <algorithm>

using fixtures::Bench;
using fixtures::kPatience;

namespace {

constexpr int kSlices = 6;

void openStack(Bench& bench)
{
    phantom::CtOptions options;
    options.columns = options.rows = 32;
    options.slices = kSlices;
    phantom::writeCt(bench.path("ct"), options);
    OPEN_PATH(bench, "ct");
    bench.workstation.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&bench.workstation.window));
    bench.view().setFocus();
    bench.state().setSlice(0);
}

bool runsTimer(const ui::Cine& cine)
{
    return cine.findChild<QTimer*>()->isActive();
}

/// The slices that were shown, in their order.
class Seen
{
public:
    explicit Seen(ui::ViewState& state)
        : m_spy(&state, &ui::ViewState::sliceChanged)
    {
    }
    QList<int> slices() const
    {
        QList<int> slices;
        for (const auto& arguments : m_spy)
            slices << arguments[0].toInt();
        return slices;
    }

private:
    QSignalSpy m_spy;
};

} // namespace

class CineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_key_plays_and_pauses()
    {
        Bench bench;
        openStack(bench);
        auto& cine = bench.workstation.window.cine();
        QVERIFY(!runsTimer(cine));
        const Seen seen(bench.state());
        QTest::keyClick(&bench.view(), Qt::Key_F12);
        QVERIFY(cine.isPlaying() && bench.workstation.actions.cine->isChecked());
        QTRY_VERIFY_WITH_TIMEOUT(seen.slices().size() > kSlices, kPatience);
        QCOMPARE(seen.slices().first(kSlices), (QList{1, 2, 3, 4, 5, 0})); // Round and round.
        QTest::keyClick(&bench.view(), Qt::Key_F12);
        QVERIFY(!cine.isPlaying() && !bench.workstation.actions.cine->isChecked() && !runsTimer(cine));
    }

    void it_goes_back_and_forth_when_asked_to()
    {
        Bench bench;
        openStack(bench);
        bench.workstation.actions.cineBounce->trigger();
        bench.workstation.actions.cineSpeeds.last()->trigger();
        QCOMPARE(bench.workstation.window.cine().speed(), 20);
        const Seen seen(bench.state());
        bench.workstation.actions.cine->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(seen.slices().size() >= 12, kPatience);
        QCOMPARE(seen.slices().first(12), (QList{1, 2, 3, 4, 5, 4, 3, 2, 1, 0, 1, 2}));
    }

    void any_other_input_stops_it_data()
    {
        QTest::addColumn<QString>("input");
        for (const char* input : {"key", "shortcut", "click", "layout"})
            QTest::newRow(input) << QString::fromLatin1(input);
    }

    void any_other_input_stops_it()
    {
        QFETCH(const QString, input);
        Bench bench;
        openStack(bench);
        auto& cine = bench.workstation.window.cine();
        bench.workstation.actions.cine->trigger();
        QVERIFY(cine.isPlaying());
        if (input == QStringLiteral("key"))
            QTest::keyClick(&bench.view(), Qt::Key_Down);
        else if (input == QStringLiteral("shortcut"))
            QTest::keyClick(&bench.view(), Qt::Key_I);
        else if (input == QStringLiteral("click"))
            QTest::mouseClick(&bench.view(), Qt::RightButton);
        else
            bench.state().setLayout(ui::ViewLayout::Planes);
        QVERIFY(!cine.isPlaying() && !runsTimer(cine));
    }

    void a_single_picture_does_not_play()
    {
        Bench bench;
        OPEN_XRAY(bench);
        bench.workstation.actions.cine->trigger();
        QVERIFY(!bench.workstation.window.cine().isPlaying());
        QVERIFY(!bench.workstation.actions.cine->isChecked());
    }
};

QTEST_MAIN(CineTest)
#include "tst_cine.moc"
