#include "app/controllers/dialog_folder.h"

#include <QSettings>

#include <utility>

namespace app {

DialogFolder::DialogFolder(QString settingsFile, const QString& purpose)
    : m_settingsFile(std::move(settingsFile))
    , m_key(QStringLiteral("folders/") + purpose)
{
}

QString DialogFolder::last() const
{
    return QSettings(m_settingsFile, QSettings::IniFormat).value(m_key).toString();
}

bool DialogFolder::isKept() const
{
    return QSettings(m_settingsFile, QSettings::IniFormat).contains(m_key);
}

void DialogFolder::remember(const QString& folder) const
{
    QSettings(m_settingsFile, QSettings::IniFormat).setValue(m_key, folder);
}

} // namespace app
