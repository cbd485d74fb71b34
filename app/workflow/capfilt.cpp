#include "app/workflow/capfilt.h"

#include "annotations/report/report_words.h"
#include "app/workflow/capfilt_judgements.h"
#include "app/workflow/inside_folder.h"
#include "app/workflow/open.h"
#include "app/workflow/picture_check.h"
#include "app/workflow/sided_texts.h"
#include "app/workflow/slice_range.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/folder_of.h"
#include "models/facade/files.h"

#include <charconv>
#include <fstream>
#include <map>
#include <utility>

namespace app {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using models::data::CsvTable;

/// Columns that are added to those of the table.
constexpr const char* kOrigin = "origin";
constexpr const char* kProbability = "probability";

/// A picture of the table and the rows that name it.
struct PictureRows
{
    std::string image;
    int slice = 0;
    std::vector<const CsvTable::Row*> rows;
};

/// `setting`: what names the column.
int columnOf(
    const CsvTable& table, const std::string& name, const char* setting, const std::filesystem::path& file)
{
    const int column = table.column(name);
    if (column < 0)
        throw Error(ErrorKind::InvalidInput,
            "The table '" + file.string() + "' has no column '" + name + "': name the one that is meant.",
            file.string())
            .about(setting);
    return column;
}

std::string trimmedField(const CsvTable::Row& row, int column)
{
    return column < 0 ? std::string() : std::string(annotations::trimmed(row.fields[static_cast<std::size_t>(column)]));
}

int sliceOfRow(const CsvTable::Row& row, int column, const std::filesystem::path& file)
{
    const auto text = trimmedField(row, column);
    int slice = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), slice);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size() || slice < 0))
        throw Error(ErrorKind::InvalidInput,
            "Line " + std::to_string(row.line) + " of '" + file.string() + "' has the slice \"" + text
                + "\": write a number from 1, or nothing.",
            file.string());
    return slice;
}

/// The pictures in the order in which the table names them first.
std::vector<PictureRows> picturesOf(
    const CsvTable& table, const CapFiltRequest& request, const std::filesystem::path& file)
{
    const int image = columnOf(table, request.imageColumn, "imageColumn", file);
    columnOf(table, request.textColumn, "textColumn", file);
    const int slice = table.column("slice");
    std::vector<PictureRows> pictures;
    std::map<std::pair<std::string, int>, std::size_t> places;
    for (const auto& row : table.rows) {
        const auto name = trimmedField(row, image);
        if (!staysInside(name))
            throw Error(ErrorKind::InvalidInput,
                "Line " + std::to_string(row.line) + " of '" + file.string() + "' names the picture '" + name
                    + "', which does not lie in the table's folder.",
                file.string());
        const int number = sliceOfRow(row, slice, file);
        const auto [place, isNew] = places.emplace(std::pair(name, number), pictures.size());
        if (isNew)
            pictures.push_back({name, number, {}});
        pictures[place->second].rows.push_back(&row);
    }
    return pictures;
}

/// Nothing when it was stopped.
std::optional<imaging::Slice> sliceAt(
    const std::filesystem::path& folder, const PictureRows& picture, const std::stop_token& stop)
{
    std::error_code missing; // What is not there is told when it is opened.
    const auto place = std::filesystem::weakly_canonical(folder / picture.image, missing);
    const auto root = std::filesystem::weakly_canonical(folder, missing);
    if (!missing && !staysInside(place.lexically_relative(root)))
        throw Error(ErrorKind::InvalidInput,
            "The picture '" + picture.image + "' is a link that leads out of the table's folder: copy it in.",
            picture.image);
    const auto opened = openPicture(folder / picture.image, {}, stop, {});
    if (!opened.volume)
        return std::nullopt;
    const int slices = opened.volume->grid().slices;
    const auto number = picture.slice == 0 ? std::string() : std::to_string(picture.slice);
    return imaging::sliceOf(*opened.volume, parsePictureSlice(number, slices));
}

/// Whether earlier judgements are of the very texts that the table has for the picture now.
bool isUpToDate(const std::vector<JudgedPair>& judged, const PictureRows& picture, int textColumn, bool writes)
{
    std::vector<std::string> given;
    bool written = false;
    for (const auto& pair : judged) {
        if (pair.written)
            written = true;
        else
            given.push_back(pair.text);
    }
    std::vector<std::string> wanted;
    for (const auto* row : picture.rows)
        if (auto text = trimmedField(*row, textColumn); !text.empty())
            wanted.push_back(std::move(text));
    return given == wanted && written == writes;
}

class CapFilt
{
public:
    CapFilt(models::Reporter* captioner, models::Reporter& filter, const CapFiltRequest& request)
        : m_captioner(captioner)
        , m_filter(filter)
        , m_request(request)
        , m_file(std::filesystem::is_directory(request.data) ? request.data / "manifest.csv" : request.data)
        , m_table(models::data::readCsv(m_file))
        , m_pictures(picturesOf(m_table, request, m_file))
        , m_textColumn(m_table.column(request.textColumn))
    {
    }

    CapFiltOutcome run(const std::stop_token& stop, const imaging::Progress& progress)
    {
        requireNoInput(m_request.output);
        requireKeptTable(m_request.output);
        requireUtf8(m_request.writing.prompt, "The prompt");
        CapFiltJudgements judgements(m_request);
        if (m_captioner)
            addWarnings(m_outcome.warnings, warningOfUnknown(m_captioner->unknownWords(m_request.writing.prompt)));
        for (std::size_t i = 0; i < m_pictures.size(); ++i) {
            progress.report(static_cast<double>(i) / static_cast<double>(m_pictures.size()),
                "picture " + std::to_string(i + 1) + " of " + std::to_string(m_pictures.size()));
            const auto* earlier = judgements.find(m_pictures[i].image, m_pictures[i].slice);
            if (earlier && isUpToDate(*earlier, m_pictures[i], m_textColumn, m_captioner != nullptr)) {
                take(*earlier, i);
                continue;
            }
            if (stop.stop_requested() || !judge(i, judgements, stop)) {
                m_outcome.cancelled = true;
                return std::move(m_outcome);
            }
        }
        if (!m_outcome.pairs.empty() || m_outcome.refused.empty())
            writeKept();
        judgements.remove();
        return std::move(m_outcome);
    }

private:
    void requireNoInput(const std::filesystem::path& output) const
    {
        std::error_code missing;
        if (std::filesystem::equivalent(output, m_file, missing))
            throw Error(ErrorKind::WrongUse,
                "\"" + output.string() + "\" is the table itself, which would be lost; choose another name.",
                output.string());
        for (const auto& picture : m_pictures)
            if (std::filesystem::equivalent(output, imaging::folderOf(m_file) / picture.image, missing))
                throw Error(ErrorKind::WrongUse,
                    "\"" + output.string() + "\" is a picture of the table, which would be lost; choose another name.",
                    output.string());
    }

    /// False when it was stopped.
    bool judge(std::size_t index, CapFiltJudgements& judgements, const std::stop_token& stop)
    {
        const auto& picture = m_pictures[index];
        std::vector<JudgedPair> pairs;
        std::optional<imaging::Slice> slice;
        try {
            slice = sliceAt(imaging::folderOf(m_file), picture, stop);
            if (!slice)
                return false;
            for (const auto& head : m_request.heads)
                addWarnings(m_outcome.warnings, checkChosenPicture(head, *slice, m_request.user.confirmed));
            m_filter.look(*slice);
            for (const auto* row : picture.rows)
                if (const auto text = trimmedField(*row, m_textColumn); !text.empty())
                    pairs.push_back(judged(picture, text, slice->sides));
        } catch (const Error& error) {
            if (stop.stop_requested())
                return false;
            if (error.confirmable() == imaging::Confirmable::Sides) // It would be said of each picture.
                throw;
            const bool isAsked = error.confirmable() == imaging::Confirmable::Run; // Such a sentence names no file.
            m_outcome.refused.push_back((isAsked ? "'" + picture.image + "': " : std::string()) + error.what());
            return true;
        }
        if (m_captioner) // What it refuses, such as an option or the prompt, it would refuse for each picture.
            pairs.push_back(writtenFor(index, *slice, stop));
        if (stop.stop_requested())
            return false;
        judgements.add(picture.image, picture.slice, pairs);
        take(pairs, index);
        return true;
    }

    models::TextMatch match(const std::string& text, const imaging::PictureSides& sides)
    {
        auto match = matchInSides(m_filter, text, m_request.user, sides);
        if (!match.cut) // Those are counted.
            addWarnings(m_outcome.warnings, match.warnings);
        return match;
    }

    static bool fitsBy(const models::TextMatch& match) { return match.fits.value_or(match.probability >= 0.5); }

    bool isKept(const JudgedPair& pair) const
    {
        return m_request.least ? pair.probability >= *m_request.least : pair.fits;
    }

    JudgedPair judged(const PictureRows& picture, const std::string& text, const imaging::PictureSides& sides)
    {
        const auto match = this->match(text, sides);
        m_outcome.cut += match.cut ? 1 : 0;
        return {picture.image, picture.slice, text, false, match.probability, fitsBy(match)};
    }

    JudgedPair writtenFor(std::size_t index, const imaging::Slice& slice, const std::stop_token& stop)
    {
        const auto& picture = m_pictures[index];
        auto writing = m_request.writing;
        writing.seed += index; // A picture's text does not depend on those before it.
        m_captioner->look(slice);
        const auto draft = writeInSides(*m_captioner, writing, m_request.user, slice.sides, stop, {});
        addWarnings(m_outcome.warnings, draft.warnings);
        const auto& text = draft.texts.at(0).text;
        const auto match = annotations::trimmed(text).empty() ? models::TextMatch() : this->match(text, slice.sides);
        return {picture.image, picture.slice, text, true, match.probability, fitsBy(match)};
    }

    void take(const std::vector<JudgedPair>& pairs, std::size_t index)
    {
        auto row = m_pictures[index].rows.begin();
        for (const auto& pair : pairs) {
            const bool kept = isKept(pair);
            auto& count = pair.written ? (kept ? m_outcome.keptWritten : m_outcome.droppedWritten)
                                       : (kept ? m_outcome.keptGiven : m_outcome.droppedGiven);
            ++count;
            m_outcome.pairs.push_back(pair);
            while (!pair.written && trimmedField(**row, m_textColumn).empty())
                ++row;
            m_rows.push_back(pair.written ? m_pictures[index].rows.front() : *row++);
        }
    }

    void writeKept() const
    {
        auto columns = m_table.columns;
        const auto place = [&](const char* name) {
            const int given = m_table.column(name);
            if (given < 0)
                columns.emplace_back(name);
            return given < 0 ? columns.size() - 1 : static_cast<std::size_t>(given);
        };
        const auto origin = place(kOrigin), probability = place(kProbability);
        std::string table = models::data::csvLine(columns) + "\n";
        for (std::size_t i = 0; i < m_outcome.pairs.size(); ++i) {
            const auto& pair = m_outcome.pairs[i];
            if (!isKept(pair))
                continue;
            auto fields = m_rows[i]->fields;
            fields[static_cast<std::size_t>(m_textColumn)] = pair.text;
            fields.resize(columns.size());
            fields[origin] = pair.written ? "written" : "given";
            char number[32];
            const auto end =
                std::to_chars(number, number + sizeof number, pair.probability, std::chars_format::fixed, 4);
            fields[probability].assign(number, end.ptr);
            table += models::data::csvLine(fields) + "\n";
        }
        imaging::writeFileAtomically(m_request.output, table);
    }

    models::Reporter* m_captioner;
    models::Reporter& m_filter;
    const CapFiltRequest& m_request;
    std::filesystem::path m_file;
    CsvTable m_table;
    std::vector<PictureRows> m_pictures;
    int m_textColumn;
    CapFiltOutcome m_outcome;
    /// Whose other columns each pair of the outcome has: its own row, or the first of the picture of a written text.
    std::vector<const CsvTable::Row*> m_rows;
};

/// Whether its first line is that of a table written here.
bool isKeptTable(const std::filesystem::path& file)
{
    constexpr std::size_t kLongest = 1U << 16U; // Of the names of columns
    std::string begin(kLongest, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(stream.gcount()));
    try {
        const auto table = models::data::parseCsv(begin.substr(0, begin.find('\n')) + "\n", file.string());
        return table.column(kOrigin) >= 0 && table.column(kProbability) >= 0;
    } catch (const Error&) {
        return false;
    }
}

} // namespace

void requireKeptTable(const std::filesystem::path& output)
{
    std::error_code missing;
    const auto bytes = std::filesystem::file_size(output, missing);
    if (!missing && bytes > 0 && !isKeptTable(output))
        throw Error(ErrorKind::WrongUse,
            "\"" + output.string()
                + "\" is there already and is no table of kept pairs: it would be lost. Choose another name.",
            output.string());
}

CapFiltOutcome captionAndFilter(models::Reporter* captioner, models::Reporter& filter, const CapFiltRequest& request,
    std::stop_token stop, const imaging::Progress& progress)
{
    if (!filter.canMatch())
        throw Error(ErrorKind::WrongUse, "The filter compares texts with pictures: take a model with an itm_head.");
    if (captioner && !captioner->canWrite())
        throw Error(ErrorKind::WrongUse, "The captioner writes about pictures: take a model with a text_decoder.");
    if (request.least && !(*request.least >= 0 && *request.least <= 1))
        throw Error(ErrorKind::WrongUse, "The least probability of a pair that is kept is a number from 0 to 1.");
    return CapFilt(captioner, filter, request).run(stop, progress);
}

} // namespace app
