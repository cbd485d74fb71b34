#include "ui/panels/adapt_form.h"

#include "ui/panels/panel_parts.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

namespace ui {

namespace {

constexpr int kMostShots = 1000;
constexpr int kUsualShots = 16;

QLabel* adaptTitle(const QString& text, QWidget* of)
{
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setBuddy(of);
    return label;
}

} // namespace

AdaptForm::AdaptForm(QWidget* parent)
    : QWidget(parent)
    , m_ways(new QComboBox)
    , m_shots(new QSpinBox)
    , m_run(makeButton(tr("Learn from a folder…"), QStringLiteral("adapt")))
    , m_stop(makeButton(tr("Stop"), QStringLiteral("adaptStop")))
    , m_chart(new CurveChart)
    , m_note(wrappedLabel("dim", QStringLiteral("adaptNote")))
{
    m_ways->setObjectName(QStringLiteral("adaptWays"));
    m_ways->setAccessibleName(tr("How it learns"));
    m_shots->setObjectName(QStringLiteral("adaptShots"));
    m_shots->setAccessibleName(tr("Pictures of each class"));
    m_shots->setRange(1, kMostShots);
    m_shots->setValue(kUsualShots);
    m_shots->setSuffix(tr(" of each class"));
    m_run->setToolTip(tr("A folder of pictures for each class, or one with manifest.csv (image, class, split); "
                         "nothing in it is changed"));
    m_chart->setObjectName(QStringLiteral("adaptChart"));
    constexpr int kLetters = 16; // The tab is narrow: the names of the ways may be cut.
    m_ways->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_ways->setMinimumContentsLength(kLetters);
    auto* shots = new QHBoxLayout;
    shots->addWidget(m_shots);
    shots->addStretch(1);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_run);
    buttons->addWidget(m_stop);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(adaptTitle(tr("Adapt to my labelled studies"), m_ways));
    column->addWidget(m_ways);
    column->addLayout(shots);
    column->addLayout(buttons);
    column->addWidget(m_chart);
    column->addWidget(m_note);
    connect(m_run, &QPushButton::clicked, this, &AdaptForm::folderWanted);
    connect(m_stop, &QPushButton::clicked, this, &AdaptForm::stopRequested);
    setState(false, false);
    setCurves({}, 0);
    setNote({});
}

void AdaptForm::setWays(const std::vector<AdaptWay>& ways)
{
    m_ways->clear();
    for (const auto& way : ways)
        m_ways->addItem(way.name, way.id);
}

QString AdaptForm::way() const
{
    return m_ways->currentData().toString();
}

int AdaptForm::shots() const
{
    return m_shots->value();
}

void AdaptForm::setState(bool canRun, bool running)
{
    m_run->setEnabled(canRun && !running);
    m_ways->setEnabled(!running);
    m_shots->setEnabled(!running);
    m_stop->setVisible(running);
}

void AdaptForm::setCurves(std::vector<Curve> curves, int epochs)
{
    m_chart->setVisible(!curves.empty());
    m_chart->setCurves(std::move(curves), epochs);
}

void AdaptForm::setNote(const QString& text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

} // namespace ui
