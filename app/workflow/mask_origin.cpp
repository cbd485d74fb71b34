#include "app/workflow/mask_origin.h"

#include "app/workflow/relabel/relabel.h"
#include "app/workflow/segment.h"
#include "imaging/files/image_file.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace app {

using annotations::Action;
using annotations::Cohort;
using annotations::HistoryEntry;
using annotations::Study;

namespace {

nlohmann::json orNull(const std::optional<double>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json describe(const HistoryEntry& entry)
{
    nlohmann::json json{{"revision", entry.revision}, {"action", annotations::nameOf(entry.action)},
        {"time", annotations::textOf(entry.time)}, {"who", entry.who}, {"text", entry.text},
        {"mask_revision", entry.maskRevision}, {"note", entry.note}, {"conflicting", entry.conflicting}};
    if (entry.action == Action::Predicted)
        json.update({{"model", entry.model.name}, {"model_version", entry.model.version},
            {"model_sha256", entry.model.sha256}, {"run", entry.model.run}, {"model_text", entry.modelText},
            {"threshold", orNull(entry.threshold)}, {"entropy", orNull(entry.scores.entropy)},
            {"disagreement", orNull(entry.scores.disagreement)}, {"mismatch", orNull(entry.scores.mismatch)}});
    return json;
}

} // namespace

MaskOrigin originOf(const std::vector<HistoryEntry>& history, int maskRevision)
{
    MaskOrigin origin;
    for (const auto& entry : history) {
        if (entry.conflicting)
            continue;
        if (entry.revision == maskRevision)
            origin.mask = entry;
        if (entry.action == Action::Predicted && entry.revision <= maskRevision)
            origin.model = entry;
        if (entry.action == Action::Imported && entry.revision <= maskRevision)
            origin.model = {}; // What was drawn before a label came has nothing to do with it.
        const bool decided = entry.action == Action::Accepted || entry.action == Action::Edited;
        if (decided && entry.maskRevision == maskRevision)
            origin.decision = entry;
    }
    return origin;
}

annotations::Provenance provenanceOf(const MaskOrigin& origin)
{
    annotations::Provenance provenance;
    provenance.prompt = origin.model.modelText;
    provenance.modelName = origin.model.model.name;
    provenance.modelVersion = origin.model.model.version;
    provenance.modelHash = origin.model.model.sha256;
    provenance.threshold = origin.model.threshold;
    provenance.acceptedBy = origin.decision.who;
    return provenance;
}

annotations::Label labelFor(const Cohort& cohort, const MaskOrigin& origin)
{
    auto label = labelOf(cohort);
    if (origin.model.revision > 0)
        applyProvenance(label, origin.model.text, provenanceOf(origin),
            origin.mask.action == Action::Predicted ? annotations::AlgorithmType::Automatic
                                                    : annotations::AlgorithmType::SemiAutomatic);
    return label;
}

std::string historyDocument(const Study& study, const std::vector<HistoryEntry>& history)
{
    nlohmann::json entries = nlohmann::json::array();
    for (const auto& entry : history)
        entries.push_back(describe(entry));
    const nlohmann::json document{{"notice", imaging::kResearchNotice}, {"id", study.name},
        {"picture_sha256", study.digest}, {"slice", study.slice}, {"text", study.text},
        {"state", annotations::nameOf(study.state)}, {"mask_revision", study.maskRevision}, {"history", entries}};
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

} // namespace app
