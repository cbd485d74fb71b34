#pragma once

#include "imaging/error.h"
#include "imaging/slice.h"
#include "models/data/random.h"
#include "models/facade/adaptation.h"
#include "models/text/open_tokenizer.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"
#include "tests/unit/models/clip/clip_goldens.h"

#include <QFile>
#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <filesystem>

/// Pictures that are told apart by colour: what can be learnt must be learnt.
namespace shapes {

inline const std::vector<std::string> kClasses{"blue disc", "green disc", "red disc"};

/// A disc at a place of its own on a noisy ground, by the picture's number and class.
inline imaging::Slice picture(int label, std::uint64_t number)
{
    constexpr int kSide = 40;
    constexpr std::array<std::array<int, 3>, 3> kColours{{{20, 30, 230}, {20, 220, 40}, {230, 30, 20}}};
    models::data::SeededRandom random{7, std::uint64_t(label), number};
    const int x = 12 + int(random.below(16)), y = 12 + int(random.below(16)), radius = 7 + int(random.below(5));
    imaging::Slice slice;
    slice.columns = slice.rows = kSide;
    slice.window = {127.5, 255};
    for (int row = 0; row < kSide; ++row)
        for (int column = 0; column < kSide; ++column) {
            const bool inside = (row - y) * (row - y) + (column - x) * (column - x) <= radius * radius;
            const int noise = int(random.below(40));
            for (int channel = 0; channel < 3; ++channel)
                slice.colour.push_back(std::uint8_t(
                    inside ? std::max(0, kColours[std::size_t(label % 3)][std::size_t(channel)] - noise) : noise + 60));
            slice.values.push_back(float(slice.colour.back()));
        }
    return slice;
}

/// `each` pictures of each class, numbered from `first`. They have no files: the reader below makes them.
inline std::vector<models::LabelledPicture> pictures(int classes, int first, int each)
{
    std::vector<models::LabelledPicture> all;
    for (int label = 0; label < classes; ++label)
        for (int i = first; i < first + each; ++i)
            all.push_back({"disc-" + std::to_string(label) + "-" + std::to_string(i) + ".png", 0, label});
    return all;
}

inline imaging::Slice read(const models::LabelledPicture& one)
{
    const auto name = one.file.stem().string();
    if (name == "broken")
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "it is no picture.", name);
    const auto dash = name.rfind('-');
    return picture(std::stoi(name.substr(5, dash - 5)), std::uint64_t(std::stoi(name.substr(dash + 1))));
}

/// The CLIP of the golden numbers with OpenAI's vocabulary; false where either is not here.
inline bool writeModel(const QTemporaryDir& home)
{
    const auto golden = vlm_goldens::find("prompt_learning/golden.json");
    const QString vocabulary = qEnvironmentVariable("LIMN_TEST_DATA") + "/tokenizers/clip-bpe_simple_vocab_16e6.txt.gz";
    if (golden.empty() || !QFile::exists(vocabulary))
        return false;
    const auto clip = clip_goldens::filledClip(vlm_goldens::readJson(golden));
    models::weights::writeSafetensors(
        std::filesystem::path(home.path().toStdString()) / "model.safetensors", models::weights::weightsOf(*clip));
    return QFile::copy(vocabulary, home.filePath("bpe_simple_vocab_16e6.txt.gz"));
}

} // namespace shapes
