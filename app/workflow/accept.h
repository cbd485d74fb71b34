#pragma once

#include "annotations/dicom/provenance.h"
#include "annotations/label.h"
#include "annotations/mask_edit.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/prompt.h"
#include "imaging/laterality.h"
#include "models/package/package.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Where an accepted proposal goes. Of a package with several classes "the label" is for each class the one of its
/// name.
enum class AcceptTo {
    NewLabel, ///< One of its own; an empty label of the same name is taken.
    AddToLabel, ///< The label keeps what it has.
    ReplaceLabel, ///< What the label has on the proposal's slices goes first.
};

/// The label that a sentence's mask gets, without value and colour: named by its finding and place ("Consolidation,
/// right lower", the patient's sides), for a text that is not understood by its own words. It has the codes of the
/// package's finding only where the sentence is about that (a pneumonia is an infection, an infiltrate is its own
/// finding); those of a default label of the same name; or none that says more than "Tissue".
annotations::Label labelForSentence(
    std::string_view text, imaging::Sides user, const models::PackageInfo& package, const imaging::PictureSides& sides);

/// What accepting does to the labels.
struct AcceptPlan
{
    annotations::LabelTable labels; ///< The study's, with those that are new.
    std::vector<std::uint16_t> values; ///< The label of each class, or the one that all get.
    bool clears = false; ///< What `values` hold on the proposal's slices is erased first.
    std::string refusal; ///< Why it cannot be done: a sentence; empty otherwise.
};

/// Voxels that hold a label.
using VoxelsOf = std::function<std::size_t(std::uint16_t)>;

/// `fresh` is labelForSentence(); `classes` are PackageInfo::classes; `chosen` is the label that the user draws with.
AcceptPlan planAccept(AcceptTo to, const annotations::LabelTable& labels, std::uint16_t chosen,
    const VoxelsOf& voxelsOf, const annotations::Label& fresh, const std::vector<std::string>& classes);

/// What drawing a proposal did.
struct DrawnProposal
{
    std::size_t voxels = 0; ///< Of the proposal, which its labels hold now.
    std::map<std::uint16_t, std::size_t> left; ///< Voxels that stay with other labels, by label.
    std::size_t held = 0; ///< Voxels that the user lets not be drawn over.
};

/// Draws a proposal's runs (runsAbove() with the plan's values) into an edit. A voxel that another label holds stays
/// with it: what was locked, drawn by hand or accepted before is not taken away, but for the label within which alone
/// the edit may draw (DrawOver::Mode::OnlyLabel). When nothing of the proposal can be
/// drawn nothing is erased either: the edit is taken back.
DrawnProposal drawProposal(annotations::MaskEdit& edit, const AcceptPlan& plan, std::span<const int> slices,
    std::span<const LabelRun> runs);

/// What the labels of an accepted mask are to say.
struct AcceptedMask
{
    std::string text; ///< The user's sentence.
    annotations::Provenance provenance;
    annotations::Code laterality;
    bool wholePicture = false; ///< It covers every slice.
    bool machineWritten = false; ///< The sentence is a machine's draft that nobody had accepted: its labels say so.
};

/// The plan's labels with what made their masks; `voxelsOf` tells what they held before. A label that keeps some of
/// that is no longer the work of this run alone: it keeps its earlier description too, stays one that was drawn by
/// hand (SemiAutomatic), and has no side where the two differ.
annotations::LabelTable markedLabels(const AcceptPlan& plan, const AcceptedMask& mask, const VoxelsOf& voxelsOf);

/// "1234 voxels stay with “Heart” ...", and what the user lets not be drawn over; empty when none is left.
std::string leftSentence(const DrawnProposal& drawn, const annotations::LabelTable& labels);

} // namespace app
