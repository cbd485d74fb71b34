#include "models/text/import_bert.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/package/package_json.h"
#include "models/text/bert_files.h"
#include "models/text/text_encoder.h"
#include "models/weights/load_report.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;
namespace fs = std::filesystem;

void copyFile(const fs::path& from, const fs::path& to)
{
    std::ifstream stream(from, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        throw Error(ErrorKind::Io, "The file '" + from.string() + "' cannot be read.", from.string());
    imaging::writeFileAtomically(to, text.str());
}

} // namespace

bool isBertFolder(const fs::path& folder)
{
    std::error_code ignored;
    if (!fs::is_regular_file(folder / "config.json", ignored))
        return false;
    const auto settings = readConfigJson(folder);
    const auto type = settings.find("model_type");
    return type != settings.end() && *type == "bert";
}

void importBert(const fs::path& folder, const fs::path& output)
{
    if (fs::exists(output / "config.json"))
        throw Error(ErrorKind::WrongUse,
            "The folder '" + output.string() + "' already holds a model package: choose another one.", output.string());
    const TextEncoder opened(folder, TextConvention::Pieces); // Refuses a vocabulary that does not fit, too.
    const auto bert = openBert(folder);
    std::error_code failed; // A folder that cannot be made shows when the first file is written.
    fs::create_directories(output, failed);
    weights::writeSafetensors(output / "model.safetensors", weights::weightsOf(*bert), {{"format", "pt"}});
    copyFile(folder / "vocab.txt", output / "vocab.txt");
    if (fs::exists(folder / "tokenizer_config.json"))
        copyFile(folder / "tokenizer_config.json", output / "tokenizer_config.json");
    copyFile(folder / "config.json", output / "config.json"); // Last: what has it is a package.
}

std::string verifyBert(const fs::path& folder)
{
    const auto config = readBertConfig(folder);
    TextEncoder encoder(folder, TextConvention::Pieces);
    constexpr int kTokens = 4;
    const auto vectors = encoder.embed("one infected area", kTokens).vectors;
    if (!vectors.isfinite().all().item<bool>())
        throw Error(ErrorKind::Model,
            "The text encoder '" + folder.string() + "' gives values that are no numbers: its weights are damaged.",
            folder.string());
    return folder.filename().string() + ": BERT text encoder of " + std::to_string(config.layers) + " layers, width "
        + std::to_string(config.hiddenSize) + ", " + std::to_string(config.vocabularySize) + " word pieces";
}

} // namespace models::text
