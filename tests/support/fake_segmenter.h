#pragma once

#include "models/segmenter.h"

#include <string>
#include <utility>
#include <vector>

namespace support {

/// A segmenter whose answer is known: probability = brightness of the picture. Remembers what it was asked.
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
