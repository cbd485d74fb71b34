#include "annotations/report/areas.h"
#include "app/workflow/mask_files.h"
#include "imaging/files/atomic_file.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace app {

namespace {

nlohmann::json areasOf(const imaging::Volume& volume, const MaskResult& result)
{
    auto slices = nlohmann::json::array();
    const bool calibrated = volume.info().spacing != imaging::SpacingKind::Unknown;
    for (int slice = 0; slice < result.map.grid().slices; ++slice) {
        const auto areas = annotations::findAreas(result.map.slice(slice), result.map.grid());
        if (areas.empty())
            continue;
        auto list = nlohmann::json::array();
        for (const auto& area : areas) {
            nlohmann::json entry{{"pixels", area.pixels}, {"center", {area.centerColumn, area.centerRow}}};
            if (calibrated)
                entry["square_mm"] = area.squareMm;
            list.push_back(std::move(entry));
        }
        slices.push_back({{"slice", slice + 1}, {"areas", std::move(list)}});
    }
    return slices;
}

std::string spacingSentence(imaging::SpacingKind kind)
{
    switch (kind) {
    case imaging::SpacingKind::Calibrated:
        return "in the patient";
    case imaging::SpacingKind::AtDetector:
        return "at the detector, larger than in the patient";
    case imaging::SpacingKind::Unknown:
        break;
    }
    return "unknown: sizes are in pixels only";
}

std::string asText(const nlohmann::json& report)
{
    char threshold[32];
    std::snprintf(threshold, sizeof threshold, "%.2f", report["threshold"].get<double>());
    std::string text = "Limn mask report. Research use only.\n\nSentence: " + report["text"].get<std::string>()
        + "\nTo the model: " + report["model_text"].get<std::string>()
        + "\nModel: " + report["model"].get<std::string>() + " " + report["model_version"].get<std::string>() + " ("
        + report["model_sha256"].get<std::string>().substr(0, 12) + ")\nThreshold: " + threshold
        + "\nMillimetres: " + report["spacing"].get<std::string>() + "\n\n";
    for (const auto& slice : report["slices"]) {
        text += "Slice " + std::to_string(slice["slice"].get<int>()) + ": " + std::to_string(slice["areas"].size())
            + " areas";
        for (const auto& area : slice["areas"]) {
            text += ", " + std::to_string(area["pixels"].get<std::size_t>()) + " pixels";
            char size[48];
            if (area.contains("square_mm")) {
                std::snprintf(size, sizeof size, " (%.1f cm2)", area["square_mm"].get<double>() / 100);
                text += size;
            }
        }
        text += "\n";
    }
    return text;
}

} // namespace

void writeReportFile(const std::filesystem::path& path, const imaging::Volume& volume, const MaskResult& result)
{
    const nlohmann::json report{{"text", result.text}, {"model_text", result.provenance.prompt},
        {"model", result.provenance.modelName}, {"model_version", result.provenance.modelVersion},
        {"model_sha256", result.provenance.modelHash}, {"threshold", result.provenance.threshold.value_or(0.5)},
        {"voxels", result.voxels}, {"spacing", spacingSentence(volume.info().spacing)},
        {"source_series_uid", volume.info().study.seriesInstanceUid}, {"slices", areasOf(volume, result)},
        {"notice", "Research use only"}};
    imaging::writeFileAtomically(path,
        path.extension() == ".json" ? report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"
                                    : asText(report));
}

} // namespace app
