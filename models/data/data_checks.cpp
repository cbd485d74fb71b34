#include "models/data/data_checks.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <string_view>
#include <unordered_map>

namespace models::data {

namespace {

namespace fs = std::filesystem;

/// One sample's mask at the network's size.
std::span<const std::uint8_t> maskOf(const Dataset& data, std::size_t index)
{
    return std::span(data.masks).subspan(index * data.picturePixels(), data.picturePixels());
}

std::span<const std::uint8_t> pictureOf(const Dataset& data, std::size_t index)
{
    const auto bytes = data.picturePixels() * std::size_t(data.channels);
    return std::span(data.pictures).subspan(index * bytes, bytes);
}

bool isEmpty(std::span<const std::uint8_t> mask)
{
    return std::all_of(mask.begin(), mask.end(), [](std::uint8_t value) { return value == 0; });
}

/// Whether it covers more than half of the picture and reaches all four borders.
bool looksInverted(std::span<const std::uint8_t> mask, std::size_t size)
{
    const auto inside = std::count_if(mask.begin(), mask.end(), [](std::uint8_t value) { return value != 0; });
    std::array<bool, 4> reaches{};
    for (std::size_t i = 0; i < size; ++i) {
        reaches[0] = reaches[0] || mask[i] != 0;
        reaches[1] = reaches[1] || mask[(size - 1) * size + i] != 0;
        reaches[2] = reaches[2] || mask[i * size] != 0;
        reaches[3] = reaches[3] || mask[i * size + size - 1] != 0;
    }
    return 2 * std::size_t(inside) > mask.size() && reaches == std::array{true, true, true, true};
}

/// Whether the text says that there is nothing. Only for counting: no text is read by it.
bool saysNothingIsThere(const std::string& text)
{
    static const std::set<std::string_view> words{"no", "not", "none", "without", "normal", "clear", "negative",
        "unremarkable", "absent", "free", "resolved", "healthy"};
    std::string lower;
    for (const char character : text)
        lower += std::isalpha(static_cast<unsigned char>(character))
            ? char(std::tolower(static_cast<unsigned char>(character)))
            : ' ';
    std::istringstream stream(lower);
    for (std::string word; stream >> word;)
        if (words.contains(word))
            return true;
    return false;
}

bool namesFinding(const Dataset::Sample& sample)
{
    return std::any_of(sample.texts.begin(), sample.texts.end(),
        [](const std::string& text) { return !text.empty() && !saysNothingIsThere(text); });
}

std::string bytesOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

bool haveSameBytes(const fs::path& first, const fs::path& second)
{
    std::error_code failed;
    return fs::is_regular_file(first, failed) && fs::is_regular_file(second, failed)
        && fs::file_size(first, failed) == fs::file_size(second, failed) && bytesOf(first) == bytesOf(second);
}

void findInverted(const Dataset& data, const std::string& split, imaging::Warnings& doubts)
{
    constexpr std::size_t kOfTen = 9;
    std::size_t filled = 0, inverted = 0;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        const auto mask = maskOf(data, index);
        filled += !isEmpty(mask);
        inverted += looksInverted(mask, std::size_t(data.pictureSize));
    }
    if (inverted == 0 || 10 * inverted < kOfTen * filled)
        return;
    doubts.push_back(
        (inverted == filled ? "Every mask" : std::to_string(inverted) + " of " + std::to_string(filled) + " masks")
        + " of the split '" + split
        + "' covers more than half of the picture and reaches all its borders: are they inverted? What is bright in a "
          "mask is taken for the finding.");
}

/// The pictures whose mask is the picture itself; refuses those that name it so.
void findOwnMasks(const Dataset& data, const fs::path& folder, const std::string& split, imaging::Warnings& doubts)
{
    std::set<std::string> same;
    for (const auto& sample : data.samples)
        for (const auto& mask : sample.masks) {
            const auto image = fileOf(sample);
            std::error_code failed;
            if (mask == image && !fs::is_directory(folder / image, failed)) // A study's folder holds its masks, too.
                throw imaging::Error(imaging::ErrorKind::InvalidInput,
                    "The picture '" + image + "' of the split '" + split
                        + "' is named as its own mask: name the mask, or leave the field empty.",
                    image);
            if (!same.contains(image) && haveSameBytes(folder / image, folder / mask))
                same.insert(image);
        }
    if (!same.empty())
        doubts.push_back(std::to_string(same.size()) + " of the split '" + split
            + "': the mask has the same bytes as its picture, as '" + *same.begin() + "' has: is it a copy?");
}

void findSharedMasks(const Dataset& data, const std::string& split, imaging::Warnings& doubts)
{
    std::map<std::string, std::set<std::string>> pictures;
    for (std::size_t index = 0; index < data.samples.size(); ++index)
        if (!isEmpty(maskOf(data, index))) // One empty mask may serve all pictures without a finding.
            for (const auto& mask : data.samples[index].masks)
                pictures[mask].insert(fileOf(data.samples[index]));
    std::size_t shared = 0;
    std::string example;
    for (const auto& [mask, names] : pictures) {
        if (names.size() < 2)
            continue;
        if (++shared == 1)
            example = "'" + mask + "' for '" + *names.begin() + "' and '" + *std::next(names.begin()) + "'";
    }
    if (shared > 0)
        doubts.push_back(std::to_string(shared) + " of the split '" + split
            + "': a mask is named for more than one picture, " + example + ".");
}

void findEmptyMasks(const Dataset& data, const std::string& split, imaging::Warnings& doubts)
{
    constexpr std::size_t kOneIn = 10;
    std::size_t named = 0, empty = 0;
    std::string example;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        const auto& sample = data.samples[index];
        if (!sample.labelled || sample.image != fileOf(sample) || !namesFinding(sample))
            continue; // Of a stack's slices and of tiles many are empty.
        ++named;
        if (!isEmpty(maskOf(data, index)))
            continue;
        ++empty;
        if (example.empty())
            example = sample.image;
    }
    if (empty > 1 && kOneIn * empty > named)
        doubts.push_back(std::to_string(empty) + " of " + std::to_string(named) + " of the split '" + split
            + "': the text names a finding and the mask is empty, the first time for '" + example
            + "': were the masks read as they are meant?");
}

/// Whether every part of a text denies something, as "No consolidation." and "Lungs clear, no effusion." do.
bool deniesAll(const std::string& text)
{
    std::string lines = text;
    std::replace_if(lines.begin(), lines.end(), [](char c) { return c == '.' || c == ';' || c == ','; }, '\n');
    std::istringstream stream(lines);
    bool denied = false;
    for (std::string part; std::getline(stream, part);) {
        if (part.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        if (!saysNothingIsThere(part))
            return false;
        denied = true;
    }
    return denied;
}

void findDrawnDenials(const Dataset& data, const std::string& split, imaging::Warnings& doubts)
{
    std::size_t drawn = 0;
    std::string example;
    for (std::size_t index = 0; index < data.samples.size(); ++index) {
        const auto& sample = data.samples[index];
        if (!sample.labelled || std::none_of(sample.texts.begin(), sample.texts.end(), deniesAll)
            || isEmpty(maskOf(data, index)))
            continue;
        if (++drawn == 1)
            example = sample.image;
    }
    if (drawn > 0)
        doubts.push_back(std::to_string(drawn) + " of the split '" + split
            + "': the text says that nothing is there and the mask is not empty, the first time for '" + example + "'.");
}

std::string_view charactersOf(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool isOfOneBrightness(std::string_view picture)
{
    return picture.find_first_not_of(picture.front()) == std::string_view::npos;
}

} // namespace

imaging::Warnings doubtsAbout(const Dataset& data, const fs::path& folder, const std::string& split)
{
    imaging::Warnings doubts;
    if (!data.hasMasks())
        return doubts;
    findOwnMasks(data, folder, split, doubts);
    findInverted(data, split, doubts);
    findSharedMasks(data, split, doubts);
    findEmptyMasks(data, split, doubts);
    findDrawnDenials(data, split, doubts);
    return doubts;
}

imaging::Warnings doubtsAbout(const Dataset& training, const Dataset& validation)
{
    if (training.pictures.empty() || training.pictureSize != validation.pictureSize
        || training.channels != validation.channels)
        return {};
    std::unordered_map<std::string_view, std::string> known;
    for (std::size_t index = 0; index < training.samples.size(); ++index)
        known.emplace(charactersOf(pictureOf(training, index)), training.samples[index].image);
    std::set<std::string> same;
    std::string example;
    for (std::size_t index = 0; index < validation.samples.size(); ++index) {
        const auto picture = charactersOf(pictureOf(validation, index));
        const auto found = known.find(picture);
        if (found == known.end() || isOfOneBrightness(picture))
            continue;
        const auto& name = validation.samples[index].image;
        if (same.insert(name).second && same.size() == 1)
            example = "'" + found->second + "' (training) and '" + name + "' (validation)";
    }
    if (same.empty())
        return {};
    return {std::to_string(same.size()) + (same.size() == 1 ? " picture is" : " pictures are")
        + " in the training and, under another name, in the validation split: " + example
        + " are the same. The figures would mean nothing."};
}

imaging::Warnings doubtsWithoutText(const Dataset& training)
{
    std::map<std::string, std::vector<std::string>> masks;
    std::set<std::string> several;
    for (const auto& sample : training.samples)
        if (sample.labelled && masks.emplace(sample.image, sample.masks).first->second != sample.masks)
            several.insert(sample.image);
    if (several.empty())
        return {};
    return {std::to_string(several.size())
        + " training pictures have several masks, one for each sentence. This network reads no text and cannot tell "
          "them apart; the first is '"
        + *several.begin() + "'."};
}

} // namespace models::data
