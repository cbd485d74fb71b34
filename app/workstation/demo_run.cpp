#include "app/workstation/demo_run.h"

#include "app/workstation/workstation.h"
#include "ui/panels/classify_tab.h"
#include "ui/panels/draft_form.h"
#include "ui/panels/report_tab.h"
#include "ui/panels/segment_panel.h"
#include "ui/views/solid_view.h"
#include "ui/views/view_grid.h"

#include <QAction>
#include <QCoreApplication>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace app {

DemoRun::DemoRun(Workstation& workstation, DemoOptions options)
    : m_workstation(workstation)
    , m_options(std::move(options))
{
    connect(&workstation.open, &OpenController::pictureReady, this, &DemoRun::pictureReady);
    connect(&workstation.open, &OpenController::failed, this, &DemoRun::fail);
    connect(&workstation.masks, &MaskController::loaded, this, &DemoRun::showWhatWasAsked);
    connect(&workstation.open, &OpenController::maskStays, this, &DemoRun::showWhatWasAsked);
    connect(&workstation.masks, &MaskController::failed, this, &DemoRun::fail);
    connect(&workstation.segment, &SegmentController::proposed, this, &DemoRun::proposed);
    connect(&workstation.segment, &SegmentController::refused, this, &DemoRun::fail);
    connect(&workstation.explain, &ExplainController::explained, this, &DemoRun::finish);
    connect(&workstation.explain, &ExplainController::failed, this, &DemoRun::fail);
    connect(&workstation.classify, &ClassifyController::classified, this, &DemoRun::classified);
    connect(&workstation.classify, &ClassifyController::whereShown, this, &DemoRun::finish);
    connect(&workstation.classify, &ClassifyController::failed, this, &DemoRun::fail);
    connect(&workstation.report, &ReportController::drafted, this, &DemoRun::finish);
    connect(&workstation.report, &ReportController::failed, this, &DemoRun::fail);
    connect(&workstation.review, &ReviewController::caseShown, this, &DemoRun::caseShown);
    connect(&workstation.review, &ReviewController::failed, this, &DemoRun::fail);
    connect(&workstation.relabel, &RelabelController::failed, this, &DemoRun::fail);
}

void DemoRun::begin()
{
    if (!m_options.cohort.isEmpty())
        m_workstation.relabel.openCohort(m_options.cohort);
    else if (!m_options.path.isEmpty())
        m_workstation.open.open(m_options.path, m_options.mask);
    else
        showTab();
}

void DemoRun::showTab()
{
    auto& actions = m_workstation.segmentPage.actions();
    if (m_options.tab == QStringLiteral("classify"))
        actions.classifyTab->trigger();
    else if (m_options.tab == QStringLiteral("report"))
        actions.reportTab->trigger();
    else if (m_options.tab == QStringLiteral("labels"))
        actions.labelsTab->trigger();
    finish();
}

void DemoRun::pictureReady()
{
    if (m_options.mask.isEmpty()) // Otherwise when the mask is on it.
        showWhatWasAsked();
}

void DemoRun::showWhatWasAsked()
{
    if (m_options.layout)
        m_workstation.viewState.setLayout(*m_options.layout);
    if (m_options.slice)
        m_workstation.viewState.setSlice(*m_options.slice - 1);
    if (m_options.preset && *m_options.preset >= 1 && *m_options.preset <= 9)
        m_workstation.actions.presets[*m_options.preset - 1]->trigger();
    if (m_options.tab == QStringLiteral("classify"))
        return askClassifier();
    if (m_options.tab == QStringLiteral("report"))
        return askReporter();
    if (m_options.tab == QStringLiteral("labels"))
        m_workstation.segmentPage.actions().labelsTab->trigger();
    if (!m_options.text.isEmpty())
        m_workstation.segmentPage.panel().setSentence(m_options.text);
    if (m_options.run)
        m_workstation.segment.run(m_options.confirm ? Confirmed::Yes : Confirmed::No);
    else
        finish();
}

void DemoRun::askClassifier()
{
    auto& page = m_workstation.segmentPage;
    page.actions().classifyTab->trigger();
    page.classify().setClasses(m_options.text);
    if (m_options.run)
        m_workstation.classify.classify(m_options.confirm ? Confirmed::Yes : Confirmed::No);
    else
        finish();
}

void DemoRun::classified()
{
    if (m_options.explain)
        m_workstation.classify.showWhere(m_workstation.classify.likeliest());
    else
        finish();
}

void DemoRun::askReporter()
{
    auto& page = m_workstation.segmentPage;
    page.actions().reportTab->trigger();
    page.report().form().setPrompt(m_options.text);
    if (m_options.run)
        m_workstation.report.draft(m_options.confirm ? Confirmed::Yes : Confirmed::No);
    else
        finish();
}

void DemoRun::proposed()
{
    if (m_options.accept)
        m_workstation.segment.accept();
    if (m_options.explain)
        m_workstation.explain.explain();
    else
        finish();
}

void DemoRun::caseShown(qint64 id)
{
    if (id > 0)
        finish();
}

void DemoRun::finish()
{
    if (m_finished || m_options.screenshot.isEmpty())
        return;
    m_finished = true;
    // The last thumbnails and the model's preparation end first, so that the picture shows a window at rest.
    auto* atRest = new QTimer(this);
    connect(atRest, &QTimer::timeout, this, [this, atRest] {
        const auto* solid = m_workstation.window.grid().solid();
        if (!m_workstation.jobs.isIdle() || (solid && solid->isVisible() && !solid->isStill()))
            return;
        atRest->stop();
        takePicture();
    });
    atRest->start(50);
}

void DemoRun::takePicture()
{
    if (!m_workstation.window.grab().save(m_options.screenshot))
        return fail(tr("The picture “%1” could not be written.").arg(m_options.screenshot));
    QCoreApplication::exit(0);
}

void DemoRun::fail(const QString& why)
{
    if (m_options.screenshot.isEmpty())
        return; // Someone is at the window: it says so itself.
    std::fprintf(stderr, "limn-workstation: %s\n", qPrintable(why));
    QCoreApplication::exit(1);
}

} // namespace app
