#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/training_runs.h"
#include "ui/panels/curve_chart.h"

#include <QWidget>

#include <vector>

class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace ui {

class CountBars;

/// The Relabel page's left side: the cohort, its counts, and the training with its curves. Without a cohort it offers
/// to make or to open one.
class CohortPanel : public QWidget
{
    Q_OBJECT

public:
    explicit CohortPanel(QWidget* parent = nullptr);

    /// Name and folder of the open cohort; an empty name: none is open.
    void setCohort(const QString& name, const QString& folder);
    void setCounts(const annotations::CohortCounts& counts);
    /// Newest first; `now` tells which are alive.
    void setRuns(const std::vector<annotations::TrainingRun>& runs, annotations::CohortTime now);
    /// Of the run that is shown; `epochs` is how many it will train, 0: not known.
    void setCurves(std::vector<Curve> curves, int epochs);
    /// What a job on the whole cohort is doing, or what came of the last one; plain text.
    void setStatus(const QString& text);
    /// Import, prediction or export is running: no other may be started.
    void setBusy(bool busy);
    int epochs() const;

Q_SIGNALS:
    void newRequested();
    void openRequested();
    void importRequested();
    void predictRequested();
    void trainRequested();
    void stopTrainingRequested();
    void runChosen(qint64 id);

private:
    QWidget* makeEmpty();
    QWidget* makeOpen();
    void addTraining(QVBoxLayout& column);
    void addRuns(QVBoxLayout& column);
    void updateButtons();

    QWidget* m_empty = nullptr;
    QWidget* m_open = nullptr;
    QLabel* m_name = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_status = nullptr;
    CountBars* m_counts = nullptr;
    QPushButton* m_import = nullptr;
    QPushButton* m_predict = nullptr;
    QLabel* m_trainingTitle = nullptr;
    CurveChart* m_chart = nullptr;
    QLabel* m_legend = nullptr;
    QSpinBox* m_epochs = nullptr;
    QPushButton* m_train = nullptr;
    QPushButton* m_stop = nullptr;
    QListWidget* m_runs = nullptr;
    int m_studies = 0;
    bool m_busy = false;
    bool m_training = false;
};

} // namespace ui
