#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace annotations {

/// A coded concept, PS3.3 Table 8.8-1: value, scheme ("SCT", "DCM"), meaning.
struct Code
{
    std::string value;
    std::string scheme;
    std::string meaning;

    friend bool operator==(const Code&, const Code&) = default;
};

struct ReportFields;

/// The modifier of an anatomic region (DICOM CID 244): left, right, or both lungs; empty when no side is involved.
Code laterality(const ReportFields& fields);

enum class AlgorithmType { Manual, SemiAutomatic, Automatic };

/// One segment: what a voxel value of the labelmap means, and how it is shown and exported.
struct Label
{
    std::uint16_t value = 1; ///< Voxel value, from 1.
    std::string name;
    std::array<std::uint8_t, 3> colour{214, 139, 82}; ///< sRGB
    Code category{"49755003", "SCT", "Morphologically abnormal structure"};
    Code type;
    Code region; ///< Anatomic region; empty value: none.
    Code laterality; ///< Modifier of the region; empty value: none.
    AlgorithmType algorithm = AlgorithmType::Manual;
    std::string algorithmName; ///< Model, version and hash; needed unless Manual.
    std::string description; ///< The prompt that made it, thresholds, who accepted it.
    std::string trackingId;
    std::string trackingUid;
    bool visible = true;
    bool locked = false;

    friend bool operator==(const Label&, const Label&) = default;
};

/// The segments of a study, in the order they are shown and exported.
using LabelTable = std::vector<Label>;

/// The label with this voxel value, or null. The pointer is valid as long as the table is not changed.
const Label* findLabel(const LabelTable& table, std::uint16_t value);
Label* findLabel(LabelTable& table, std::uint16_t value);

/// The smallest value from 1 that no label uses. Throws Error(WrongUse) when all 65535 are taken.
std::uint16_t freeValue(const LabelTable& table);

/// `table` with the visibility that labels of the same value have in `shown`: what is hidden is a view of the reader's,
/// not work, so it is neither undone nor saved.
LabelTable withVisibilityOf(LabelTable table, const LabelTable& shown);

/// A colour that no label of the table has and none of defaultLabels(), as long as there is one.
std::array<std::uint8_t, 3> freeColour(const LabelTable& table);

/// The voxel values whose labels are locked.
std::vector<std::uint16_t> lockedValues(const LabelTable& table);

/// The segments offered by default: name, colour and SCT codes. The first is pulmonary infection.
LabelTable defaultLabels();

} // namespace annotations
