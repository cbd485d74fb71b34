#pragma once

#include <QString>

namespace app {

/// The folder that a file dialog begins in, kept from run to run.
class DialogFolder
{
public:
    /// `purpose` tells the dialogs apart.
    DialogFolder(QString settingsFile, const QString& purpose);

    /// Empty: none was chosen yet.
    QString last() const;
    /// Whether something was, also nothing by an empty one.
    bool isKept() const;
    void remember(const QString& folder) const;

private:
    QString m_settingsFile;
    QString m_key;
};

} // namespace app
