#include "ui/panels/job_bar.h"

#include "ui/panels/elided_label.h"
#include "ui/text_size.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace ui {

JobBar::JobBar(QWidget* parent)
    : QWidget(parent)
    , m_state(new ElidedLabel(this))
    , m_title(new ElidedLabel(this))
    , m_progress(new QProgressBar(this))
    , m_remaining(new QLabel(this))
    , m_cancel(new QToolButton(this))
{
    setObjectName(QStringLiteral("bottomBar"));
    setAttribute(Qt::WA_StyledBackground);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 2, 8, 2);
    row->setSpacing(10);
    for (QLabel* label : {m_state, m_title, m_remaining}) {
        label->setTextFormat(Qt::PlainText);
        label->setProperty("role", "dim");
    }
    m_state->setObjectName(QStringLiteral("stateText"));
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setTextVisible(false);
    m_progress->setRange(0, 1000);
    m_cancel->setText(QStringLiteral("✕"));
    m_cancel->setAccessibleName(tr("Cancel the job"));
    m_cancel->setToolTip(tr("Cancel"));
    row->addWidget(m_state, 1);
    m_title->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_title, 1);
    row->addWidget(m_progress);
    row->addWidget(m_remaining);
    row->addWidget(m_cancel);
    followTextSize(this, [this] {
        m_progress->setFixedWidth(scaled(140));
        setFixedHeight(std::max(32, fontMetrics().height() + 12));
    });
    connect(m_cancel, &QToolButton::clicked, this, [this] { Q_EMIT cancelRequested(m_job); });
    endJob(0);
}

void JobBar::setState(const QString& text)
{
    m_state->setText(text);
}

void JobBar::showJob(int id, const QString& title, double fraction, const QString& stage)
{
    if (title.isEmpty() || id < m_job)
        return;
    if (id != m_job)
        m_clock.start();
    m_job = id;
    m_title->setText(stage.isEmpty() ? title : QStringLiteral("%1: %2").arg(title, stage));
    m_progress->setRange(0, fraction > 0 ? 1000 : 0);
    m_progress->setValue(static_cast<int>(std::lround(std::clamp(fraction, 0.0, 1.0) * 1000)));
    m_remaining->setText(remainingText(fraction, m_clock.elapsed()));
    for (QWidget* part : std::initializer_list<QWidget*>{m_title, m_progress, m_remaining, m_cancel})
        part->setVisible(true);
}

void JobBar::endJob(int id)
{
    if (id != m_job)
        return;
    m_job = 0;
    for (QWidget* part : std::initializer_list<QWidget*>{m_title, m_progress, m_remaining, m_cancel})
        part->setVisible(false);
}

QString remainingText(double fraction, qint64 elapsedMs)
{
    if (fraction < 0.05 || fraction >= 1 || elapsedMs < 1500)
        return {};
    const double seconds = static_cast<double>(elapsedMs) / 1000 * (1 - fraction) / fraction;
    const auto tr = [](const char* text) { return QCoreApplication::translate("ui::JobBar", text); };
    if (seconds < 90)
        return tr("%1 s left").arg(std::max(1L, std::lround(seconds)));
    return tr("%1 min left").arg(std::lround(seconds / 60));
}

} // namespace ui
