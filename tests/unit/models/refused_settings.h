#pragma once

#include "tests/support/error_sentence.h"

#include <QByteArray>
#include <QFile>
#include <QTemporaryDir>

#include <filesystem>

namespace support {

/// What `read(folder)` says of a config.json that it must refuse.
template <typename Read> QString refusedSettings(const QByteArray& json, const Read& read)
{
    QTemporaryDir folder;
    QFile file(folder.filePath("config.json"));
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size())
        return QStringLiteral("not written");
    file.close();
    return sentence(imaging::ErrorKind::Model, [&] { read(std::filesystem::path(folder.path().toStdString())); });
}

} // namespace support
