#include "ui/panels/segment_panel.h"

#include "ui/panels/accept_row.h"
#include "ui/panels/elided_label.h"
#include "ui/panels/explain_form.h"
#include "ui/panels/prompt_list.h"
#include "ui/panels/reading_chips.h"
#include "ui/panels/report_form.h"
#include "ui/text_size.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QTextCursor>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

QLabel* wrappedLabel(const char* role, const QString& objectName)
{
    auto* label = new QLabel;
    label->setObjectName(objectName);
    label->setProperty("role", role);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setVisible(false);
    return label;
}

QPushButton* makeButton(const QString& text, const QString& objectName, bool primary = false)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    if (primary)
        button->setProperty("role", "primary");
    return button;
}

QSlider* makeSlider(const QString& name, const QString& objectName, int value)
{
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setRange(0, 100);
    slider->setValue(value);
    slider->setAccessibleName(name);
    slider->setObjectName(objectName);
    return slider;
}

/// The findings that are drawn, in the sentence's own word where they share one.
annotations::ReportFields shownFields(
    const annotations::ReportReading& reading, const annotations::ReadingChoice& choice)
{
    auto fields = choice.fields;
    for (const auto index : choice.used)
        if (reading.findings[index].finding != reading.findings[choice.used.front()].finding)
            return fields;
    if (!choice.used.empty() && !reading.findings[choice.used.front()].finding.empty())
        fields.finding = reading.findings[choice.used.front()].finding;
    return fields;
}

/// For a model that takes any words: all that the sentence does not deny.
annotations::ReadingChoice choiceOfAny(const annotations::ReportReading& reading)
{
    annotations::ReadingChoice choice;
    choice.verdict = annotations::ReadingVerdict::Draw;
    choice.fields.finding.clear();
    for (std::size_t i = 0; i < reading.findings.size(); ++i) {
        const auto& finding = reading.findings[i];
        const bool stands = finding.assertion == annotations::Assertion::Present
            || finding.assertion == annotations::Assertion::Possible;
        if (!stands)
            continue;
        choice.used.push_back(i);
        if (choice.used.size() == 1)
            choice.fields = {finding.finding, finding.left, finding.right, finding.areas, finding.extent, {}};
    }
    choice.warnings = reading.warnings;
    return choice;
}

annotations::ReadingChoice choose(const annotations::ReportReading& reading, const QString& modelFinding)
{
    return modelFinding.isEmpty() ? choiceOfAny(reading)
                                  : annotations::chooseFor(reading, modelFinding.toLower().toStdString());
}

QString hundredths(int value)
{
    return QString::number(value / 100.0, 'f', 2);
}

} // namespace

SegmentPanel::SegmentPanel(QWidget* parent)
    : QWidget(parent)
    , m_form(new ReportForm(this))
    , m_explain(new ExplainForm) // Gets its place, for Tab too, when it is laid out.
    , m_accept(new AcceptRow)
    , m_prompts(new PromptList)
    , m_modelFinding(QString::fromStdString(annotations::ReportFields().finding))
{
    auto* column = new QVBoxLayout;
    column->setContentsMargins(14, 12, 14, 8);
    column->setSpacing(8);
    fill(*column);
    auto* content = new QWidget;
    content->setLayout(column);
    content->setAutoFillBackground(false);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(scroll, 1);
    all->addWidget(makeDecision()); // Outside of what scrolls: running, accepting, saving and sending are in sight.
    all->addWidget(makeFinishRow());
    connect(m_form, &ReportForm::edited, this, &SegmentPanel::fieldsEdited);
    connect(m_accept, &AcceptRow::acceptRequested, this, &SegmentPanel::acceptRequested);
    connect(m_accept, &AcceptRow::discardRequested, this, &SegmentPanel::discardRequested);
    connect(m_prompts, &PromptList::sentenceRequested, this, &SegmentPanel::setSentence);
    setSliceCount(1);
    setState(State::NoPicture);
}

void SegmentPanel::fill(QVBoxLayout& column)
{
    column.addWidget(m_form);
    column.addWidget(makeApart());
    column.addWidget(makeSentence());
    column.addWidget(makeSlices());
    m_hint = wrappedLabel("hint", QStringLiteral("hint"));
    column.addWidget(m_hint);
    column.addWidget(m_explain);
    column.addWidget(m_prompts, 1);
}

/// Says that the greyed fields are not the sentence's, and offers to write theirs.
QWidget* SegmentPanel::makeApart()
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
    connect(use, &QPushButton::clicked, this, &SegmentPanel::fieldsEdited);
    m_apart->setVisible(false);
    return m_apart;
}

QWidget* SegmentPanel::makeDecision()
{
    auto* part = new QWidget;
    part->setObjectName(QStringLiteral("decision"));
    part->setAttribute(Qt::WA_StyledBackground);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(14, 8, 14, 8);
    column->setSpacing(8);
    column->addWidget(makeRunRow());
    column->addWidget(makeSliders());
    column->addWidget(m_accept);
    return part;
}

QWidget* SegmentPanel::makeSentence()
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
    connect(m_sentence, &QPlainTextEdit::textChanged, this, &SegmentPanel::sentenceEdited);
    connect(m_sides, &QComboBox::currentIndexChanged, this, &SegmentPanel::sentenceChanged);
    return part;
}

QWidget* SegmentPanel::makeSlices()
{
    m_slices = new QWidget;
    auto* row = new QHBoxLayout(m_slices);
    row->setContentsMargins(0, 0, 0, 0);
    m_which = new QComboBox;
    m_which->setObjectName(QStringLiteral("whichSlices"));
    m_which->setAccessibleName(tr("Slices to segment"));
    m_which->addItems({tr("This slice"), tr("Slices from, to"), tr("All slices")});
    row->addWidget(m_which, 1);
    const auto number = [row](const QString& name, const QString& objectName) {
        auto* box = new QSpinBox;
        box->setAccessibleName(name);
        box->setObjectName(objectName);
        row->addWidget(box);
        return box;
    };
    m_first = number(tr("First slice"), QStringLiteral("firstSlice"));
    m_last = number(tr("Last slice"), QStringLiteral("lastSlice"));
    connect(m_which, &QComboBox::currentIndexChanged, this, [this](int which) {
        m_first->setVisible(which == 1);
        m_last->setVisible(which == 1);
    });
    return m_slices;
}

QWidget* SegmentPanel::makeRunRow()
{
    auto* part = new QWidget;
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    m_run = makeButton(tr("Segment"), QStringLiteral("run"), true);
    m_run->setToolTip(tr("Make the mask that the sentence describes (Ctrl+Return; all slices: Ctrl+Shift+Return)"));
    m_cancel = makeButton(tr("Cancel"), QStringLiteral("cancel"));
    m_timing = new ElidedLabel;
    m_timing->setProperty("role", "dim");
    m_timing->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_timing->setObjectName(QStringLiteral("timing"));
    row->addWidget(m_run);
    row->addWidget(m_cancel);
    row->addWidget(m_timing, 1);
    connect(m_run, &QPushButton::clicked, this, &SegmentPanel::runRequested);
    connect(m_cancel, &QPushButton::clicked, this, &SegmentPanel::cancelRequested);
    return part;
}

QWidget* SegmentPanel::makeSliders()
{
    auto* part = new QWidget;
    auto* grid = new QGridLayout(part);
    grid->setContentsMargins(0, 0, 0, 0);
    m_threshold = makeSlider(tr("Threshold on the probabilities"), QStringLiteral("threshold"), 50);
    m_opacity = makeSlider(tr("Opacity of the masks"), QStringLiteral("opacity"), 35);
    m_thresholdValue = new QLabel(hundredths(m_threshold->value()));
    m_opacityValue = new QLabel(hundredths(m_opacity->value()));
    grid->addWidget(new QLabel(tr("Threshold")), 0, 0);
    grid->addWidget(m_threshold, 0, 1);
    grid->addWidget(m_thresholdValue, 0, 2);
    grid->addWidget(new QLabel(tr("Opacity")), 1, 0);
    grid->addWidget(m_opacity, 1, 1);
    grid->addWidget(m_opacityValue, 1, 2);
    connect(m_threshold, &QSlider::valueChanged, this, [this](int value) {
        m_thresholdValue->setText(hundredths(value));
        Q_EMIT thresholdChanged(threshold());
    });
    connect(m_opacity, &QSlider::valueChanged, this, [this](int value) {
        m_opacityValue->setText(hundredths(value));
        Q_EMIT opacityChanged(opacity());
    });
    return part;
}

QWidget* SegmentPanel::makeFinishRow()
{
    auto* part = new QWidget;
    part->setObjectName(QStringLiteral("finishRow"));
    part->setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(14, 8, 14, 8);
    m_save = makeButton(tr("Save SEG…"), QStringLiteral("save"));
    m_send = makeButton(tr("Send…"), QStringLiteral("send"));
    m_finish = makeButton(tr("Done, next"), QStringLiteral("finish"));
    m_finish->setToolTip(tr("Accept, save and send the masks, and open the next study (F9)"));
    connect(m_finish, &QPushButton::clicked, this, &SegmentPanel::finishRequested);
    row->addWidget(m_save);
    row->addWidget(m_send);
    row->addStretch(1);
    row->addWidget(m_finish);
    connect(m_save, &QPushButton::clicked, this, &SegmentPanel::saveRequested);
    connect(m_send, &QPushButton::clicked, this, &SegmentPanel::sendRequested);
    return part;
}

QString SegmentPanel::sentence() const
{
    return m_sentence->toPlainText();
}

void SegmentPanel::setSentence(const QString& text)
{
    m_sentence->setPlainText(text);
}

annotations::ReportFields SegmentPanel::fields() const
{
    return m_form->fields();
}

bool SegmentPanel::pictureSides() const
{
    return m_sides->currentIndex() == 1;
}

void SegmentPanel::focusSentence()
{
    m_sentence->setFocus();
    m_sentence->selectAll();
}

void SegmentPanel::setSliceCount(int slices)
{
    m_slices->setVisible(slices > 1);
    m_which->setCurrentIndex(0);
    m_which->setItemText(2, tr("All %1 slices").arg(slices));
    m_first->setVisible(false);
    m_last->setVisible(false);
    for (QSpinBox* box : {m_first, m_last})
        box->setRange(1, slices);
    m_first->setValue(1);
    m_last->setValue(slices);
}

void SegmentPanel::chooseAllSlices()
{
    m_which->setCurrentIndex(2);
}

std::pair<int, int> SegmentPanel::slicesToRun(int shown) const
{
    if (m_which->currentIndex() == 2)
        return {0, m_last->maximum() - 1};
    if (m_which->currentIndex() == 1)
        return std::minmax({m_first->value() - 1, m_last->value() - 1});
    return {shown, shown};
}

void SegmentPanel::setFileKinds(bool dicom, const QString& why)
{
    m_canSend = dicom;
    m_save->setText(dicom ? tr("Save SEG…") : tr("Save mask…"));
    m_save->setToolTip(dicom ? tr("Save the masks as DICOM SEG, NIfTI, NRRD or PNG (Ctrl+S)") : why);
    m_send->setToolTip(dicom ? tr("Send the masks to an archive (Ctrl+E)") : why);
    m_send->setEnabled(dicom && m_state != State::NoPicture);
}

void SegmentPanel::clear()
{
    setSentence({});
    setModelText({});
    setHint({});
    setTiming({});
    m_prompts->clear();
}

bool SegmentPanel::fieldsAreApart() const
{
    return !m_apart->isHidden();
}

void SegmentPanel::setModelFinding(const QString& finding)
{
    if (finding == m_modelFinding)
        return;
    m_modelFinding = finding;
    m_form->setDefaultFinding(
        finding.isEmpty() ? QString::fromStdString(annotations::ReportFields().finding) : finding.toLower());
    sentenceEdited();
}

/// Another text in the sentence's place, without telling so; Ctrl+Z there brings the old one back.
void SegmentPanel::rewrite(const QString& text)
{
    const QSignalBlocker blocker(m_sentence);
    QTextCursor cursor(m_sentence->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
}

/// The sentence with what the fields say in the place of the finding that they showed; what else it says stays. Only
/// the fields' where that would be read otherwise.
QString SegmentPanel::withFields() const
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
    const auto read = shownFields(reading, choose(reading, m_modelFinding));
    return QString::fromStdString(annotations::sentence(read) == own ? text : own);
}

void SegmentPanel::fieldsEdited()
{
    rewrite(withFields());
    read();
    m_form->setEnabled(true);
    m_apart->setVisible(false);
    Q_EMIT sentenceChanged();
}

void SegmentPanel::sentenceEdited()
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
void SegmentPanel::read()
{
    constexpr qsizetype kShown = 300;
    const std::string text = sentence().trimmed().toStdString();
    m_reading = annotations::readReport(sentence().toStdString(), m_modelFinding.toStdString());
    m_choice = choose(m_reading, m_modelFinding);
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

void SegmentPanel::setState(State state)
{
    m_state = state;
    const bool picture = state != State::NoPicture;
    m_run->setEnabled(state == State::Idle || state == State::Proposal);
    m_cancel->setEnabled(state == State::Running);
    m_threshold->setEnabled(state == State::Proposal || state == State::Running);
    m_accept->setState(state == State::Proposal ? AcceptRow::State::Proposal
            : state == State::Running           ? AcceptRow::State::Running
                                                : AcceptRow::State::Off);
    m_save->setEnabled(picture);
    m_finish->setEnabled(picture);
    m_send->setEnabled(picture && m_canSend);
}

void SegmentPanel::setModelText(const QString& text)
{
    // A very long sentence must not push the buttons out of the window.
    constexpr qsizetype kShown = 400;
    m_modelText->setText(text.size() > kShown ? text.left(kShown) + QChar(0x2026) : text);
    m_modelText->setVisible(!text.isEmpty());
}

void SegmentPanel::setHint(const QString& text)
{
    m_hint->setText(text);
    m_hint->setVisible(!text.isEmpty());
}

void SegmentPanel::setTiming(const QString& text)
{
    m_timing->setText(text);
}

void SegmentPanel::setPromised(bool promised)
{
    m_accept->setState(promised ? AcceptRow::State::Promised : AcceptRow::State::Running);
}

float SegmentPanel::threshold() const
{
    return static_cast<float>(m_threshold->value()) / 100.0F;
}

void SegmentPanel::setThreshold(float threshold)
{
    m_threshold->setValue(static_cast<int>(std::lround(threshold * 100)));
}

double SegmentPanel::opacity() const
{
    return m_opacity->value() / 100.0;
}

void SegmentPanel::setOpacity(double opacity)
{
    m_opacity->setValue(static_cast<int>(std::lround(opacity * 100)));
}

void SegmentPanel::stepThreshold(int steps)
{
    if (m_threshold->isEnabled())
        m_threshold->setValue(m_threshold->value() + steps);
}

void SegmentPanel::stepOpacity(int steps)
{
    m_opacity->setValue(m_opacity->value() + 5 * steps);
}

} // namespace ui
