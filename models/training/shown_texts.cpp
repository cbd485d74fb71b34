#include "models/training/shown_texts.h"

#include "imaging/error.h"
#include "models/data/random.h"

#include <numeric>

namespace models::training {

std::vector<std::string> textsFor(const std::string& kind, const data::Dataset& data, std::uint64_t seed)
{
    if (kind != "given" && kind != "none" && kind != "shuffled")
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "There is no kind of text '" + kind + "': use given, none or shuffled.");
    const auto count = data.samples.size();
    std::vector<std::string> texts(count);
    if (kind == "none")
        return texts;
    std::vector<std::size_t> source(count);
    std::iota(source.begin(), source.end(), std::size_t{0});
    if (kind == "shuffled")
        source = data::shuffledSources(count, seed);
    for (std::size_t index = 0; index < count; ++index)
        if (const auto& own = data.samples[source[index]].texts; !own.empty())
            texts[index] = own.front();
    return texts;
}

} // namespace models::training
