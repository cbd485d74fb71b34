#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace ui {

/// The line at the bottom: what was saved, and the newest job with progress, remaining time and cancel.
class JobBar : public QWidget
{
    Q_OBJECT

public:
    explicit JobBar(QWidget* parent = nullptr);

    void setState(const QString& text);
    void showJob(int id, const QString& title, double fraction, const QString& stage);
    void endJob(int id);

Q_SIGNALS:
    void cancelRequested(int id);

private:
    QLabel* m_state;
    QLabel* m_title;
    QProgressBar* m_progress;
    QLabel* m_remaining;
    QToolButton* m_cancel;
    QElapsedTimer m_clock;
    int m_job = 0;
};

/// "12 min left", from how far a job came in so many milliseconds; empty when it cannot be told yet.
QString remainingText(double fraction, qint64 elapsedMs);

} // namespace ui
