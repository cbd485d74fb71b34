#include "annotations/edit_history.h"

#include "annotations/label_map.h"

#include <utility>

namespace annotations {

void EditHistory::push(MaskDelta delta)
{
    while (m_steps.size() > m_done) {
        m_bytes -= m_steps.back().bytes();
        m_steps.pop_back();
    }
    if (m_clean && *m_clean > m_done)
        m_clean.reset();
    m_bytes += delta.bytes();
    m_steps.push_back(std::move(delta));
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
    return canUndo() ? m_steps[m_done - 1].name() : std::string();
}

std::string EditHistory::redoName() const
{
    return canRedo() ? m_steps[m_done].name() : std::string();
}

const MaskDelta* EditHistory::undo(LabelMap& map)
{
    if (!canUndo())
        return nullptr;
    const MaskDelta& step = m_steps[m_done - 1];
    step.revert(map);
    --m_done;
    return &step;
}

const MaskDelta* EditHistory::redo(LabelMap& map)
{
    if (!canRedo())
        return nullptr;
    const MaskDelta& step = m_steps[m_done];
    step.apply(map);
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
