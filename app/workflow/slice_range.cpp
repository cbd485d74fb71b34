#include "app/workflow/slice_range.h"

#include "imaging/error.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>

namespace app {

namespace {

std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace

std::vector<int> parseSliceRange(std::string_view text, int slices)
{
    std::optional<int> first = 1;
    std::optional<int> last = slices;
    if (text != "all") {
        const auto dash = text.find('-');
        first = number(text.substr(0, dash));
        last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    }
    if (!first || !last || *first < 1 || *last < *first || *last > slices)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "\"" + std::string(text) + "\" names no slices of this stack: write all, N or A-B, from 1 to "
                + std::to_string(slices) + ".");
    std::vector<int> indices(static_cast<std::size_t>(*last - *first + 1));
    std::iota(indices.begin(), indices.end(), *first - 1);
    return indices;
}

int parseOneSlice(std::string_view text, int slices)
{
    const auto chosen = text == "all" && slices == 1 ? 1 : number(text);
    const auto there = slices == 1 ? std::string("there is only slice 1.")
                                   : "name one slice, from 1 to " + std::to_string(slices) + ".";
    if (!chosen || *chosen < 1 || *chosen > slices)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "There is no slice \"" + std::string(text) + "\": " + there)
            .about("slice");
    return *chosen - 1;
}

int parsePictureSlice(std::string_view text, int slices)
{
    if (text.empty() && slices > 1)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "There are " + std::to_string(slices)
                + " slices and a model looks at one picture: choose a slice from 1 to " + std::to_string(slices) + ".")
            .about("slice");
    return parseOneSlice(text.empty() ? "1" : text, slices);
}

std::vector<int> slicesOutward(int first, int last, int start)
{
    std::vector<int> slices(static_cast<std::size_t>(std::max(0, last - first + 1)));
    std::iota(slices.begin(), slices.end(), first);
    std::stable_sort(
        slices.begin(), slices.end(), [start](int a, int b) { return std::abs(a - start) < std::abs(b - start); });
    return slices;
}

} // namespace app
