#include "ui/panels/cohort_panel.h"

#include "ui/cohort_text.h"
#include "ui/panels/count_bars.h"

#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

QLabel* sectionTitle(const QString& text)
{
    auto* label = new QLabel(text);
    label->setProperty("role", "section");
    return label;
}

QLabel* dimText(const QString& objectName)
{
    auto* label = new QLabel;
    label->setObjectName(objectName);
    label->setProperty("role", "dim");
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QPushButton* makeButton(const QString& text, const QString& objectName, const QString& tip)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    button->setToolTip(tip);
    return button;
}

} // namespace

CohortPanel::CohortPanel(QWidget* parent)
    : QWidget(parent)
{
    m_empty = makeEmpty();
    m_open = makeOpen();
    setObjectName(QStringLiteral("leftPanel"));
    setAttribute(Qt::WA_StyledBackground);
    setMinimumWidth(250);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_empty);
    column->addWidget(m_open, 1);
    setCohort({}, {});
}

QWidget* CohortPanel::makeEmpty()
{
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(sectionTitle(tr("NO COHORT IS OPEN")));
    auto* what = dimText(QStringLiteral("noCohort"));
    what->setText(
        tr("A cohort is a folder in which many pictures, their sentences and their masks are worked on: label "
           "some, train, look through what the model drew, the most uncertain first, and train again."));
    column->addWidget(what);
    auto* make = makeButton(tr("New cohort…"), QStringLiteral("newCohort"), tr("Make a cohort in a folder"));
    auto* open = makeButton(tr("Open cohort…"), QStringLiteral("openCohort"), tr("Go on with a cohort"));
    make->setProperty("role", "primary");
    column->addWidget(make);
    column->addWidget(open);
    column->addStretch(1);
    connect(make, &QPushButton::clicked, this, &CohortPanel::newRequested);
    connect(open, &QPushButton::clicked, this, &CohortPanel::openRequested);
    return part;
}

QWidget* CohortPanel::makeOpen()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(12, 12, 12, 8);
    column->setSpacing(7);
    m_name = sectionTitle({});
    m_name->setObjectName(QStringLiteral("cohortName"));
    m_name->setTextFormat(Qt::PlainText);
    m_name->setWordWrap(true);
    m_summary = dimText(QStringLiteral("cohortSummary"));
    m_counts = new CountBars;
    m_import = makeButton(tr("Import…"), QStringLiteral("importCases"),
        tr("Take pictures, sentences and masks from a folder, a manifest.csv or a SEG"));
    m_predict = makeButton(tr("Predict"), QStringLiteral("predictCases"),
        tr("Let the model draw a mask for every case that waits (the newest trained here, else the default one)"));
    m_status = dimText(QStringLiteral("cohortStatus"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_import);
    row->addWidget(m_predict);
    column->addWidget(m_name);
    column->addWidget(m_summary);
    column->addWidget(m_counts);
    column->addLayout(row);
    column->addWidget(m_status);
    addTraining(*column);
    addRuns(*column);
    connect(m_import, &QPushButton::clicked, this, &CohortPanel::importRequested);
    connect(m_predict, &QPushButton::clicked, this, &CohortPanel::predictRequested);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    scroll->setWidget(content);
    return scroll;
}

void CohortPanel::addTraining(QVBoxLayout& column)
{
    m_trainingTitle = sectionTitle(tr("TRAINING"));
    m_trainingTitle->setTextFormat(Qt::PlainText);
    m_trainingTitle->setObjectName(QStringLiteral("trainingTitle"));
    m_chart = new CurveChart;
    m_legend = dimText(QStringLiteral("curveLegend"));
    m_epochs = new QSpinBox;
    m_epochs->setObjectName(QStringLiteral("epochs"));
    m_epochs->setAccessibleName(tr("Epochs to train"));
    m_epochs->setRange(1, 1000);
    m_epochs->setValue(20);
    m_epochs->setSuffix(tr(" epochs"));
    m_train = makeButton(tr("Train"), QStringLiteral("trainModel"),
        tr("Train a model on the labelled, accepted and edited cases, or go on with the training that was interrupted. "
           "It runs as a program of its own and goes on when this window is closed."));
    m_stop = makeButton(tr("Stop, keep best"), QStringLiteral("stopTraining"),
        tr("End the training after what it is doing; the best epoch is kept and training can go on later"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_train);
    row->addWidget(m_stop);
    column.addWidget(m_trainingTitle);
    column.addWidget(m_chart);
    column.addWidget(m_legend);
    column.addWidget(m_epochs);
    column.addLayout(row);
    connect(m_train, &QPushButton::clicked, this, &CohortPanel::trainRequested);
    connect(m_stop, &QPushButton::clicked, this, &CohortPanel::stopTrainingRequested);
}

void CohortPanel::addRuns(QVBoxLayout& column)
{
    m_runs = new QListWidget;
    m_runs->setObjectName(QStringLiteral("runs"));
    m_runs->setAccessibleName(tr("Trainings of this cohort; choose one to see its curves"));
    m_runs->setWordWrap(true);
    m_runs->setMinimumHeight(60);
    m_runs->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column.addWidget(sectionTitle(tr("RUNS")));
    column.addWidget(m_runs, 1);
    connect(m_runs, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item)
            Q_EMIT runChosen(item->data(Qt::UserRole).toLongLong());
    });
}

void CohortPanel::setCohort(const QString& name, const QString& folder)
{
    m_empty->setVisible(name.isEmpty());
    m_open->setVisible(!name.isEmpty());
    m_name->setText(name.toUpper());
    m_name->setToolTip(folder.toHtmlEscaped());
    setStatus({});
    setCounts({});
    setRuns({}, {});
    setCurves({}, 0);
}

void CohortPanel::setCounts(const annotations::CohortCounts& counts)
{
    using annotations::CaseState;
    m_studies = counts.studies;
    const int labelled = counts.of(CaseState::Labelled) + counts.of(CaseState::Accepted) + counts.of(CaseState::Edited);
    const QLocale locale;
    m_summary->setText(counts.studies == 0 ? tr("No studies yet: import a folder, a manifest or a SEG.")
                                           : tr("%1 studies  ·  %2 % with a mask to learn from  ·  %3 with a sentence")
                                                 .arg(locale.toString(counts.studies))
                                                 .arg(100 * labelled / counts.studies)
                                                 .arg(locale.toString(counts.texts)));
    m_counts->setCounts(counts);
    updateButtons();
}

void CohortPanel::setRuns(const std::vector<annotations::TrainingRun>& runs, annotations::CohortTime now)
{
    const QSignalBlocker blocker(m_runs);
    const qint64 chosen = m_runs->currentItem() ? m_runs->currentItem()->data(Qt::UserRole).toLongLong() : 0;
    m_training = false;
    m_runs->clear();
    for (const auto& run : runs) {
        const bool alive = run.state == annotations::RunState::Running && annotations::isAlive(run, now);
        m_training = m_training || alive;
        QString text =
            tr("%1  ·  best Dice %2\n%3")
                .arg(QString::fromStdString(run.name), QString::number(run.bestDice, 'f', 3), runText(run, alive));
        auto* item = new QListWidgetItem(text, m_runs);
        item->setData(Qt::UserRole, QVariant::fromValue<qint64>(run.id));
        item->setToolTip(tr("started %1 by %2, %3 pictures with a mask, %4 without, %5 to validate")
                             .arg(timeText(run.started), QString::fromStdString(run.who))
                             .arg(run.labelled)
                             .arg(run.unlabelled)
                             .arg(run.validation)
                             .toHtmlEscaped());
        if (run.id == chosen)
            m_runs->setCurrentItem(item);
    }
    const bool any = !runs.empty();
    m_trainingTitle->setText(
        !any ? tr("TRAINING") : tr("TRAINING  ·  %1").arg(m_training ? tr("RUNNING") : tr("AT REST")));
    updateButtons();
}

void CohortPanel::setCurves(std::vector<Curve> curves, int epochs)
{
    m_chart->setCurves(std::move(curves), epochs);
    m_legend->setText(m_chart->summary());
}

void CohortPanel::setStatus(const QString& text)
{
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

void CohortPanel::setBusy(bool busy)
{
    m_busy = busy;
    updateButtons();
}

void CohortPanel::updateButtons()
{
    m_import->setEnabled(!m_busy);
    m_predict->setEnabled(!m_busy && m_studies > 0);
    m_train->setEnabled(!m_training && m_studies > 0);
    m_epochs->setEnabled(!m_training);
    m_stop->setEnabled(m_training);
}

int CohortPanel::epochs() const
{
    return m_epochs->value();
}

} // namespace ui
