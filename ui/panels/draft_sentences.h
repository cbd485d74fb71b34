#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace ui {

/// A draft that a machine wrote, marked as such: the text while it comes, then its sentences, each to be accepted or to be
/// used elsewhere.
class DraftSentences : public QWidget
{
    Q_OBJECT

public:
    explicit DraftSentences(QWidget* parent = nullptr);

    /// Tab comes to its buttons after those of this part.
    void comeAfter(QWidget& before) { m_before = &before; }
    void clear();
    /// The text as far as it is written.
    void setText(const QString& soFar);
    void setSentences(const QStringList& sentences);

Q_SIGNALS:
    void accepted(const QString& sentence);
    /// The sentence is to be the one that a mask is drawn by.
    void used(const QString& sentence);

private:
    /// Gives the last of its buttons.
    QWidget* add(const QString& sentence, QWidget* before);
    void removeRows();
    void mark();

    QWidget* m_before = nullptr;
    QLabel* m_mark;
    QLabel* m_text;
    QWidget* m_rows;
    QVBoxLayout* m_column;
    int m_left = 0; ///< Sentences that were not accepted.
};

} // namespace ui
