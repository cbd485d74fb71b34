#pragma once

#include "models/facade/lvit_training.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace models {

/// One setting of LvitTrainOptions: lets the command line make an option and the JSON file a key of each.
struct TrainOptionField
{
    template <typename Value> using Of = Value LvitTrainOptions::*;
    using Member = std::variant<Of<bool>, Of<int>, Of<double>, Of<std::uint64_t>, Of<std::string>,
        Of<std::filesystem::path>, Of<std::vector<std::string>>, Of<Optimizer>, Of<Schedule>, Of<UnlabelledUse>,
        Of<NetworkKind>, Of<TextUnits>, Of<MaskLoss>, Of<EpiUpdate>, Of<ContrastSource>, Of<ContrastSimilarity>,
        Of<imaging::Sides>, Of<TextWording>>;

    std::string_view name; ///< As the field, e.g. "textTokens".
    Member member;
    std::string_view help;
};

/// Every setting of LvitTrainOptions, in the order of a training.
std::span<const TrainOptionField> trainOptionFields();

/// Whether a setting is one of several words.
template <typename Value> inline constexpr bool isChoice = std::is_enum_v<Value>;

/// The word of a choice, "one_cycle", in files and on the command line. There is one for each enum of TrainOptionField.
template <typename Choice> std::string wordOf(Choice choice);

/// The choice of a word; throws Error(WrongUse) naming the setting and the words that it knows.
template <typename Choice> Choice choiceOf(std::string_view name, const std::string& word);

/// "textTokens" -> "text-tokens": the name on the command line.
std::string kebabCase(std::string_view fieldName);

/// Settings of a JSON file over `defaults`. Keys are field names, written as in the struct or as on the command line.
/// Throws Error(NotFound), or Error(InvalidInput) naming the file and the key for text that is no JSON object, an
/// unknown key and a value of the wrong type, and as choiceOf.
LvitTrainOptions readOptions(const std::filesystem::path& file, const LvitTrainOptions& defaults);

/// All settings as a JSON object with field names as keys.
std::string optionsToJson(const LvitTrainOptions& options);

/// Like readOptions, from text; `source` names it in messages.
LvitTrainOptions optionsFromJson(const std::string& text, const LvitTrainOptions& defaults, const std::string& source);

} // namespace models
