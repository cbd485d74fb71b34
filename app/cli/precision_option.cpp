#include "app/cli/precision_option.h"

#include "models/facade/library.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

namespace app::cli {

namespace {

constexpr const char* kWords = "auto, float32, bfloat16, int8 or int8+bfloat16";

/// Puts the value's number in place of its word, as options of an enum are read; else what is wrong with it.
std::string numberOfPrecision(std::string& word)
{
    using models::Precision;
    for (const auto one :
        {Precision::Auto, Precision::Float32, Precision::BFloat16, Precision::Int8, Precision::Int8BFloat16})
        if (CLI::detail::to_lower(word) == models::precisionName(one)) {
            word = std::to_string(static_cast<int>(one));
            return {};
        }
    return "no model computes in \"" + word + "\": write " + kWords;
}

} // namespace

void addPrecision(CLI::App& command, models::Precision& precision)
{
    command
        .add_option("--precision", precision,
            "What the model's numbers are held and computed in: auto (the most precise that fits in the free memory), "
            "float32, bfloat16 (half the memory), int8 (the matrices of a language model), int8+bfloat16 (what lies in "
            "front of it in bfloat16, too)")
        ->transform(CLI::Validator(numberOfPrecision, kWords))
        ->default_str("auto");
}

void sayPrecision(models::Precision computed, const Console& console)
{
    if (computed != models::Precision::Float32)
        console.warn({std::string("The model computed in ") + models::precisionName(computed) + ", not in float32."});
}

ReporterFactory openReportersBy(const std::string& device, models::Precision precision)
{
    return [device, precision](const std::filesystem::path& model) {
        return models::library().openReporter(model, device, precision);
    };
}

} // namespace app::cli
