/// Works on a study by a script until it is killed: tst_killed_session starts it. Says on standard output, a line each,
/// "b N" before the step N is done, counted from 1, and "s N" once the state after step N is known to be on the disk.
#include "tests/support/edit_script.h"

#include <QCoreApplication>
#include <QObject>
#include <QTimer>

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace {

/// At once: what lies in a buffer of this process is lost with it.
void say(char what, int step)
{
    char line[32];
    const int size = std::snprintf(line, sizeof line, "%c %d\n", what, step);
    if (::write(STDOUT_FILENO, line, static_cast<std::size_t>(size)) != size)
        std::abort();
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 5)
        return 2;
    app::Session session(argv[1]);
    const auto volume = support::scriptedCt();
    auto place = session.journalPlace();
    place.largeBytes = std::strtoull(argv[3], nullptr, 10);
    session.open(volume, QStringLiteral("script"), app::prepareWork(place, *volume, QStringLiteral("script")));
    support::EditScript script(session, static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)));
    const int steps = std::atoi(argv[4]);
    int done = 0;
    QObject::connect(&session, &app::Session::journalStateChanged, &session, [&] {
        if (session.journalState() == app::JournalState::OnDisk)
            say('s', done);
    });
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &session, [&] {
        if (done == steps)
            return timer.stop(); // Waits for its end.
        say('b', done + 1);
        script.step();
        ++done;
    });
    timer.start(0);
    return QCoreApplication::exec();
}
