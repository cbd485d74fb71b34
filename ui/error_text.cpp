#include "ui/error_text.h"

#include <QCoreApplication>

namespace ui {

namespace {

QString opening(imaging::ErrorKind kind)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::ErrorText", text); };
    switch (kind) {
    case imaging::ErrorKind::InvalidInput:
        return tr("This cannot be used.");
    case imaging::ErrorKind::Unsupported:
        return tr("Limn does not support this.");
    case imaging::ErrorKind::NotFound:
        return tr("Something is missing.");
    case imaging::ErrorKind::Io:
        return tr("A file could not be read or written.");
    case imaging::ErrorKind::Network:
        return tr("The archive did not answer as it should.");
    case imaging::ErrorKind::Model:
        return tr("The model cannot be used.");
    case imaging::ErrorKind::WrongUse:
        return tr("This does not work here.");
    case imaging::ErrorKind::Internal:
        break;
    }
    return tr("Something went wrong in Limn; your work is kept.");
}

} // namespace

QString errorText(imaging::ErrorKind kind, const std::string& message)
{
    const QString detail = QString::fromStdString(message).trimmed();
    return detail.isEmpty() ? opening(kind) : opening(kind) + QLatin1Char(' ') + detail;
}

QString joined(const imaging::Warnings& sentences)
{
    QStringList texts;
    for (const auto& sentence : sentences)
        texts << QString::fromStdString(sentence);
    return texts.join(QLatin1Char(' '));
}

} // namespace ui
