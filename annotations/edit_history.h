#pragma once

#include "annotations/label.h"
#include "annotations/mask_delta.h"
#include "annotations/measure/measurement.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace annotations {

/// What a step made of the labels: whole tables, which are small.
struct LabelsChange
{
    LabelTable before;
    LabelTable after;

    friend bool operator==(const LabelsChange&, const LabelsChange&) = default;
};

/// Likewise of the measurements.
struct MeasurementsChange
{
    MeasurementTable before;
    MeasurementTable after;

    friend bool operator==(const MeasurementsChange&, const MeasurementsChange&) = default;
};

/// One named step of work: on the masks, on the labels, on both at once (accepting a proposal), or on the measurements.
struct EditStep
{
    EditStep(std::string stepName, std::optional<MaskDelta> masks, std::optional<LabelsChange> table)
        : name(std::move(stepName))
        , mask(std::move(masks))
        , labels(std::move(table))
    {
    }
    /// A step on the masks only has the delta's name.
    EditStep(MaskDelta delta)
        : EditStep(delta.name(), std::nullopt, std::nullopt)
    {
        mask = std::move(delta);
    }

    std::string name;
    std::optional<MaskDelta> mask;
    std::optional<LabelsChange> labels;
    std::optional<MeasurementsChange> measurements;

    std::size_t bytes() const; ///< Memory this step takes.

    friend bool operator==(const EditStep&, const EditStep&) = default;
};

/// Undo and redo of committed steps, within a budget of bytes: the oldest steps are forgotten first. Labels keep the
/// visibility that they have now (withVisibilityOf()).
///
///     history.push(*delta); // the change is already in the map
///     if (const EditStep* step = history.undo(map, labels, measurements))
///         repaint(step->mask->region());
class EditHistory
{
public:
    static constexpr std::size_t kDefaultBudget = 256u << 20;

    explicit EditHistory(std::size_t byteBudget = kDefaultBudget)
        : m_budget(byteBudget)
    {
    }

    /// Adds a step that is already in the map and the table, and forgets what could be redone. A single step over the
    /// budget is kept, so that the last step can always be undone.
    void push(EditStep step);

    bool canUndo() const { return m_done > 0; }
    bool canRedo() const { return m_done < m_steps.size(); }
    /// Name of the step that undo or redo would touch; empty when there is none.
    std::string undoName() const;
    std::string redoName() const;

    /// Takes a step back or forward in what it changed and gives it, valid until the next push or clear. Null when
    /// there is none.
    const EditStep* undo(LabelMap& map, LabelTable& labels, MeasurementTable& measurements);
    const EditStep* redo(LabelMap& map, LabelTable& labels, MeasurementTable& measurements);

    /// How many steps are done and not undone, and each of them, the oldest that is still known first.
    std::size_t doneSteps() const { return m_done; }
    const EditStep& doneStep(std::size_t index) const { return m_steps[index]; }

    std::size_t bytes() const { return m_bytes; }
    std::size_t steps() const { return m_steps.size(); }

    /// Marks the present state as saved.
    void setClean() { m_clean = m_done; }
    bool isClean() const { return m_clean == m_done; }
    /// Forgets all steps; the present state counts as saved.
    void clear();

private:
    void forgetOldest();

    std::deque<EditStep> m_steps;
    std::size_t m_done = 0; // Steps that are in the map: the first m_done.
    std::size_t m_bytes = 0;
    std::size_t m_budget;
    std::optional<std::size_t> m_clean = 0; // Empty when the saved state can no longer be reached.
};

} // namespace annotations
