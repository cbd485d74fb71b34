#pragma once

#include "models/facade/segmenter.h"

#include <string>
#include <utility>
#include <vector>

namespace support {

/// A segmenter whose answer is known: probability = brightness of the picture; of several classes each has the columns
/// whose number divided by theirs leaves its own. Remembers what it was asked.
class FakeSegmenter : public models::Segmenter
{
public:
    explicit FakeSegmenter(models::PackageInfo package)
        : m_package(std::move(package))
    {
    }

    const models::PackageInfo& package() const override { return m_package; }

    std::unique_ptr<models::PreparedSlice> prepare(const imaging::Slice& slice) override
    {
        ++preparations;
        auto prepared = std::make_unique<Prepared>();
        prepared->slice = slice;
        return prepared;
    }

    models::Segmentation segment(const models::PreparedSlice& prepared, std::string_view text) override
    {
        texts.emplace_back(text);
        const auto& slice = static_cast<const Prepared&>(prepared).slice;
        models::Segmentation result;
        result.columns = slice.columns;
        result.rows = slice.rows;
        result.probabilities = imaging::brightness(slice);
        const auto classes = m_package.classes.size();
        result.classes.assign(classes, std::vector<float>(result.probabilities.size()));
        for (std::size_t i = 0; classes > 0 && i < result.probabilities.size(); ++i)
            result.classes[i % static_cast<std::size_t>(slice.columns) % classes][i] = result.probabilities[i];
        return result;
    }

    std::vector<models::NetworkLayer> layers() const override { return {{"layer", "UpCNN", 1, 2, 2}}; }

    /// Heat = brightness of the picture; the region is what was asked for, or where it is brighter than the threshold.
    models::Explanation explain(
        const models::PreparedSlice& prepared, std::string_view text, const models::ExplainRequest& request) override
    {
        auto answer = segment(prepared, text);
        models::Explanation result;
        result.layer = request.layer.empty() ? "layer" : request.layer;
        result.columns = answer.columns;
        result.rows = answer.rows;
        result.heat = std::move(answer.probabilities);
        result.region = request.region;
        for (std::size_t i = result.region.size(); i < result.heat.size(); ++i)
            result.region.push_back(result.heat[i] >= m_package.threshold);
        result.score = text.empty() ? -1 : 1;
        return result;
    }

    int preparations = 0;
    std::vector<std::string> texts;

private:
    struct Prepared : models::PreparedSlice
    {
        imaging::Slice slice;
    };

    models::PackageInfo m_package;
};

} // namespace support
