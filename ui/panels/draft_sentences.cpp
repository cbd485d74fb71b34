#include "ui/panels/draft_sentences.h"

#include "ui/panels/panel_parts.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace ui {

DraftSentences::DraftSentences(QWidget* parent)
    : QWidget(parent)
    , m_mark(wrappedLabel("hint", QStringLiteral("draftMark")))
    , m_text(wrappedLabel("warm", QStringLiteral("draftText")))
    , m_rows(new QWidget)
    , m_column(new QVBoxLayout(m_rows))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(10);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_mark);
    all->addWidget(m_text);
    all->addWidget(m_rows);
    clear();
}

void DraftSentences::clear()
{
    removeRows();
    m_text->clear();
    setVisible(false);
}

void DraftSentences::setText(const QString& soFar)
{
    removeRows();
    m_left = 1;
    mark();
    m_text->setText(breakable(soFar));
    m_text->setVisible(true);
    setVisible(true);
}

void DraftSentences::setSentences(const QStringList& sentences)
{
    clear();
    m_left = static_cast<int>(sentences.size());
    if (sentences.isEmpty())
        return;
    m_text->setVisible(false);
    QWidget* before = m_before;
    for (const QString& sentence : sentences)
        before = add(sentence, before);
    mark();
    m_rows->setVisible(true);
    setVisible(true);
}

QWidget* DraftSentences::add(const QString& sentence, QWidget* before)
{
    auto* text = wrappedLabel("warm", QStringLiteral("draftSentence"));
    text->setText(breakable(sentence));
    auto* accept = makeButton(tr("Accept"), QStringLiteral("acceptSentence"));
    accept->setAccessibleName(tr("Accept into the report: %1").arg(sentence));
    accept->setToolTip(tr("You have read it and it is right: put it into the report below"));
    auto* use = makeButton(tr("Use for a mask"), QStringLiteral("useSentence"));
    use->setAccessibleName(tr("Use for a mask: %1").arg(sentence));
    use->setToolTip(tr("Make it the sentence of the Segment tab; nothing is run"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(accept);
    buttons->addWidget(use);
    buttons->addStretch(1);
    m_column->addWidget(text);
    text->setVisible(true); // Not before it has a place: it would be a window.
    m_column->addLayout(buttons);
    if (before)
        setTabOrder(before, accept);
    setTabOrder(accept, use);
    connect(accept, &QPushButton::clicked, this, [this, accept, sentence] {
        accept->setEnabled(false);
        accept->setText(tr("Accepted"));
        --m_left;
        mark();
        Q_EMIT accepted(sentence);
    });
    connect(use, &QPushButton::clicked, this, [this, sentence] { Q_EMIT used(sentence); });
    return use;
}

/// Later, since it may be a row's own button that leads here.
void DraftSentences::removeRows()
{
    while (QLayoutItem* item = m_column->takeAt(0)) {
        QLayout* row = item->layout();
        while (QLayoutItem* part = row ? row->takeAt(0) : nullptr) {
            if (part->widget())
                part->widget()->deleteLater();
            delete part;
        }
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    m_rows->setVisible(false);
}

void DraftSentences::mark()
{
    m_mark->setText(m_left > 0 ? tr("Machine-written draft, not read yet") : tr("Machine-written draft, all accepted"));
    m_mark->setVisible(true);
}

} // namespace ui
