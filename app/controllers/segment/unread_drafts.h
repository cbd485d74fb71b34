#pragma once

#include <QObject>
#include <QPair>
#include <QSet>
#include <QString>

namespace app {

/// Sentences that a machine wrote about a study and that were taken for a mask before anyone accepted them: what is
/// drawn by such a sentence says so wherever it goes. A sentence that was changed is its reader's.
class UnreadDrafts : public QObject
{
    Q_OBJECT

public:
    /// A drafted sentence is to draw a mask. `study` is Session::id().
    void use(const QString& study, const QString& sentence);
    /// Someone has read it and found it right, before or after it is used.
    void accept(const QString& study, const QString& sentence);
    bool contains(const QString& study, const QString& sentence) const;

Q_SIGNALS:
    void changed();

private:
    using Drafted = QPair<QString, QString>; ///< Study and sentence.

    QSet<Drafted> m_unread;
    QSet<Drafted> m_accepted;
};

} // namespace app
