#pragma once

#include "annotations/label_map.h"
#include "annotations/mask_delta.h"
#include "annotations/value_gate.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annotations {

/// Which voxels an edit may change. Locked labels never change, whatever the mode.
struct DrawOver
{
    enum class Mode { All, BackgroundOnly, OnlyLabel };
    Mode mode = Mode::All;
    std::uint16_t label = 0; ///< For OnlyLabel: voxels that hold this value.

    friend bool operator==(const DrawOver&, const DrawOver&) = default;
};

/// What the user lets be changed, whatever changes it.
struct DrawRules
{
    DrawOver over;
    std::optional<ValueRange> values; ///< Only where the picture has such values; none: anywhere.

    friend bool operator==(const DrawRules&, const DrawRules&) = default;
};

/// Work in progress on a labelmap: changes are visible at once, and taken back by the destructor unless committed.
///
///     MaskEdit edit(map, {DrawOver::Mode::All}, lockedValues(labels));
///     edit.paintRun(offset, count, label.value);
///     if (auto delta = edit.commit("Brush"))
///         history.push(std::move(*delta));
class MaskEdit
{
public:
    /// `map` and the gate's picture must outlive the edit; one edit at a time. Throws Error(WrongUse) when the gate's
    /// picture is none, is in colour or has another grid.
    explicit MaskEdit(LabelMap& map, DrawOver rule = {}, std::span<const std::uint16_t> locked = {},
        const std::optional<ValueGate>& gate = std::nullopt);
    ~MaskEdit();
    MaskEdit(const MaskEdit&) = delete;
    MaskEdit& operator=(const MaskEdit&) = delete;

    const imaging::VoxelGrid& grid() const { return m_map.grid(); }
    const LabelMap& map() const { return m_map; }
    const DrawOver& rule() const { return m_rule; }

    /// Sets one voxel; outside the grid nothing happens. 0 erases.
    void paint(imaging::VoxelIndex voxel, std::uint16_t value);
    /// Sets `count` voxels from `offset` in memory order. Gives how many of them hold the value now. Throws
    /// Error(WrongUse) when they leave the grid.
    std::size_t paintRun(std::size_t offset, std::size_t count, std::uint16_t value);
    /// Sets voxels from `offset` to `values`, e.g. a model's result: one whole slice or volume.
    void paintValues(std::size_t offset, std::span<const std::uint16_t> values);

    bool changed() const { return !m_runs.empty(); }
    /// The box of voxels changed since the last call: what must be drawn again now.
    std::optional<MaskRegion> takeRegion();

    /// Keeps the work as one named step. Nothing when no voxel is different from before the edit. The edit is empty
    /// afterwards and may go on.
    std::optional<MaskDelta> commit(std::string name);
    /// Takes everything back now.
    void revert();

private:
    bool mayChange(std::uint16_t current) const;
    std::size_t change(std::size_t offset, std::size_t count, std::uint16_t before, std::uint16_t after);
    void record(std::size_t offset, std::size_t count, std::uint16_t before, std::uint16_t after);

    LabelMap& m_map;
    DrawOver m_rule;
    std::vector<std::uint16_t> m_locked; // Sorted.
    std::optional<ValueGate> m_gate;
    std::vector<MaskRun> m_runs; // In the order they were painted; may overlap.
    std::optional<MaskRegion> m_region;
};

} // namespace annotations
