#pragma once

#include "annotations/label.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// A label without value whose code says no more than "Tissue": which structure or finding it is, nobody said.
annotations::Label uncodedLabel(std::string name);

/// A label of that name, without value: the default label that is called so, whatever its case, with its code and colour;
/// else uncodedLabel().
annotations::Label labelNamed(const std::string& name);

/// The label after its name was changed: where its code means something else than the name now says, it takes the codes
/// of labelNamed(), so that no receiver shows the old finding; its laterality goes with its region.
annotations::Label recodedByName(annotations::Label label);

/// labelNamed() for a class of a model, as the package spells it.
annotations::Label labelOfClass(const std::string& name);

/// The table's label of that name, in whatever case; null when there is none.
const annotations::Label* findLabelNamed(const annotations::LabelTable& table, std::string_view name);

/// What a user says that the values of a file without names mean.
using ValueNames = std::map<std::uint16_t, std::string>;

/// Gives labels these names, and their codes (labelNamed). Throws Error(WrongUse) for
/// a value that no label has.
void nameLabels(annotations::LabelTable& labels, const ValueNames& names);

/// The values of the table's labels that are named like the classes, in their order. Those that are missing are added:
/// the default label of that name, or one of the class's own name.
std::vector<std::uint16_t> labelsForClasses(annotations::LabelTable& table, const std::vector<std::string>& classes);

} // namespace app
