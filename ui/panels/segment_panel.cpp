#include "ui/panels/segment_panel.h"

#include "ui/panels/accept_row.h"
#include "ui/panels/elided_label.h"
#include "ui/panels/explain_form.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/prompt_list.h"
#include "ui/panels/sentence_form.h"
#include "ui/panels/slice_choice.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSlider>
#include <QVBoxLayout>

#include <cmath>

namespace ui {

namespace {

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
    , m_form(new SentenceForm(this))
    , m_scroll(new QScrollArea)
    , m_slices(new SliceChoice)
    , m_explain(new ExplainForm) // Gets its place, for Tab too, when it is laid out.
    , m_accept(new AcceptRow)
    , m_prompts(new PromptList)
{
    auto* column = new QVBoxLayout;
    fill(*column);
    putIntoScroll(*m_scroll, *column);
    m_scroll->viewport()->installEventFilter(this);
    m_scroll->widget()->installEventFilter(this);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_scroll, 1);
    all->addWidget(makeDecision()); // Outside of what scrolls: running, accepting, saving and sending are in sight.
    all->addWidget(makeFinishRow());
    connect(m_form, &SentenceForm::sentenceChanged, this, &SegmentPanel::sentenceChanged);
    connect(m_accept, &AcceptRow::acceptRequested, this, &SegmentPanel::acceptRequested);
    connect(m_accept, &AcceptRow::discardRequested, this, &SegmentPanel::discardRequested);
    connect(m_prompts, &PromptList::sentenceRequested, this, &SegmentPanel::setSentence);
    setSliceCount(1);
    setState(State::NoPicture);
}

void SegmentPanel::fill(QVBoxLayout& column)
{
    m_form->layInto(column);
    m_draftMark = wrappedLabel("hint", QStringLiteral("sentenceDraftMark"));
    column.addWidget(m_draftMark);
    m_match = wrappedLabel("dim", QStringLiteral("sentenceMatch"));
    m_mismatch = wrappedLabel("hint", QStringLiteral("sentenceMismatch"));
    column.addWidget(m_match);
    column.addWidget(m_mismatch);
    column.addWidget(m_slices);
    m_hint = wrappedLabel("hint", QStringLiteral("hint"));
    column.addWidget(m_hint);
    column.addWidget(m_explain);
    column.addWidget(m_prompts, 1);
}

/// In a low window the sentence comes first: the fields above it can be scrolled to.
bool SegmentPanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &SegmentPanel::showSentence, Qt::QueuedConnection); // Once it is laid out.
    return QWidget::eventFilter(object, event);
}

void SegmentPanel::showSentence()
{
    constexpr int kAround = 8;
    const auto* sentence = findChild<QWidget*>(QStringLiteral("sentence"));
    const QPoint top = sentence->mapTo(m_scroll->widget(), QPoint());
    m_scroll->ensureVisible(0, top.y() + sentence->height(), 0, kAround); // ensureWidgetVisible() shows the cursor alone.
    m_scroll->ensureVisible(0, top.y(), 0, kAround);
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

QWidget* SegmentPanel::makeRunRow()
{
    auto* part = new QWidget;
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    m_run = makeButton(tr("Segment"), QStringLiteral("run"), ButtonRole::Primary);
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
    return m_form->sentence();
}

void SegmentPanel::setSentence(const QString& text)
{
    m_form->setSentence(text);
}

imaging::Sides SegmentPanel::textSides() const
{
    return m_form->textSides();
}

void SegmentPanel::setSliceCount(int slices)
{
    m_slices->setCount(slices);
}

void SegmentPanel::chooseAllSlices()
{
    m_slices->chooseAll();
}

std::pair<int, int> SegmentPanel::slicesToRun(int shown) const
{
    return m_slices->range(shown);
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
    m_form->setModelText({});
    setHint({});
    setTiming({});
    m_prompts->clear();
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

void SegmentPanel::setHint(const QString& text)
{
    say(*m_hint, text);
}

void SegmentPanel::setTiming(const QString& text)
{
    m_timing->setText(text);
}

void SegmentPanel::setDraftMark(const QString& text)
{
    say(*m_draftMark, text);
}

void SegmentPanel::setMatch(const QString& text, Match match)
{
    say(*m_match, match == Match::Fits ? text : QString());
    say(*m_mismatch, match == Match::Doubtful ? text : QString());
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

} // namespace ui
