#pragma once

#include "annotations/tools/brush_tool.h"
#include "app/session/session.h"
#include "tests/support/synthetic_volume.h"

#include <QCryptographicHash>

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <string>

/// Work on a session as a reader does it, drawn by chance from a number: the same number gives the same work in every
/// process.
namespace support {

/// The picture that the scripts draw on: not square, spacing by axis, so that a mixed-up axis shows.
inline std::shared_ptr<const imaging::Volume> scriptedCt()
{
    auto grid = gridOf(24, 20, 9);
    grid.spacingMm = {0.8, 1.1, 2.5};
    imaging::VolumeInfo info;
    info.study.modality = "CT";
    info.spacing = imaging::SpacingKind::Calibrated;
    info.sources.resize(9);
    return syntheticVolume(grid, info, [](imaging::VoxelIndex v) { return static_cast<std::int16_t>(v.column * v.row); });
}

/// What of a session must come back: voxels, the table of labels with what is shown, measurements, the last save.
inline QByteArray digestOf(const app::Session& session)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    const auto voxels = session.labelMap()->voxels();
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(voxels.data()), static_cast<qsizetype>(voxels.size_bytes())));
    hash.addData(QByteArray::fromStdString(annotations::journalRecord({}, nullptr, session.labels())));
    hash.addData(QByteArray::fromStdString(annotations::journalRecord("m", nullptr, nullptr, session.measurements())));
    if (session.savedNote())
        hash.addData(QByteArray::fromStdString(annotations::journalRecord(*session.savedNote())));
    return hash.result().toHex();
}

/// One step after another; each is written into the journal as one record at most, so that there is no state between.
class EditScript
{
public:
    EditScript(app::Session& session, std::uint32_t seed)
        : m_session(session)
        , m_random(seed)
    {
    }

    void step()
    {
        const int kind = below(20);
        if (kind < 8)
            stroke();
        else if (kind < 10)
            proposal();
        else if (kind < 13)
            m_session.undo();
        else if (kind < 14)
            m_session.redo();
        else if (kind < 16)
            measure();
        else if (kind < 17)
            m_session.markSaved(m_session.revision(), {"mask-" + text(), {}, below(1000), 1, 2});
        else
            changeLabels();
    }

private:
    int below(int end) { return static_cast<int>(m_random() % static_cast<std::uint32_t>(end)); } // The same anywhere.
    std::string text() { return std::to_string(below(100000)); }
    std::uint16_t anyLabel()
    {
        const auto& labels = m_session.labels();
        return labels.empty() ? std::uint16_t{1} : labels[static_cast<std::size_t>(below(static_cast<int>(labels.size())))].value;
    }

    /// Across one of the grid's axes, or oblique.
    imaging::Plane anyPlane()
    {
        const auto& grid = m_session.volume()->grid();
        const int axis = below(4);
        if (axis < 3) {
            const auto across = static_cast<imaging::GridAxis>(axis);
            return imaging::planeOf(grid, across, below(imaging::layersAlong(grid, across)));
        }
        const imaging::PatientPoint middle{9, 10, 10};
        const double turn = below(100) * std::numbers::pi / 100;
        return imaging::planeThrough(grid, middle, {std::cos(turn), std::sin(turn), 0.5});
    }

    void stroke()
    {
        auto edit = m_session.beginEdit();
        annotations::ToolOptions options;
        options.plane = anyPlane();
        options.radiusMm = 0.5 + below(40) / 10.0;
        annotations::BrushTool tool(*edit, options, below(4) == 0 ? std::uint16_t{0} : anyLabel());
        tool.begin({double(below(options.plane.columns)), double(below(options.plane.rows))});
        for (int i = 0; i < 3; ++i)
            tool.move({double(below(options.plane.columns)), double(below(options.plane.rows))});
        tool.end();
        m_session.commit(*edit, QStringLiteral("Brush"));
    }

    /// A label that is new or another's, and its mask on a slice, in one step.
    void proposal()
    {
        auto labels = m_session.labels();
        annotations::Label label;
        label.value = below(3) == 0 || labels.size() > 12 ? anyLabel() : annotations::freeValue(labels);
        label.name = "Found " + text();
        label.algorithm = annotations::AlgorithmType::Automatic;
        label.algorithmName = "script 1";
        if (auto* known = annotations::findLabel(labels, label.value)) {
            label.visible = known->visible;
            *known = label;
        } else {
            labels.push_back(label);
        }
        const auto& grid = m_session.volume()->grid();
        std::vector<std::uint16_t> slice(grid.sliceVoxels(), 0);
        for (auto& voxel : slice)
            voxel = below(3) == 0 ? label.value : std::uint16_t{0};
        auto edit = m_session.beginEdit();
        edit->paintValues(grid.offset({0, 0, below(grid.slices)}), slice);
        m_session.commit(*edit, QStringLiteral("Accept"), labels);
    }

    void measure()
    {
        auto table = m_session.measurements();
        if (table.size() > 6 || (!table.empty() && below(4) == 0)) {
            table.erase(table.begin() + below(static_cast<int>(table.size())));
            return m_session.setMeasurements(table, QStringLiteral("Remove measurement"));
        }
        annotations::Measurement made;
        made.id = annotations::freeId(table);
        made.kind = static_cast<annotations::MeasureKind>(below(5));
        made.plane = anyPlane();
        for (std::size_t i = 0; i < annotations::pointsOf(made.kind); ++i)
            made.points.push_back(made.plane.toPatient(below(20), below(9)));
        made.name = text();
        table.push_back(made);
        m_session.setMeasurements(table, QStringLiteral("Measure"));
    }

    /// Added, removed with its voxels, renamed, coloured, locked, hidden.
    void changeLabels()
    {
        const int kind = below(6);
        if (kind == 0)
            return removeLabel();
        auto labels = m_session.labels();
        if (kind == 1 || labels.empty()) {
            annotations::Label label;
            label.value = annotations::freeValue(labels);
            label.name = "New " + text();
            labels.push_back(label);
        } else {
            auto& label = labels[static_cast<std::size_t>(below(static_cast<int>(labels.size())))];
            if (kind == 2)
                label.name = "Named " + text();
            else if (kind == 3)
                label.colour = {std::uint8_t(below(256)), std::uint8_t(below(256)), 7};
            else if (kind == 4)
                label.locked = !label.locked;
            else
                label.visible = !label.visible;
        }
        m_session.setLabels(labels);
    }

    void removeLabel()
    {
        const auto value = anyLabel();
        auto labels = m_session.labels();
        const auto* label = m_session.label(value);
        if (labels.size() < 2 || !label || label->locked || !label->visible)
            return;
        std::erase_if(labels, [value](const auto& one) { return one.value == value; });
        auto edit = m_session.beginEdit(app::EditKind::WholeLabels);
        std::size_t at = 0;
        const std::vector<std::uint16_t> before(edit->map().voxels().begin(), edit->map().voxels().end());
        for (; at < before.size(); ++at)
            if (before[at] == value)
                edit->paintRun(at, 1, 0);
        m_session.commit(*edit, QStringLiteral("Remove label"), labels);
    }

    app::Session& m_session;
    std::mt19937 m_random;
};

} // namespace support
