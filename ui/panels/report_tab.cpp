#include "ui/panels/report_tab.h"

#include "ui/panels/draft_form.h"
#include "ui/panels/draft_sentences.h"
#include "ui/panels/match_list.h"
#include "ui/panels/model_row.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/prior_report.h"
#include "ui/panels/seen_picture.h"
#include "ui/text_size.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTextCursor>

namespace ui {

ReportTab::ReportTab(QWidget* parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea)
    , m_model(new ModelRow(tr("Model"), QStringLiteral("reportModel")))
    , m_seen(new SeenPicture(QStringLiteral("seen")))
    , m_form(new DraftForm)
    , m_draft(new DraftSentences)
    , m_prior(new PriorReport)
    , m_report(new QPlainTextEdit)
    , m_compare(makeButton(tr("Compare with the picture"), QStringLiteral("compareReport")))
    , m_matches(new MatchList)
{
    auto* column = new QVBoxLayout;
    fill(*column);
    putIntoScroll(*m_scroll, *column);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_scroll);
    connect(m_report, &QPlainTextEdit::textChanged, this, &ReportTab::reportChanged);
    connect(m_compare, &QPushButton::clicked, this, &ReportTab::compareRequested);
    connect(m_draft, &DraftSentences::accepted, this, &ReportTab::append);
}

void ReportTab::fill(QVBoxLayout& column)
{
    m_report->setObjectName(QStringLiteral("reportText"));
    m_report->setAccessibleName(tr("Report"));
    m_report->setPlaceholderText(tr("Your report: write here, or accept sentences of a draft"));
    m_report->setTabChangesFocus(true);
    followTextSize(m_report, [this] { m_report->setFixedHeight(6 * m_report->fontMetrics().lineSpacing() + 16); });
    m_compare->setToolTip(tr("Ask the model how well the report and each of its sentences fit the shown picture"));
    auto* title = new QLabel(tr("Report"));
    title->setProperty("role", "section");
    title->setBuddy(m_report);
    auto* note = new QLabel(tr("Kept for each study on this computer; nothing is sent anywhere."));
    note->setProperty("role", "dim");
    note->setWordWrap(true);
    column.addWidget(m_model);
    column.addWidget(m_seen);
    column.addWidget(m_form);
    column.addWidget(m_draft);
    column.addWidget(m_prior);
    column.addWidget(title);
    column.addWidget(m_report);
    column.addWidget(note);
    column.addWidget(m_compare, 0, Qt::AlignLeft);
    column.addWidget(m_matches);
    column.addStretch(1);
    m_draft->comeAfter(m_form->lastPart());
}

/// As a step of its own, which Ctrl+Z takes back.
void ReportTab::append(const QString& sentence)
{
    QTextCursor cursor(m_report->document());
    cursor.movePosition(QTextCursor::End);
    const QString text = report();
    cursor.insertText(text.isEmpty() || text.back().isSpace() ? sentence : QLatin1Char(' ') + sentence);
}

QString ReportTab::report() const
{
    return m_report->toPlainText();
}

void ReportTab::setReport(const QString& text)
{
    const QSignalBlocker blocker(this);
    m_report->setPlainText(text);
}

void ReportTab::setCanWrite(bool can)
{
    m_report->setEnabled(can);
}

void ReportTab::setCanCompare(bool can)
{
    m_compare->setEnabled(can);
}

void ReportTab::showDraft()
{
    QMetaObject::invokeMethod(this, [this] { m_scroll->ensureWidgetVisible(m_draft, 0, 8); }, Qt::QueuedConnection);
}

void ReportTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    Q_EMIT shown();
}

} // namespace ui
