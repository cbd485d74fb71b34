#include "models/training/labelled_split.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/data/csv.h"
#include "models/data/random.h"
#include "models/training/train_options.h"

#include <algorithm>
#include <cmath>

namespace models::training {

namespace {

constexpr std::uint64_t kSubsetStream = 0x5B;

std::vector<std::int64_t> samplesWithMask(const data::Dataset& data)
{
    std::vector<std::int64_t> samples;
    for (std::size_t index = 0; index < data.samples.size(); ++index)
        if (data.samples[index].labelled)
            samples.push_back(std::int64_t(index));
    return samples;
}

std::vector<bool> isDrawn(const TrainOptions& options, double fraction, const data::Dataset& data)
{
    const auto samples = samplesWithMask(data);
    if (samples.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "No picture of the training split has a mask: there is nothing to learn from.", options.data.string());
    const auto order =
        data::shuffledIndices(std::int64_t(samples.size()), data::SeededRandom{options.seed, kSubsetStream});
    const auto count = std::max<std::size_t>(1, std::size_t(std::llround(fraction * double(samples.size()))));
    std::vector<bool> drawn(data.samples.size());
    for (std::size_t place = 0; place < count; ++place)
        drawn[std::size_t(samples[std::size_t(order[place])])] = true;
    return drawn;
}

} // namespace

LabelledSplit drawLabelled(const TrainOptions& options, double fraction, const data::Dataset& data)
{
    const auto drawn = isDrawn(options, fraction, data);
    LabelledSplit split;
    for (std::size_t index = 0; index < drawn.size(); ++index)
        (drawn[index] ? split.labelled : split.unlabelled).push_back(std::int64_t(index));
    return split;
}

void writeLabelledSplit(const std::filesystem::path& file, const data::Dataset& data, const LabelledSplit& split)
{
    std::vector<bool> labelled(data.samples.size());
    for (const auto index : split.labelled)
        labelled[std::size_t(index)] = true;
    std::string text = "image,labelled\n";
    for (std::size_t index = 0; index < data.samples.size(); ++index)
        text += data::csvLine({data.samples[index].image, labelled[index] ? "1" : "0"}) + "\n";
    imaging::writeFileAtomically(file, text);
}

} // namespace models::training
