#include "ui/panels/sentence_form.h"

#include "ui/panels/panel_parts.h"
#include "ui/panels/reading_chips.h"
#include "ui/panels/report_form.h"
#include "ui/panels/sentence_choice.h"
#include "ui/text_size.h"

#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTextCursor>
#include <QVBoxLayout>

namespace ui {

SentenceForm::SentenceForm(QObject* parent)
    : QObject(parent)
    , m_form(new ReportForm)
    , m_modelFinding(QString::fromStdString(annotations::ReportFields().finding))
{
    connect(m_form, &ReportForm::edited, this, &SentenceForm::fieldsEdited);
}

void SentenceForm::layInto(QVBoxLayout& column)
{
    column.addWidget(m_form);
    column.addWidget(makeApart());
    column.addWidget(makeSentence());
}

/// Says that the greyed fields are not the sentence's, and offers to write theirs.
QWidget* SentenceForm::makeApart()
{
    m_apart = new QWidget;
    m_apart->setObjectName(QStringLiteral("fieldsApart"));
    auto* row = new QHBoxLayout(m_apart);
    row->setContentsMargins(0, 0, 0, 0);
    auto* text = new QLabel(tr("The fields do not say this sentence."));
    text->setProperty("role", "dim");
    text->setWordWrap(true);
    auto* use = makeButton(tr("Use the fields"), QStringLiteral("useFields"));
    use->setToolTip(tr("Write the sentence from the fields; Ctrl+Z in the sentence brings yours back"));
    row->addWidget(text, 1);
    row->addWidget(use);
    connect(use, &QPushButton::clicked, this, &SentenceForm::fieldsEdited);
    m_apart->setVisible(false);
    return m_apart;
}

QWidget* SentenceForm::makeSentence()
{
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_sentence = new QPlainTextEdit;
    m_sentence->setObjectName(QStringLiteral("sentence"));
    m_sentence->setAccessibleName(tr("Sentence"));
    m_sentence->setPlaceholderText(tr("Write what is seen, for example: one infected area, lower left lung"));
    m_sentence->setTabChangesFocus(true);
    followTextSize(
        m_sentence, [this] { m_sentence->setFixedHeight(3 * m_sentence->fontMetrics().lineSpacing() + 16); });
    m_chips = new ReadingChips;
    m_why = wrappedLabel("hint", QStringLiteral("why"));
    m_understood = wrappedLabel("dim", QStringLiteral("understood"));
    m_modelText = wrappedLabel("dim", QStringLiteral("modelText"));
    m_sides = new QComboBox;
    m_sides->setObjectName(QStringLiteral("sides"));
    m_sides->setAccessibleName(tr("Whose left and right the sentence means"));
    m_sides->addItems({tr("Left and right are the patient's"), tr("Left and right are the picture's")});
    column->addWidget(m_sentence);
    column->addWidget(m_chips);
    column->addWidget(m_why);
    column->addWidget(m_understood);
    column->addWidget(m_sides);
    column->addWidget(m_modelText);
    connect(m_sentence, &QPlainTextEdit::textChanged, this, &SentenceForm::sentenceEdited);
    connect(m_sides, &QComboBox::currentIndexChanged, this, &SentenceForm::sentenceChanged);
    return part;
}

QString SentenceForm::sentence() const
{
    return m_sentence->toPlainText();
}

void SentenceForm::setSentence(const QString& text)
{
    m_sentence->setPlainText(text);
}

annotations::ReportFields SentenceForm::fields() const
{
    return m_form->fields();
}

imaging::Sides SentenceForm::textSides() const
{
    return m_sides->currentIndex() == 1 ? imaging::Sides::Picture : imaging::Sides::Patient;
}

void SentenceForm::setTextSides(imaging::Sides sides)
{
    m_sides->setCurrentIndex(sides == imaging::Sides::Picture ? 1 : 0);
}

void SentenceForm::focusSentence()
{
    m_sentence->setFocus();
    m_sentence->selectAll();
}

bool SentenceForm::fieldsAreApart() const
{
    return !m_apart->isHidden();
}

void SentenceForm::setModelFinding(const QString& finding)
{
    if (finding == m_modelFinding)
        return;
    m_modelFinding = finding;
    m_form->setDefaultFinding(
        finding.isEmpty() ? QString::fromStdString(annotations::ReportFields().finding) : finding.toLower());
    sentenceEdited();
}

/// Another text in the sentence's place, without telling so; Ctrl+Z there brings the old one back.
void SentenceForm::rewrite(const QString& text)
{
    const QSignalBlocker blocker(m_sentence);
    QTextCursor cursor(m_sentence->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
}

/// The sentence with what the fields say in the place of the finding that they showed; what else it says stays. Only
/// the fields' where that would be read otherwise.
QString SentenceForm::withFields() const
{
    const auto fields = m_form->fields();
    const std::string own = annotations::sentence(fields);
    const bool more = m_reading.findings.size() > 1 || !m_reading.unread.empty();
    if (m_choice.used.size() != 1 || !more || fieldsAreApart())
        return QString::fromStdString(own);
    const auto& shown = m_reading.findings[m_choice.used.front()];
    std::string text = sentence().toStdString();
    const std::string part = own.ends_with('.') ? own.substr(0, own.size() - 1) : own;
    text.replace(shown.begin, shown.end - shown.begin, part);
    const auto reading = annotations::readReport(text, m_modelFinding.toStdString());
    const auto read = shownFields(reading, choiceFor(reading, m_modelFinding));
    return QString::fromStdString(annotations::sentence(read) == own ? text : own);
}

void SentenceForm::fieldsEdited()
{
    rewrite(withFields());
    read();
    m_form->setEnabled(true);
    m_apart->setVisible(false);
    Q_EMIT sentenceChanged();
}

void SentenceForm::sentenceEdited()
{
    read();
    const bool written = !sentence().trimmed().isEmpty();
    auto fields = shownFields(m_reading, m_choice);
    const bool apart =
        written && (m_choice.verdict != annotations::ReadingVerdict::Draw || fields.finding.empty());
    if (!written)
        fields.finding.clear(); // Nothing was read: the rest is empty already.
    if (!apart || !fields.finding.empty())
        m_form->setFields(fields);
    m_form->setEnabled(!apart);
    m_apart->setVisible(apart);
    Q_EMIT sentenceChanged();
}

/// Reads the sentence and shows what was read: the chips, why it asks, and what was remarked.
void SentenceForm::read()
{
    constexpr qsizetype kShown = 300;
    const std::string text = sentence().trimmed().toStdString();
    m_reading = annotations::readReport(sentence().toStdString(), m_modelFinding.toStdString());
    m_choice = choiceFor(m_reading, m_modelFinding);
    m_chips->setRows(text.empty() ? std::vector<ReadingRow>() : rowsOf(m_reading, m_choice));
    m_why->setText(QString::fromStdString(m_choice.why).left(kShown));
    m_why->setVisible(!text.empty() && !m_choice.why.empty());
    QStringList remarks;
    for (const auto& warning : m_choice.warnings)
        remarks << QString::fromStdString(warning);
    remarks.removeDuplicates();
    m_understood->setText(remarks.join(QLatin1Char(' ')).left(kShown));
    m_understood->setVisible(!text.empty() && !remarks.isEmpty());
}

void SentenceForm::setModelText(const QString& text, const QStringList& remarks)
{
    // A very long sentence must not push the buttons out of the window.
    constexpr qsizetype kShown = 400;
    m_modelText->clear();
    QString all = text;
    for (const auto& remark : remarks)
        if (!shows(remark))
            all += QLatin1Char('\n') + remark;
    m_modelText->setText(all.size() > kShown ? all.left(kShown) + QChar(0x2026) : all);
    m_modelText->setVisible(!all.isEmpty());
}

bool SentenceForm::shows(const QString& remark) const
{
    for (const QLabel* label : {m_why, m_understood, m_modelText})
        if (!label->isHidden() && label->text().contains(remark))
            return true;
    return false;
}

} // namespace ui
