#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

class ElidedLabel;

/// Which model a tab works with: its name, a button to choose another, what its card says, and what to do without one.
class ModelRow : public QWidget
{
    Q_OBJECT

public:
    /// `what` is chosen ("Model"); the parts of the row are called after `objectName`.
    ModelRow(const QString& what, const QString& objectName, QWidget* parent = nullptr);

    /// `place` is the whole path, for the tooltip; plain text. An empty name: none is chosen.
    void setModel(const QString& name, const QString& place);
    /// A line below; empty hides it.
    void setNote(const QString& note);
    /// What to do when none is chosen; warm.
    void setAdvice(const QString& advice);

Q_SIGNALS:
    void folderWanted();
    void fileWanted();
    void noneWanted();

private:
    QString m_what;
    ElidedLabel* m_name;
    QPushButton* m_choose;
    QAction* m_none;
    QLabel* m_note;
    QLabel* m_advice;
};

} // namespace ui
