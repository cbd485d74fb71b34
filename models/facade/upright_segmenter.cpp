#include "models/facade/upright_segmenter.h"

#include "imaging/turn.h"

#include <utility>

namespace models {

namespace {

struct TurnedSlice : PreparedSlice
{
    std::unique_ptr<PreparedSlice> prepared;
    imaging::Turn turn;
    int columns = 0; ///< As stored.
    int rows = 0;
};

class UprightSegmenter : public Segmenter
{
public:
    explicit UprightSegmenter(std::unique_ptr<Segmenter> segmenter)
        : m_segmenter(std::move(segmenter))
    {
    }

    const PackageInfo& package() const override { return m_segmenter->package(); }
    std::vector<NetworkLayer> layers() const override { return m_segmenter->layers(); }

    std::unique_ptr<PreparedSlice> prepare(const imaging::Slice& slice) override
    {
        auto result = std::make_unique<TurnedSlice>();
        result->turn = turnFor(package().textSides, slice.sides);
        result->columns = slice.columns;
        result->rows = slice.rows;
        result->prepared =
            m_segmenter->prepare(result->turn.isNone() ? slice : imaging::turned(slice, result->turn));
        return result;
    }

    Segmentation segment(const PreparedSlice& prepared, std::string_view text) override
    {
        const auto& slice = static_cast<const TurnedSlice&>(prepared);
        auto result = m_segmenter->segment(*slice.prepared, text);
        takeBack(slice, result, result.probabilities);
        for (auto& one : result.classes)
            takeBack(slice, result, one);
        setSize(slice, result);
        return result;
    }

    Explanation explain(const PreparedSlice& prepared, std::string_view text, const ExplainRequest& request) override
    {
        const auto& slice = static_cast<const TurnedSlice&>(prepared);
        auto asked = request;
        // A region of another size is refused by whoever explains it.
        if (asked.region.size() == static_cast<std::size_t>(slice.columns) * static_cast<std::size_t>(slice.rows))
            asked.region = imaging::turned(asked.region, slice.columns, slice.rows, slice.turn);
        auto result = m_segmenter->explain(*slice.prepared, text, asked);
        takeBack(slice, result, result.heat);
        takeBack(slice, result, result.region);
        setSize(slice, result);
        return result;
    }

private:
    template <typename Result, typename T>
    static void takeBack(const TurnedSlice& slice, const Result& result, std::vector<T>& pixels)
    {
        pixels = imaging::turned(pixels, result.columns, result.rows, imaging::inverse(slice.turn));
    }

    template <typename Result> static void setSize(const TurnedSlice& slice, Result& result)
    {
        result.columns = slice.columns;
        result.rows = slice.rows;
    }

    std::unique_ptr<Segmenter> m_segmenter;
};

} // namespace

std::unique_ptr<Segmenter> uprightSegmenter(std::unique_ptr<Segmenter> segmenter)
{
    return std::make_unique<UprightSegmenter>(std::move(segmenter));
}

} // namespace models
