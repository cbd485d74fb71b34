#include "annotations/edit_history.h"

#include "annotations/label_map.h"

#include <utility>

namespace annotations {

namespace {

/// Texts beyond the size that a label has room for are not counted one by one: codes and names are short.
constexpr std::size_t kLabelBytes = sizeof(Label) + 128;
constexpr std::size_t kMeasurementBytes = sizeof(Measurement) + 4 * sizeof(imaging::PatientPoint);

} // namespace

std::size_t EditStep::bytes() const
{
    const std::size_t tables = labels ? (labels->before.size() + labels->after.size()) * kLabelBytes : 0;
    const std::size_t measured = measurements ? (measurements->before.size() + measurements->after.size()) * kMeasurementBytes : 0;
    return sizeof(EditStep) + tables + measured + (mask ? mask->bytes() : 0);
}

void EditHistory::push(EditStep step)
{
    while (m_steps.size() > m_done) {
        m_bytes -= m_steps.back().bytes();
        m_steps.pop_back();
    }
    if (m_clean && *m_clean > m_done)
        m_clean.reset();
    m_bytes += step.bytes();
    m_steps.push_back(std::move(step));
    ++m_done;
    while (m_bytes > m_budget && m_steps.size() > 1)
        forgetOldest();
}

void EditHistory::forgetOldest()
{
    m_bytes -= m_steps.front().bytes();
    m_steps.pop_front();
    --m_done;
    if (m_clean) {
        if (*m_clean == 0)
            m_clean.reset();
        else
            --*m_clean;
    }
}

std::string EditHistory::undoName() const
{
    return canUndo() ? m_steps[m_done - 1].name : std::string();
}

std::string EditHistory::redoName() const
{
    return canRedo() ? m_steps[m_done].name : std::string();
}

const EditStep* EditHistory::undo(LabelMap& map, LabelTable& labels, MeasurementTable& measurements)
{
    if (!canUndo())
        return nullptr;
    const EditStep& step = m_steps[m_done - 1];
    if (step.mask)
        step.mask->revert(map);
    if (step.labels)
        labels = withVisibilityOf(step.labels->before, labels);
    if (step.measurements)
        measurements = step.measurements->before;
    --m_done;
    return &step;
}

const EditStep* EditHistory::redo(LabelMap& map, LabelTable& labels, MeasurementTable& measurements)
{
    if (!canRedo())
        return nullptr;
    const EditStep& step = m_steps[m_done];
    if (step.mask)
        step.mask->apply(map);
    if (step.labels)
        labels = withVisibilityOf(step.labels->after, labels);
    if (step.measurements)
        measurements = step.measurements->after;
    ++m_done;
    return &step;
}

void EditHistory::clear()
{
    m_steps.clear();
    m_done = 0;
    m_bytes = 0;
    m_clean = 0;
}

} // namespace annotations
