#include "ui/panels/review_bar.h"

#include "ui/text_size.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <utility>

namespace ui {

namespace {

QPushButton* makeButton(const QString& text, const QString& objectName, const QString& verdict, const QString& tip)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    button->setProperty("role", "verdict");
    button->setProperty("verdict", verdict);
    button->setToolTip(tip);
    button->setFocusPolicy(Qt::TabFocus); // A click leaves the keys with the picture.
    return button;
}

QLineEdit* makeNoteField(const QString& objectName, const QString& name)
{
    auto* field = new QLineEdit;
    field->setObjectName(objectName);
    field->setAccessibleName(name);
    field->setPlaceholderText(name);
    field->setFocusPolicy(Qt::StrongFocus);
    return field;
}

} // namespace

ReviewBar::ReviewBar(QWidget* parent)
    : QWidget(parent)
    , m_sentence(makeNoteField(QStringLiteral("caseSentence"), tr("Sentence of this case")))
    , m_note(makeNoteField(QStringLiteral("caseNote"), tr("Note to the decision")))
    , m_about(new QLabel)
    , m_accept(makeButton(tr("A  accept"), QStringLiteral("reviewAccept"), QStringLiteral("accept"),
          tr("The mask is right as it is shown (A); what was drawn on it is kept as your edit")))
    , m_edit(makeButton(tr("E  edit"), QStringLiteral("reviewEdit"), QStringLiteral("edit"),
          tr("Correct the mask with brush and eraser (E, again to change between the two); then accept it")))
    , m_reject(makeButton(tr("R  reject"), QStringLiteral("reviewReject"), QStringLiteral("reject"),
          tr("The mask is wrong: it is not learnt from, and the case comes again when another model has seen it (R)")))
    , m_next(makeButton(
          tr("N  next"), QStringLiteral("reviewNext"), QStringLiteral("next"), tr("Leave this case for later (N)")))
{
    setObjectName(QStringLiteral("reviewBar"));
    setAttribute(Qt::WA_StyledBackground);
    m_about->setObjectName(QStringLiteral("aboutCase"));
    m_about->setTextFormat(Qt::PlainText);
    m_about->setProperty("role", "dim");
    m_about->setWordWrap(true);
    m_about->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    // Two lines, always: the picture keeps its size from case to case.
    followTextSize(m_about, [this] { m_about->setFixedHeight(2 * m_about->fontMetrics().lineSpacing() + 4); });
    m_about->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_sentence->setMaxLength(2000);
    m_note->setMaxLength(500);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12, 7, 12, 7);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(6);
    grid->addWidget(m_sentence, 0, 0, 1, 3);
    grid->addWidget(m_note, 0, 3, 1, 2);
    grid->addWidget(m_about, 1, 0);
    int column = 1;
    for (QPushButton* button : {m_accept, m_edit, m_reject, m_next})
        grid->addWidget(button, 1, column++);
    grid->setColumnStretch(0, 1);
    connect(m_accept, &QPushButton::clicked, this, &ReviewBar::acceptRequested);
    connect(m_edit, &QPushButton::clicked, this, &ReviewBar::editRequested);
    connect(m_reject, &QPushButton::clicked, this, &ReviewBar::rejectRequested);
    connect(m_next, &QPushButton::clicked, this, &ReviewBar::nextRequested);
    connect(m_sentence, &QLineEdit::editingFinished, this, [this] {
        if (sentence() == m_given)
            return;
        m_given = sentence();
        Q_EMIT sentenceChanged(m_given);
    });
    setState(State::NoCase);
}

void ReviewBar::setState(State state)
{
    m_state = state;
    const bool shown = state != State::NoCase && state != State::Busy;
    m_accept->setEnabled(state == State::Shown || state == State::Editing);
    m_accept->setText(state == State::Editing ? tr("A  keep edit") : tr("A  accept"));
    m_edit->setEnabled(shown);
    m_reject->setEnabled(state == State::Shown || state == State::Editing);
    m_next->setEnabled(shown);
    m_sentence->setEnabled(shown);
    m_note->setEnabled(shown);
    showState();
}

void ReviewBar::showState()
{
    const QString text = stateText();
    m_about->setText(text);
    m_about->setToolTip(text.toHtmlEscaped());
}

QString ReviewBar::stateText() const
{
    switch (m_state) {
    case State::NoCase:
        return m_aboutText.isEmpty() ? tr("No case is shown.") : m_aboutText;
    case State::Busy:
        return tr("One moment…");
    case State::WithoutMask:
        return tr("This case has no mask yet: draw one (E), predict the cohort, or go on (N).");
    case State::Editing:
        return tr("Editing: paint with the left button, E changes between brush and eraser, A keeps the edit.");
    case State::Shown:
        break;
    }
    return m_aboutText;
}

void ReviewBar::setCase(const QString& sentence, const QString& about)
{
    m_given = sentence.simplified();
    m_sentence->setText(m_given);
    m_sentence->setCursorPosition(0);
    m_note->clear();
    m_aboutText = about;
    showState();
}

QString ReviewBar::sentence() const
{
    return m_sentence->text().simplified();
}

QString ReviewBar::takeNote()
{
    const QString note = m_note->text().simplified();
    m_note->clear();
    return note;
}

void ReviewBar::focusNote()
{
    m_note->setFocus(Qt::ShortcutFocusReason);
}

} // namespace ui
