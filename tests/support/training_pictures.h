#pragma once

#include "imaging/error.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QTest>

#include <functional>
#include <string>

/// Small files of training folders, and what refusing them says.
namespace support {

/// Writes a file and the folders above it.
inline void writeText(const QString& file, const QByteArray& bytes)
{
    QDir().mkpath(QFileInfo(file).path());
    QFile stream(file);
    QVERIFY(stream.open(QIODevice::WriteOnly));
    QCOMPARE(stream.write(bytes), bytes.size());
}

/// Writes a PNG and the folders above it; `value` gives each pixel.
inline void writePicture(const QString& file, int columns, int rows, const std::function<QRgb(int x, int y)>& value,
    QImage::Format format = QImage::Format_Grayscale8)
{
    QDir().mkpath(QFileInfo(file).path());
    QImage image(columns, rows, QImage::Format_RGB32);
    for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x)
            image.setPixel(x, y, value(x, y));
    QVERIFY(image.convertToFormat(format).save(file, "PNG"));
}

inline QRgb grey(int value)
{
    return qRgb(value, value, value);
}

/// The sentence of the imaging::Error that `work` throws; says so when there is none.
template <typename Work> QString refusal(const Work& work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return error.what();
    }
    return QStringLiteral("nothing was refused");
}

} // namespace support
