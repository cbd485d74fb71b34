#pragma once

#include "tests/support/cli_fixture.h"
#include "tests/support/free_port.h"

#include <QFile>
#include <QProcess>

#include <cmath>
#include <utility>
#include <vector>

/// Trainings as programs of their own.
namespace support {

inline QByteArray bytesOf(const QString& file)
{
    QFile stream(file);
    return stream.open(QIODevice::ReadOnly) ? stream.readAll() : QByteArray();
}

/// A column of a training's log.csv.
inline std::vector<double> logColumn(const QString& log, const char* name)
{
    const auto lines = QString::fromUtf8(bytesOf(log)).split('\n', Qt::SkipEmptyParts);
    const auto place = lines.value(0).split(',').indexOf(QString::fromLatin1(name));
    std::vector<double> column;
    for (const auto& line : lines.mid(1))
        column.push_back(line.split(',').value(place).toDouble());
    return column;
}

/// `limn` as one of two that train together, with the variables that torchrun sets.
inline void startOfTwo(QProcess& process, int rank, int port, const QStringList& arguments)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("RANK", QString::number(rank));
    environment.insert("WORLD_SIZE", "2");
    environment.insert("LOCAL_RANK", QString::number(rank));
    environment.insert("MASTER_ADDR", "127.0.0.1");
    environment.insert("MASTER_PORT", QString::number(port));
    process.setProcessEnvironment(environment);
    process.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath("limn"), arguments);
    QVERIFY(process.waitForStarted());
}

/// Both to their end. -> their exit codes
inline std::pair<int, int> runTwo(const QStringList& arguments)
{
    QProcess first, second;
    const int port = freePort();
    startOfTwo(first, 0, port, arguments);
    startOfTwo(second, 1, port, arguments);
    for (QProcess* process : {&first, &second}) {
        process->waitForFinished(120'000);
        if (process->exitCode() != 0)
            qWarning("%s", process->readAllStandardError().constData());
    }
    return {first.exitCode(), second.exitCode()};
}

} // namespace support
