#pragma once

#include "annotations/filters/mask_filter.h"
#include "app/controllers/edit/mask_painter.h"
#include "app/session/job_runner.h"
#include "app/session/mask_snapshot.h"
#include "app/session/session.h"
#include "ui/models/mask_filters.h"

#include <QObject>
#include <QString>

#include <cstddef>
#include <cstdint>

namespace ui {
class Messages;
class ViewState;
} // namespace ui

namespace app {

/// Filters of the chosen label's mask: on another thread, on the masks as they are when it begins; the result is one
/// named step. It is laid over those masks only: where they were changed meanwhile that is said instead.
class FilterController : public QObject
{
    Q_OBJECT

public:
    FilterController(JobRunner& jobs, Session& session, ui::MaskFilters& filters, ui::Messages& messages,
        ui::ViewState& state);

    void apply(const ui::FilterOrder& order);
    void stop();

private:
    struct Work;

    void pictureOpened();
    void pictureClosed();
    bool mayChange(const annotations::MaskFilter& filter);
    bool placeOrder(const ui::FilterOrder& order, Work& work);
    void begin(Work work);
    void run(Work made, std::uint64_t revision);
    void lay(const Work& work, annotations::FilterOutcome outcome, std::uint64_t revision);
    void keep(annotations::MaskEdit& edit, const Work& work, const annotations::FilterOutcome& outcome,
        std::size_t painted);
    annotations::LabelTable labelsAfter(const Work& work, const annotations::FilterOutcome& outcome) const;
    void say(const QString& text);

    JobRunner& m_jobs;
    Session& m_session;
    ui::MaskFilters& m_filters;
    ui::Messages& m_messages;
    ui::ViewState& m_state;
    MaskSnapshot m_snapshot;
    MaskPainter m_painter;
};

} // namespace app
