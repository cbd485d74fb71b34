#pragma once

#include <QColor>
#include <QString>
#include <QWidget>

class QListWidget;
class QListWidgetItem;

namespace ui {

/// What became of a sentence that was run.
enum class PromptState {
    Shown, ///< Its proposal is in the picture.
    Waiting, ///< Its proposal is kept until it is accepted or discarded.
    Accepted,
    Discarded,
};

struct Prompt
{
    int id = 0;
    QString text;
    QString detail; ///< The second line.
    QColor colour; ///< Of its mask.
    PromptState state = PromptState::Accepted;
};

/// The sentences that were run, newest first. A click shows a proposal that waits, a double-click or Return takes the
/// sentence up again, Delete discards a proposal.
class PromptList : public QWidget
{
    Q_OBJECT

public:
    explicit PromptList(QWidget* parent = nullptr);

    /// Adds a prompt as the newest, or changes the one with its id.
    void set(const Prompt& prompt);
    void remove(int id);
    void clear();

Q_SIGNALS:
    void showRequested(int id);
    void sentenceRequested(const QString& text);
    void discardRequested(int id);

private:
    QListWidgetItem* find(int id) const;
    void show(const QListWidgetItem& item);

    QListWidget* m_list;
};

} // namespace ui
