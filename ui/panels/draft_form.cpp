#include "ui/panels/draft_form.h"

#include "ui/panels/panel_parts.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <limits>

namespace ui {

DraftForm::DraftForm(QWidget* parent)
    : QWidget(parent)
    , m_promptName(new QLabel)
    , m_prompt(new QLineEdit)
    , m_timing(wrappedLabel("dim", QStringLiteral("draftTiming")))
{
    m_promptName->setBuddy(m_prompt);
    m_prompt->setObjectName(QStringLiteral("draftPrompt"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_promptName);
    column->addWidget(m_prompt);
    column->addWidget(makeOptions());
    column->addWidget(makeButtons());
    column->addWidget(m_timing);
    connect(m_prompt, &QLineEdit::returnPressed, this, [this] {
        if (m_draft->isEnabled())
            Q_EMIT draftRequested();
    });
    setPromptKind(Prompt::Beginning);
    setBeams(0, 0);
    setState(State::Off);
}

QWidget* DraftForm::makeOptions()
{
    const auto number = [](const QString& objectName, const QString& name, int least, int most, int value) {
        auto* box = new QSpinBox;
        box->setObjectName(objectName);
        box->setAccessibleName(name);
        box->setRange(least, most);
        box->setValue(value);
        return box;
    };
    auto* part = new QWidget;
    auto* grid = new QGridLayout(part);
    grid->setContentsMargins(0, 0, 0, 0);
    m_beams = number(QStringLiteral("draftBeams"), tr("Beams"), 1, 16, 1);
    m_beams->setToolTip(tr("How many texts are followed at once; with 1 the words appear as they are written"));
    m_nextBeam = makeButton({}, QStringLiteral("nextBeam"));
    m_nextBeam->setToolTip(tr("Show the next of the texts that were followed; the best one comes first"));
    m_chance = new QCheckBox(tr("By chance, seed"));
    m_chance->setObjectName(QStringLiteral("draftChance"));
    m_chance->setToolTip(tr("Draw the words by chance; the same seed gives the same text"));
    m_seed = number(QStringLiteral("draftSeed"), tr("Seed"), 0, std::numeric_limits<int>::max(), 0);
    grid->addWidget(new QLabel(tr("Beams")), 0, 0);
    grid->addWidget(m_beams, 0, 1);
    grid->addWidget(m_nextBeam, 2, 0, 1, 2, Qt::AlignLeft);
    grid->addWidget(m_chance, 1, 0);
    grid->addWidget(m_seed, 1, 1);
    grid->setColumnStretch(1, 1);
    connect(m_chance, &QCheckBox::toggled, this, &DraftForm::describe);
    connect(m_nextBeam, &QPushButton::clicked, this, &DraftForm::nextBeamRequested);
    return part;
}

QWidget* DraftForm::makeButtons()
{
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_draft = makeButton(tr("Draft"), QStringLiteral("draft"), ButtonRole::Primary);
    m_draft->setToolTip(tr("Let the model write about the shown picture (Return in the line above)"));
    m_stop = makeButton(tr("Stop"), QStringLiteral("stopDraft"));
    m_again = makeButton(tr("Another seed"), QStringLiteral("draftAgain"));
    m_again->setToolTip(tr("Write it again, with words drawn by chance and the next seed"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_draft);
    row->addWidget(m_stop);
    row->addStretch(1);
    row->addWidget(m_again);
    column->addLayout(row);
    connect(m_draft, &QPushButton::clicked, this, &DraftForm::draftRequested);
    connect(m_stop, &QPushButton::clicked, this, &DraftForm::stopRequested);
    connect(m_again, &QPushButton::clicked, this, &DraftForm::again);
    return part;
}

void DraftForm::again()
{
    if (m_chance->isChecked())
        m_seed->setValue(m_seed->value() == m_seed->maximum() ? 0 : m_seed->value() + 1);
    m_chance->setChecked(true);
    Q_EMIT draftRequested();
}

DraftWish DraftForm::wish() const
{
    const bool chance = m_chance->isChecked();
    return {m_prompt->text().trimmed(), chance ? 1 : m_beams->value(), chance,
        static_cast<std::uint64_t>(m_seed->value())};
}

void DraftForm::setPrompt(const QString& prompt)
{
    m_prompt->setText(prompt);
}

void DraftForm::setBeamCount(int beams)
{
    m_beams->setValue(beams);
}

void DraftForm::setPromptKind(Prompt kind, const QString& example)
{
    const QString name = kind == Prompt::Question ? tr("Question to the picture")
        : kind == Prompt::Either                  ? tr("Question, or how the text begins")
                                                  : tr("The text begins with");
    m_promptName->setText(name);
    m_prompt->setAccessibleName(name);
    m_prompt->setPlaceholderText(kind != Prompt::Beginning ? tr("is there a pleural effusion?")
            : example.isEmpty()                              ? QString()
                                                             : tr("for example: %1").arg(example));
}

void DraftForm::setHasDraft(bool has)
{
    m_hasDraft = has;
    describe();
}

void DraftForm::setBeams(int shown, int count)
{
    m_beamCount = count;
    m_nextBeam->setText(count > 1 ? tr("Beam %1 of %2, next").arg(shown + 1).arg(count) : tr("Another beam"));
    describe();
}

void DraftForm::setState(State state)
{
    m_state = state;
    describe();
}

void DraftForm::describe()
{
    m_beams->setEnabled(!m_chance->isChecked());
    m_seed->setEnabled(m_chance->isChecked());
    m_draft->setEnabled(m_state == State::Ready);
    m_stop->setEnabled(m_state == State::Writing);
    m_again->setEnabled(m_state == State::Ready && m_hasDraft);
    m_nextBeam->setEnabled(m_state == State::Ready && m_beamCount > 1);
}

void DraftForm::setTiming(const QString& text)
{
    m_timing->setText(text);
    m_timing->setVisible(!text.isEmpty());
}

QWidget& DraftForm::lastPart() const
{
    return *m_again;
}

void DraftForm::focusPrompt()
{
    m_prompt->setFocus();
    m_prompt->selectAll();
}

} // namespace ui
