#include "app/workflow/adapt/labelled_folder.h"

#include "annotations/report/report_words.h"
#include "app/workflow/inside_folder.h"
#include "app/workflow/open.h"
#include "app/workflow/prompt.h"
#include "app/workflow/slice_range.h"
#include "imaging/error.h"
#include "models/facade/files.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>
#include <tuple>

namespace app {

namespace {

namespace fs = std::filesystem;
using imaging::Error;
using imaging::ErrorKind;

[[noreturn]] void refuse(const std::string& sentence, const fs::path& context)
{
    throw Error(ErrorKind::InvalidInput, sentence, context.string());
}

/// A picture as the folder names it.
struct Entry
{
    std::string split;
    std::string image; ///< Relative to the folder.
    int slice = 0;
    std::string name; ///< Of the class.
};

std::string trimmedText(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t columnOf(const models::data::CsvTable& table, const std::string& name, const fs::path& file)
{
    const int index = table.column(name);
    if (index >= 0)
        return std::size_t(index);
    std::string sentence = "The file '" + file.string() + "' has no column '" + name + "'; it has:";
    for (const auto& column : table.columns)
        sentence += " '" + column + "'";
    refuse(sentence + ".", file);
}

int sliceOf(const std::string& field, const std::string& where)
{
    int slice = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), slice);
    if (error != std::errc() || end != field.data() + field.size() || slice < 1)
        refuse("The slice '" + field + "' in " + where + " is no number from 1.", field);
    return slice;
}

std::vector<Entry> entriesOfTable(
    const fs::path& folder, const models::ClipAdaptOptions& options, imaging::Warnings& warnings)
{
    const auto file = folder / "manifest.csv";
    const auto table = models::data::readCsv(file);
    const auto image = columnOf(table, options.imageColumn, file), name = columnOf(table, options.classColumn, file);
    const int split = table.column("split"), slice = table.column("slice");
    std::vector<Entry> entries;
    int withoutClass = 0;
    for (const auto& row : table.rows) {
        const auto where = "line " + std::to_string(row.line) + " of '" + file.string() + "'";
        Entry entry{split < 0 ? std::string() : trimmedText(row.fields[std::size_t(split)]), row.fields[image], 0,
            trimmedText(row.fields[name])};
        if (slice >= 0 && !row.fields[std::size_t(slice)].empty())
            entry.slice = sliceOf(row.fields[std::size_t(slice)], where);
        if (!staysInside(entry.image))
            refuse("The path '" + entry.image + "' in " + where + " does not lie in the folder of the data.", file);
        if (split >= 0 && entry.split.empty())
            refuse("The picture '" + entry.image + "' in " + where + " has no split.", file);
        withoutClass += entry.name.empty();
        if (!entry.name.empty())
            entries.push_back(std::move(entry));
    }
    if (withoutClass > 0)
        warnings.push_back(annotations::counted(std::size_t(withoutClass), "row") + " of '" + file.string()
            + "' without a class: left out.");
    return entries;
}

std::vector<fs::path> sortedEntries(const fs::path& folder)
{
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(folder))
        if (!entry.path().filename().string().starts_with("."))
            all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
}

bool isNote(const fs::path& file)
{
    const auto ending = file.extension();
    return ending == ".txt" || ending == ".csv" || ending == ".json" || ending == ".md";
}

void addClassFolders(const fs::path& root, const fs::path& folder, const std::string& split,
    std::vector<Entry>& entries, imaging::Warnings& warnings)
{
    for (const auto& own : sortedEntries(folder)) {
        if (!fs::is_directory(own))
            continue;
        const auto before = entries.size();
        for (const auto& picture : sortedEntries(own))
            if (!isNote(picture))
                entries.push_back({split, picture.lexically_relative(root).string(), 0, own.filename().string()});
        if (entries.size() == before)
            warnings.push_back("The class \"" + own.filename().string() + "\" has no picture in '" + own.string()
                + "': it is left out.");
    }
}

std::vector<Entry> entriesOfFolders(
    const fs::path& folder, const models::ClipAdaptOptions& options, imaging::Warnings& warnings)
{
    std::vector<Entry> entries;
    for (const auto& split : {options.trainSplit, options.validationSplit, options.testSplit})
        if (!split.empty() && fs::is_directory(folder / split))
            addClassFolders(folder, folder / split, split, entries, warnings);
    if (entries.empty())
        addClassFolders(folder, folder, {}, entries, warnings);
    return entries;
}

/// As the model reads a name: the tokenizer knows no large letters, and '_' is a blank.
std::string wordsOf(const std::string& name)
{
    std::string words;
    for (const char letter : name) {
        const char plain = letter == '_' ? ' ' : char(std::tolower(static_cast<unsigned char>(letter)));
        if (plain != ' ' || (!words.empty() && words.back() != ' '))
            words += plain;
    }
    return words;
}

void requireDistinct(const std::vector<std::string>& classes, const fs::path& folder)
{
    std::map<std::string, std::string> seen;
    for (const auto& name : classes) {
        const auto [other, isNew] = seen.emplace(wordsOf(name), name);
        if (!isNew)
            refuse("The classes \"" + other->second + "\" and \"" + name + "\" of '" + folder.string()
                    + "' are the same words to the model: give them one name, or names that differ.",
                folder);
    }
    if (classes.size() < 2)
        refuse("Pictures of at least two classes are needed; '" + folder.string() + "' has "
                + (classes.empty() ? std::string("none") : "only \"" + classes.front() + "\"") + ".",
            folder);
}

/// Also through links.
void requireInside(const fs::path& folder, const Entry& entry)
{
    std::error_code missing; // What is not there is told when it is opened.
    const auto place = fs::weakly_canonical(folder / entry.image, missing);
    const auto root = fs::weakly_canonical(folder, missing);
    if (!missing && !staysInside(place.lexically_relative(root).string()))
        refuse("The picture '" + entry.image + "' is a link that leads out of '" + folder.string() + "': copy it in.",
            folder);
}

/// Without repeats; refuses a picture with two classes, or in two splits, where it would be learnt and scored.
std::vector<Entry> withoutRepeats(std::vector<Entry> entries, const fs::path& folder, imaging::Warnings& warnings)
{
    std::map<std::pair<std::string, int>, std::size_t> seen;
    std::vector<Entry> kept;
    int repeats = 0;
    for (auto& entry : entries) {
        requireInside(folder, entry);
        const auto [place, isNew] = seen.emplace(std::pair(entry.image, entry.slice), kept.size());
        if (isNew) {
            kept.push_back(std::move(entry));
            continue;
        }
        const auto& earlier = kept[place->second];
        if (earlier.name != entry.name)
            refuse("The picture '" + entry.image + "' has two classes, \"" + earlier.name + "\" and \"" + entry.name
                    + "\": classes exclude each other here.",
                folder);
        if (earlier.split != entry.split)
            refuse("The picture '" + entry.image + "' is in the splits '" + earlier.split + "' and '" + entry.split
                    + "': what is learnt cannot be scored, too.",
                folder);
        ++repeats;
    }
    if (repeats > 0)
        warnings.push_back(annotations::counted(std::size_t(repeats), "row names", "rows name") + " a picture of '"
            + folder.string() + "' again.");
    return kept;
}

/// Why the same picture under two names is odd: "of the classes ..."; empty: it is not.
std::string contradiction(const Entry& one, const Entry& other)
{
    if (one.name != other.name)
        return "of the classes \"" + one.name + "\" and \"" + other.name + "\", of which one is wrong: remove it there";
    if (one.split != other.split)
        return "in the splits '" + one.split + "' and '" + other.split
            + "', so that what is learnt is scored, too: remove it in one of them";
    return {};
}

/// Pictures that lie there under several names, byte for byte, with another class or in another split.
void warnOfCopies(const std::vector<Entry>& entries, const fs::path& folder, imaging::Warnings& warnings)
{
    std::map<std::uintmax_t, std::vector<const Entry*>> sizes;
    std::set<std::string> known;
    for (const auto& entry : entries) {
        std::error_code missing;
        if (fs::is_regular_file(folder / entry.image, missing) && known.insert(entry.image).second)
            sizes[fs::file_size(folder / entry.image, missing)].push_back(&entry);
    }
    std::size_t copies = 0;
    std::string first;
    for (const auto& [size, alike] : sizes) {
        std::map<std::string, const Entry*> contents;
        for (const auto* entry : alike) {
            if (alike.size() == 1)
                continue;
            const auto [other, isNew] = contents.emplace(models::weights::sha256OfFile(folder / entry->image), entry);
            const auto why = isNew ? std::string() : contradiction(*other->second, *entry);
            if (!why.empty() && copies++ == 0)
                first = "'" + other->second->image + "' and '" + entry->image + "' are the same picture, " + why;
        }
    }
    if (copies > 1)
        first += ". " + annotations::counted(copies - 1, "more such copy is there", "more such copies are there");
    if (copies > 0)
        warnings.push_back(first + ".");
}

} // namespace

const std::vector<models::LabelledPicture>& LabelledFolder::split(const std::string& name) const
{
    static const std::vector<models::LabelledPicture> kNone;
    const auto found = splits.find(name);
    return found == splits.end() ? kNone : found->second;
}

LabelledFolder readLabelledFolder(const fs::path& folder, const models::ClipAdaptOptions& options)
{
    if (!fs::is_directory(folder))
        throw Error(ErrorKind::NotFound, "There is no folder '" + folder.string() + "'.", folder.string());
    LabelledFolder data;
    const bool hasTable = fs::exists(folder / "manifest.csv");
    const auto entries = withoutRepeats(
        hasTable ? entriesOfTable(folder, options, data.warnings) : entriesOfFolders(folder, options, data.warnings),
        folder, data.warnings);
    std::set<std::string> names;
    for (const auto& entry : entries)
        names.insert(entry.name);
    for (const auto& name : names) // Tables were read as UTF-8, folders may be called anything.
        requireUtf8(name, "The name of a class of '" + folder.string() + "'");
    warnOfCopies(entries, folder, data.warnings);
    data.classes.assign(names.begin(), names.end());
    requireDistinct(data.classes, folder);
    for (const auto& entry : entries) {
        const auto place = std::lower_bound(data.classes.begin(), data.classes.end(), entry.name);
        data.splits[entry.split].push_back({folder / entry.image, entry.slice, int(place - data.classes.begin())});
    }
    return data;
}

imaging::Slice readLabelledPicture(const models::LabelledPicture& picture)
{
    const auto opened = openPicture(picture.file, {}, {}, {});
    const auto number = picture.slice == 0 ? std::string() : std::to_string(picture.slice);
    return imaging::sliceOf(*opened.volume, parsePictureSlice(number, opened.volume->grid().slices));
}

} // namespace app
