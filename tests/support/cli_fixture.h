#pragma once

#include <QDir>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace support {

/// What a program did.
struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray err;

    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// Runs a program of the build and waits for it.
inline Outcome runProgram(const QString& name, const QStringList& arguments,
    const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QDir(qEnvironmentVariable("LIMN_BIN")).filePath(name), arguments);
    if (!process.waitForFinished(120'000))
        process.kill();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
        process.readAllStandardError()};
}

/// A copy of the program, absolute, in a folder where no models lie beside it.
inline QString programAlone(const QString& name, const QString& folder)
{
    const QString bin = QDir(folder).filePath(QStringLiteral("bin"));
    QDir().mkpath(bin);
    const QString copy = QDir(bin).filePath(name);
    if (!QFile::exists(copy))
        QFile::copy(QDir(qEnvironmentVariable("LIMN_BIN")).filePath(name), copy);
    return copy;
}

inline Outcome limn(const QStringList& arguments)
{
    return runProgram(QStringLiteral("limn"), arguments);
}

/// A training folder of `count` pictures: a bright disc left or right, its mask, and a sentence that says where.
inline void writeTrainingFolder(const QString& folder, int count)
{
    QDir().mkpath(folder);
    QFile manifest(folder + QStringLiteral("/manifest.csv"));
    QVERIFY(manifest.open(QIODevice::WriteOnly));
    manifest.write("split,image,mask,text\n");
    for (int i = 0; i < count; ++i) {
        const bool left = i % 2 == 0;
        QImage image(32, 32, QImage::Format_Grayscale8);
        QImage mask(32, 32, QImage::Format_Grayscale8);
        image.fill(40 + i);
        mask.fill(0);
        for (QImage* picture : {&image, &mask}) {
            QPainter painter(picture);
            painter.setPen(Qt::NoPen);
            painter.setBrush(Qt::white);
            painter.drawEllipse(QPointF(left ? 8 : 24, 10 + i % 12), 5, 6);
        }
        const QString name = QString::number(i) + QStringLiteral(".png");
        QVERIFY(image.save(folder + QStringLiteral("/image") + name));
        QVERIFY(mask.save(folder + QStringLiteral("/mask") + name));
        manifest.write(
            QStringLiteral("%1,image%2,mask%2,\"unilateral pulmonary infection, one infected area, lower %3 lung.\"\n")
                .arg(i % 4 == 3 ? QStringLiteral("valid") : QStringLiteral("train"), name,
                    left ? QStringLiteral("left") : QStringLiteral("right"))
                .toUtf8());
    }
}

/// Arguments of a training that takes seconds, with the default text encoder.
inline QStringList tinyTraining(const QString& data, const QString& output)
{
    return {QStringLiteral("train"), QStringLiteral("lvit"), QStringLiteral("--data"), data, QStringLiteral("--output"),
        output, QStringLiteral("--width"), QStringLiteral("8"), QStringLiteral("--picture-size"),
        QStringLiteral("32"), QStringLiteral("--channels"),
        QStringLiteral("1"), QStringLiteral("--text-tokens"), QStringLiteral("24"), QStringLiteral("--text-units"),
        QStringLiteral("pieces"), QStringLiteral("--loss"), QStringLiteral("dice_bce"), QStringLiteral("--optimizer"),
        QStringLiteral("adamw"), QStringLiteral("--schedule"), QStringLiteral("one_cycle"),
        QStringLiteral("--learning-rate"), QStringLiteral("0.003"), QStringLiteral("--batch-size"), QStringLiteral("4"),
        QStringLiteral("--epochs"), QStringLiteral("2"), QStringLiteral("--threads"), QStringLiteral("1")};
}

} // namespace support
