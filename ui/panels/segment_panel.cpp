#include "ui/panels/segment_panel.h"

#include "ui/panels/explain_form.h"
#include "ui/panels/report_form.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QListWidget>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

QLabel* dimLabel(const QString& objectName)
{
    auto* label = new QLabel;
    label->setObjectName(objectName);
    label->setProperty("role", "dim");
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

QString hundredths(int value)
{
    return QString::number(value / 100.0, 'f', 2);
}

} // namespace

SegmentPanel::SegmentPanel(QWidget* parent)
    : QWidget(parent)
    , m_form(new ReportForm(this))
    , m_explain(new ExplainForm) // Gets its place, for Tab too, when it is laid out.
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
    all->addWidget(makeFinishRow()); // Outside of what scrolls: saving and sending are always in sight.
    connect(m_form, &ReportForm::edited, this, &SegmentPanel::fieldsEdited);
    setSliceCount(1);
    setState(State::NoPicture);
}

void SegmentPanel::fill(QVBoxLayout& column)
{
    column.addWidget(m_form);
    column.addWidget(makeSentence());
    column.addWidget(makeSlices());
    column.addWidget(makeRunRow());
    column.addWidget(makeSliders());
    column.addWidget(makeAcceptRow());
    m_hint = new QLabel;
    m_hint->setProperty("role", "hint");
    m_hint->setObjectName(QStringLiteral("hint"));
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    m_hint->setVisible(false);
    column.addWidget(m_hint);
    column.addWidget(m_explain);
    column.addWidget(makePrompts(), 1);
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
    m_sentence->setFixedHeight(64);
    m_understood = dimLabel(QStringLiteral("understood"));
    m_modelText = dimLabel(QStringLiteral("modelText"));
    m_sides = new QComboBox;
    m_sides->setObjectName(QStringLiteral("sides"));
    m_sides->setAccessibleName(tr("Whose left and right the sentence means"));
    m_sides->addItems({tr("Left and right are the patient's"), tr("Left and right are the picture's")});
    column->addWidget(m_sentence);
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
    m_timing = new QLabel;
    m_timing->setProperty("role", "dim");
    m_timing->setTextFormat(Qt::PlainText);
    m_timing->setObjectName(QStringLiteral("timing"));
    row->addWidget(m_run);
    row->addWidget(m_cancel);
    row->addStretch(1);
    row->addWidget(m_timing);
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

QWidget* SegmentPanel::makeAcceptRow()
{
    auto* part = new QWidget;
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    m_accept = makeButton(tr("Accept mask"), QStringLiteral("accept"), true);
    m_accept->setToolTip(tr("Make the proposal the mask of the chosen label (A)"));
    m_discard = makeButton(tr("Discard"), QStringLiteral("discard"));
    row->addWidget(m_accept);
    row->addWidget(m_discard);
    row->addStretch(1);
    connect(m_accept, &QPushButton::clicked, this, &SegmentPanel::acceptRequested);
    connect(m_discard, &QPushButton::clicked, this, &SegmentPanel::discardRequested);
    return part;
}

QWidget* SegmentPanel::makePrompts()
{
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("PROMPTS"));
    title->setProperty("role", "section");
    m_prompts = new QListWidget;
    m_prompts->setObjectName(QStringLiteral("prompts"));
    m_prompts->setAccessibleName(tr("Earlier prompts; activate one to use it again"));
    m_prompts->setWordWrap(true);
    m_prompts->setMinimumHeight(64);
    m_prompts->setIconSize(QSize(12, 12));
    m_prompts->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(title);
    column->addWidget(m_prompts, 1);
    connect(m_prompts, &QListWidget::itemActivated, this,
        [this](QListWidgetItem* item) { setSentence(item->data(Qt::UserRole).toString()); });
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
    row->addWidget(m_save);
    row->addWidget(m_send);
    row->addStretch(1);
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

void SegmentPanel::fieldsEdited()
{
    {
        const QSignalBlocker blocker(m_sentence);
        m_sentence->setPlainText(QString::fromStdString(annotations::sentence(m_form->fields())));
    }
    m_understood->setVisible(false);
    Q_EMIT sentenceChanged();
}

void SegmentPanel::sentenceEdited()
{
    const auto parsed = annotations::parse(sentence().toStdString());
    QStringList remarks;
    const bool written = !sentence().trimmed().isEmpty();
    if (parsed.understood)
        m_form->setFields(parsed.fields);
    else if (written)
        remarks << tr("Written freely: it goes to the model as it is.");
    for (const auto& warning : parsed.warnings)
        remarks << QString::fromStdString(warning);
    remarks.removeDuplicates();
    m_understood->setText(remarks.join(QLatin1Char(' ')).left(300));
    m_understood->setVisible(!remarks.isEmpty() && written);
    Q_EMIT sentenceChanged();
}

void SegmentPanel::setState(State state)
{
    m_state = state;
    const bool picture = state != State::NoPicture;
    m_run->setEnabled(picture && state != State::Running);
    m_cancel->setEnabled(state == State::Running);
    m_threshold->setEnabled(state == State::Proposal || state == State::Running);
    m_accept->setEnabled(state == State::Proposal);
    m_discard->setEnabled(state == State::Proposal);
    m_save->setEnabled(picture);
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

void SegmentPanel::addPrompt(const QString& text, const QString& detail, const QColor& colour)
{
    constexpr qsizetype kShown = 60;
    const QString shown = text.size() > kShown ? text.left(kShown) + QChar(0x2026) : text;
    auto* item = new QListWidgetItem(QStringLiteral("%1\n%2").arg(shown, detail));
    item->setData(Qt::UserRole, text);
    item->setToolTip(tr("Double-click, or press Return, to use this sentence again"));
    QPixmap swatch(12, 12);
    swatch.fill(colour);
    item->setIcon(swatch);
    m_prompts->insertItem(0, item);
}

void SegmentPanel::setPromptDetail(int index, const QString& detail)
{
    if (auto* item = m_prompts->item(index))
        item->setText(item->text().section(QLatin1Char('\n'), 0, 0) + QLatin1Char('\n') + detail);
}

void SegmentPanel::clearPrompts()
{
    m_prompts->clear();
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
