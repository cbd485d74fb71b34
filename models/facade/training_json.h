#pragma once

#include "models/facade/training.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace models {

/// One setting of LvitTrainOptions: lets the command line make an option and the JSON file a key of each.
struct TrainOptionField
{
    using Member = std::variant<bool LvitTrainOptions::*, int LvitTrainOptions::*, double LvitTrainOptions::*,
        std::uint64_t LvitTrainOptions::*, std::string LvitTrainOptions::*, std::filesystem::path LvitTrainOptions::*,
        std::vector<std::string> LvitTrainOptions::*>;

    std::string_view name; ///< As the field, e.g. "textTokens".
    Member member;
    std::string_view help;
};

/// Every setting of LvitTrainOptions, in the order of the struct.
std::span<const TrainOptionField> trainOptionFields();

/// "textTokens" -> "text-tokens": the name on the command line.
std::string kebabCase(std::string_view fieldName);

/// Settings of a JSON file over `defaults`. Keys are field names, written as in the struct or as on the command line.
/// Throws Error(NotFound), or Error(InvalidInput) naming the file and the key for text that is no JSON object, an
/// unknown key and a value of the wrong type.
LvitTrainOptions readOptions(const std::filesystem::path& file, const LvitTrainOptions& defaults);

/// All settings as a JSON object with field names as keys.
std::string optionsToJson(const LvitTrainOptions& options);

/// Like readOptions, from text; `source` names it in messages.
LvitTrainOptions optionsFromJson(const std::string& text, const LvitTrainOptions& defaults, const std::string& source);

} // namespace models
