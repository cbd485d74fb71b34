#pragma once

#include "imaging/error.h"

#include <QString>

namespace support {

/// What an action that must fail says, for a failure of the kind; else a text that no test expects.
template <typename Work> QString sentence(imaging::ErrorKind kind, const Work& work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        return error.kind() == kind ? QString(error.what()) : QStringLiteral("other kind: ") + error.what();
    }
    return QStringLiteral("no error");
}

} // namespace support
