#include "models/facade/training_json.h"

#include "imaging/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

namespace models {

namespace {

using Options = LvitTrainOptions;

const TrainOptionField kFields[] = {
    {"data", &Options::data, "folder with manifest.csv, of LViT's own layout, or of DICOM studies"},
    {"output", &Options::output, "folder that becomes the model package"},
    {"textEncoder", &Options::textEncoder, "package name or folder of a BERT"},
    {"textColumn", &Options::textColumn, "column of the texts; several joined by '+' are drawn at random"},
    {"imageColumn", &Options::imageColumn, "column of the pictures"},
    {"maskColumn", &Options::maskColumn, "column of the masks; with several classes one for each, joined by '+'"},
    {"trainSplit", &Options::trainSplit, "rows to learn from"},
    {"validationSplit", &Options::validationSplit, "rows to choose the best epoch by"},
    {"name", &Options::name, "name of the package"},
    {"initialWeights", &Options::initialWeights, "package or file whose fitting weights the training starts from"},
    {"network", &Options::network, "lvit, or unet to begin one from"},
    {"text", &Options::text, "false: LViT-TW, which reads no text"},
    {"plam", &Options::plam, "pixel-level attention over the skip connections"},
    {"width", &Options::width, "channels of the first level, a multiple of 8"},
    {"depth", &Options::depth, "blocks in each vision transformer"},
    {"pictureSize", &Options::pictureSize, "side of the square picture, a multiple of 16"},
    {"channels", &Options::channels, "channels of the picture, 1 or 3"},
    {"classes", &Options::classes, "names of the mask values 1, 2, ... when there are several classes"},
    {"tileSize", &Options::tileSize, "cut pictures into squares of so many of their pixels; 0: take them whole"},
    {"tileOverlap", &Options::tileOverlap, "pixels that neighbouring tiles share"},
    {"emptySlices", &Options::emptySlices, "slices of a stack without mask to keep for each with one; below 0: all"},
    {"windowCentre", &Options::windowCentre, "window of CT in HU"},
    {"windowWidth", &Options::windowWidth, "0: the files' own windows"},
    {"textTokens", &Options::textTokens, "text tokens the network sees"},
    {"textUnits", &Options::textUnits, "words (the authors') or pieces"},
    {"dropout", &Options::dropout, "dropout of embeddings and MLPs"},
    {"loss", &Options::loss, "weighted_dice_bce (the authors') or dice_bce"},
    {"optimizer", &Options::optimizer, "adam or adamw"},
    {"learningRate", &Options::learningRate, "highest learning rate"},
    {"weightDecay", &Options::weightDecay, "weight decay"},
    {"schedule", &Options::schedule, "cosine_restarts (the authors') or one_cycle"},
    {"batchSize", &Options::batchSize, "pictures in a step"},
    {"epochs", &Options::epochs, "passes over the training split"},
    {"stepsPerEpoch", &Options::stepsPerEpoch, "0: one pass over the labelled pictures, or over all"},
    {"earlyStopEpochs", &Options::earlyStopEpochs, "stop after so many epochs without a better Dice; 0: never"},
    {"seed", &Options::seed, "of everything random"},
    {"flipProbability", &Options::flipProbability, "of a left-right flip with the sides in the text exchanged"},
    {"brightnessJitter", &Options::brightnessJitter, "added to the picture, uniform in +-"},
    {"contrastJitter", &Options::contrastJitter, "factor about the mean, uniform in 1 +-"},
    {"rotateDegrees", &Options::rotateDegrees, "small rotations, uniform in +-"},
    {"zoom", &Options::zoom, "random scale, uniform in 1 +-"},
    {"shift", &Options::shift, "random shift as a fraction of the picture, uniform in +-"},
    {"turnProbability", &Options::turnProbability,
        "of quarter turns and top-bottom flips where the text names no place"},
    {"clauseDropProbability", &Options::clauseDropProbability, "of leaving out each clause of a text but the last"},
    {"oneSideProbability", &Options::oneSideProbability,
        "of showing one side of a text about both, with its areas only"},
    {"averageDecay", &Options::averageDecay, "average of weights, e.g. 0.998; 0: off"},
    {"halfPrecision", &Options::halfPrecision, "compute in bfloat16 where the processor can"},
    {"labelledFraction", &Options::labelledFraction, "part of the training pictures whose masks are used"},
    {"unlabelled", &Options::unlabelled, "what the others give: none, pseudo or epi"},
    {"prototypeEpochs", &Options::prototypeEpochs, "epochs on labelled pictures only, before the others"},
    {"rampEpochs", &Options::rampEpochs, "epochs in which the others' loss grows to its weight"},
    {"unlabelledWeight", &Options::unlabelledWeight, "weight of the unlabelled pictures' loss"},
    {"unlabelledPerStep", &Options::unlabelledPerStep, "of a step's pictures; 0: half"},
    {"epiDecay", &Options::epiDecay, "of the average of pseudo-labels"},
    {"epiUpdate", &Options::epiUpdate, "when they are averaged: step or epoch"},
    {"lvWeight", &Options::lvWeight, "weight of the LV loss on unlabelled pictures; 0: off"},
    {"contrastSet", &Options::contrastSet, "its contrast masks: drawings or labelled"},
    {"contrastSimilarity", &Options::contrastSimilarity, "how a text finds its contrast text: words or pooled"},
    {"device", &Options::device, "auto, cpu, cuda or cuda:N"},
    {"threads", &Options::threads, "0: all cores"},
    {"loaderThreads", &Options::loaderThreads, "threads that make batches beside the training; 0: chosen by the cores"},
    {"cache", &Options::cache,
        "folder that keeps decoded pictures for the next run, or none (default: the user's cache)"},
    {"resume", &Options::resume, "go on where an interrupted training stopped"},
    {"saveMinutes", &Options::saveMinutes, "how often the state is saved within an epoch"},
    {"saveHalf", &Options::saveHalf, "store the package's weights in float16"},
    {"modalities", &Options::modalities, "DICOM modalities the package is for"},
    {"bodyParts", &Options::bodyParts, "body parts the package is for"},
    {"views", &Options::views, "views the package is for"},
    {"textSides", &Options::textSides, "whose left and right the texts mean: picture or patient"},
    {"textWording", &Options::textWording, "how the texts are worded: as_written or lvit_report"},
    {"finding", &Options::finding, "what the masks show"},
};

template <typename Choice> using Words = std::vector<std::pair<Choice, std::string>>;

// The words of each choice, in the order in which messages list them.
Words<Optimizer> wordsOf(Optimizer)
{
    return {{Optimizer::Adam, "adam"}, {Optimizer::AdamW, "adamw"}};
}

Words<Schedule> wordsOf(Schedule)
{
    return {{Schedule::CosineRestarts, "cosine_restarts"}, {Schedule::OneCycle, "one_cycle"}};
}

Words<UnlabelledUse> wordsOf(UnlabelledUse)
{
    return {{UnlabelledUse::None, "none"}, {UnlabelledUse::Pseudo, "pseudo"}, {UnlabelledUse::Epi, "epi"}};
}

Words<NetworkKind> wordsOf(NetworkKind)
{
    return {{NetworkKind::LViT, "lvit"}, {NetworkKind::UNet, "unet"}};
}

Words<TextUnits> wordsOf(TextUnits)
{
    return {{TextUnits::Words, "words"}, {TextUnits::Pieces, "pieces"}};
}

Words<MaskLoss> wordsOf(MaskLoss)
{
    return {{MaskLoss::WeightedDiceBce, "weighted_dice_bce"}, {MaskLoss::DiceBce, "dice_bce"}};
}

Words<EpiUpdate> wordsOf(EpiUpdate)
{
    return {{EpiUpdate::Step, "step"}, {EpiUpdate::Epoch, "epoch"}};
}

Words<ContrastSource> wordsOf(ContrastSource)
{
    return {{ContrastSource::Drawings, "drawings"}, {ContrastSource::Labelled, "labelled"}};
}

Words<ContrastSimilarity> wordsOf(ContrastSimilarity)
{
    return {{ContrastSimilarity::Words, "words"}, {ContrastSimilarity::Pooled, "pooled"}};
}

Words<imaging::Sides> wordsOf(imaging::Sides)
{
    return {{imaging::Sides::Picture, "picture"}, {imaging::Sides::Patient, "patient"}};
}

Words<TextWording> wordsOf(TextWording)
{
    return {{TextWording::AsWritten, "as_written"}, {TextWording::LvitReport, "lvit_report"}};
}

} // namespace

template <typename Choice> std::string wordOf(Choice choice)
{
    for (const auto& [known, word] : wordsOf(choice))
        if (known == choice)
            return word;
    throw imaging::Error(imaging::ErrorKind::Internal, "A setting has a value without a word.");
}

template <typename Choice> Choice choiceOf(std::string_view name, const std::string& word)
{
    std::string list;
    for (const auto& [choice, known] : wordsOf(Choice{})) {
        if (known == word)
            return choice;
        list += (list.empty() ? "" : ", ") + known;
    }
    throw imaging::Error(
        imaging::ErrorKind::WrongUse, std::string(name) + " cannot be '" + word + "': use one of " + list + ".");
}

template std::string wordOf<Optimizer>(Optimizer);
template Optimizer choiceOf<Optimizer>(std::string_view, const std::string&);
template std::string wordOf<Schedule>(Schedule);
template Schedule choiceOf<Schedule>(std::string_view, const std::string&);
template std::string wordOf<UnlabelledUse>(UnlabelledUse);
template UnlabelledUse choiceOf<UnlabelledUse>(std::string_view, const std::string&);
template std::string wordOf<NetworkKind>(NetworkKind);
template NetworkKind choiceOf<NetworkKind>(std::string_view, const std::string&);
template std::string wordOf<TextUnits>(TextUnits);
template TextUnits choiceOf<TextUnits>(std::string_view, const std::string&);
template std::string wordOf<MaskLoss>(MaskLoss);
template MaskLoss choiceOf<MaskLoss>(std::string_view, const std::string&);
template std::string wordOf<EpiUpdate>(EpiUpdate);
template EpiUpdate choiceOf<EpiUpdate>(std::string_view, const std::string&);
template std::string wordOf<ContrastSource>(ContrastSource);
template ContrastSource choiceOf<ContrastSource>(std::string_view, const std::string&);
template std::string wordOf<ContrastSimilarity>(ContrastSimilarity);
template ContrastSimilarity choiceOf<ContrastSimilarity>(std::string_view, const std::string&);
template std::string wordOf<imaging::Sides>(imaging::Sides);
template imaging::Sides choiceOf<imaging::Sides>(std::string_view, const std::string&);
template std::string wordOf<TextWording>(TextWording);
template TextWording choiceOf<TextWording>(std::string_view, const std::string&);

namespace {

[[noreturn]] void refuse(const std::string& source, const std::string& reason)
{
    throw imaging::Error(
        imaging::ErrorKind::InvalidInput, "The settings '" + source + "' cannot be used: " + reason, source);
}

template <typename Value> const char* nameOfType()
{
    if constexpr (std::is_same_v<Value, bool>)
        return "true or false";
    else if constexpr (std::is_same_v<Value, int>)
        return "a whole number";
    else if constexpr (std::is_same_v<Value, std::uint64_t>)
        return "a whole number from 0";
    else if constexpr (std::is_same_v<Value, double>)
        return "a number";
    else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
        return "a list of strings";
    else
        return "a string";
}

template <typename Value> bool fits(const nlohmann::json& json)
{
    if constexpr (std::is_same_v<Value, bool>)
        return json.is_boolean();
    else if constexpr (std::is_same_v<Value, int>)
        return json.is_number_integer() && json.get<double>() >= std::numeric_limits<int>::min()
            && json.get<double>() <= std::numeric_limits<int>::max();
    else if constexpr (std::is_same_v<Value, std::uint64_t>)
        return json.is_number_unsigned();
    else if constexpr (std::is_same_v<Value, double>)
        return json.is_number();
    else if constexpr (std::is_same_v<Value, std::vector<std::string>>)
        return json.is_array()
            && std::all_of(json.begin(), json.end(), [](const auto& item) { return item.is_string(); });
    else
        return json.is_string();
}

template <typename Value> void assign(Value& target, const nlohmann::json& json, std::string_view name)
{
    if constexpr (isChoice<Value>)
        target = choiceOf<Value>(name, json.get<std::string>());
    else if constexpr (std::is_same_v<Value, std::filesystem::path>)
        target = json.get<std::string>();
    else
        target = json.get<Value>();
}

template <typename Value> nlohmann::json jsonOf(const Value& value)
{
    if constexpr (isChoice<Value>)
        return wordOf(value);
    else if constexpr (std::is_same_v<Value, std::filesystem::path>)
        return value.string();
    else
        return value;
}

const TrainOptionField* findField(const std::string& key)
{
    for (const auto& field : kFields)
        if (key == field.name || key == kebabCase(field.name))
            return &field;
    return nullptr;
}

void assignField(
    Options& options, const TrainOptionField& field, const nlohmann::json& value, const std::string& source)
{
    std::visit(
        [&](auto member) {
            using Value = std::remove_reference_t<decltype(options.*member)>;
            if (!fits<Value>(value))
                refuse(source, "the setting '" + std::string(field.name) + "' must be " + nameOfType<Value>() + ".");
            assign(options.*member, value, field.name);
        },
        field.member);
}

} // namespace

std::span<const TrainOptionField> trainOptionFields()
{
    return kFields;
}

std::string kebabCase(std::string_view fieldName)
{
    std::string result;
    for (const char character : fieldName) {
        if (std::isupper(static_cast<unsigned char>(character)))
            result += '-';
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    }
    return result;
}

LvitTrainOptions optionsFromJson(const std::string& text, const LvitTrainOptions& defaults, const std::string& source)
{
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        refuse(source, "the text is not a JSON object like {\"epochs\": 20}.");
    auto options = defaults;
    std::set<std::string_view> seen;
    for (const auto& [key, value] : json.items()) {
        const auto* field = findField(key);
        if (!field)
            refuse(source, "there is no setting '" + key + "'; `limn train lvit --help` lists them.");
        if (!seen.insert(field->name).second)
            refuse(source, "the setting '" + std::string(field->name) + "' is given twice.");
        assignField(options, *field, value, source);
    }
    return options;
}

LvitTrainOptions readOptions(const std::filesystem::path& file, const LvitTrainOptions& defaults)
{
    if (!std::filesystem::is_regular_file(file))
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "There is no settings file '" + file.string() + "'.", file.string());
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return optionsFromJson(text.str(), defaults, file.string());
}

std::string optionsToJson(const LvitTrainOptions& options)
{
    nlohmann::ordered_json json;
    for (const auto& field : kFields)
        std::visit([&](auto member) { json[std::string(field.name)] = jsonOf(options.*member); }, field.member);
    return json.dump(2);
}

} // namespace models
