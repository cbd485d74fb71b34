#include "app/workflow/capfilt_judgements.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <nlohmann/json.hpp>

namespace app {

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

std::filesystem::path judgedFile(const std::filesystem::path& output)
{
    auto file = output;
    file += ".judged";
    return file;
}

namespace {

/// What judgements depend on beside picture and text: the file's first line.
std::string settingsLine(const CapFiltRequest& request)
{
    const auto& writing = request.writing;
    return json{{"models", request.models}, {"sides", imaging::nameOf(request.user.sides)}, {"prompt", writing.prompt}, {"seed", writing.seed},
        {"sample", writing.sample}, {"beams", writing.beams}, {"top_p", writing.topP},
        {"temperature", writing.temperature}, {"repetition_penalty", writing.repetitionPenalty.value_or(1)},
        {"min_tokens", writing.minTokens.value_or(0)}, {"max_tokens", writing.maxTokens.value_or(0)}}
        .dump();
}

} // namespace

CapFiltJudgements::CapFiltJudgements(const CapFiltRequest& request)
    : m_file(judgedFile(request.output))
{
    const bool there = std::filesystem::exists(m_file);
    if (there && !request.resume)
        throw Error(ErrorKind::WrongUse,
            "An earlier run left its judgements in '" + m_file.string() + "': go on from them, or delete the file.",
            m_file.string())
            .about("resume");
    m_settings = settingsLine(request);
    if (there)
        read();
}

const std::vector<JudgedPair>* CapFiltJudgements::find(const std::string& image, int slice) const
{
    const auto found = m_pairs.find({image, slice});
    return found == m_pairs.end() ? nullptr : &found->second;
}

void CapFiltJudgements::add(const std::string& image, int slice, const std::vector<JudgedPair>& pairs)
{
    open();
    json list = json::array();
    for (const auto& pair : pairs)
        list.push_back({{"text", pair.text}, {"written", pair.written}, {"probability", pair.probability},
            {"fits", pair.fits}});
    m_stream << json{{"image", image}, {"slice", slice}, {"pairs", list}}.dump() << '\n';
    flush();
}

void CapFiltJudgements::remove()
{
    m_stream.close();
    std::error_code ignored;
    std::filesystem::remove(m_file, ignored);
}

/// Not before there is something to keep: a run that is refused leaves nothing that the next would have to go on from.
void CapFiltJudgements::open()
{
    if (m_stream.is_open())
        return;
    m_stream.open(m_file, std::ios::binary | std::ios::app);
    if (m_stream && m_stream.tellp() == std::streampos(0))
        m_stream << m_settings << '\n';
}

void CapFiltJudgements::flush()
{
    if (!m_stream.flush())
        throw Error(ErrorKind::Io, "The file '" + m_file.string() + "' could not be written: is the disk full?",
            m_file.string());
}

/// A line that was left half when the power went is taken off.
void CapFiltJudgements::read()
{
    std::ifstream stream(m_file, std::ios::binary);
    std::string whole;
    for (std::string line; std::getline(stream, line) && !stream.eof(); whole += line + "\n") {
        if (!whole.empty())
            take(line);
        else if (line != m_settings)
            throw Error(ErrorKind::WrongUse,
                "The judgements in '" + m_file.string()
                    + "' were made with other models or settings: use those, or delete the file and begin anew.",
                m_file.string());
    }
    stream.close();
    imaging::writeFileAtomically(m_file, whole);
}

void CapFiltJudgements::take(const std::string& line)
{
    try {
        const auto judged = json::parse(line);
        const auto image = judged.at("image").get<std::string>();
        const int slice = judged.at("slice").get<int>();
        std::vector<JudgedPair> pairs;
        for (const auto& pair : judged.at("pairs"))
            pairs.push_back({image, slice, pair.at("text").get<std::string>(), pair.at("written").get<bool>(),
                pair.at("probability").get<double>(), pair.at("fits").get<bool>()});
        m_pairs[{image, slice}] = std::move(pairs);
    } catch (const json::exception&) {
        throw Error(ErrorKind::InvalidInput,
            "The file '" + m_file.string() + "' is no list of judgements: delete it and begin anew.", m_file.string());
    }
}

} // namespace app
