#include "imaging/dicom/text.h"

#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

namespace imaging {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr char kEscape = '\x1B';

/// A coded set that escape sequences can put into G0 (bytes below 0x80) or G1 (bytes from 0x80 on).
struct CodedSet
{
    const char* converter = nullptr; ///< ICU's name; null for ASCII.
    int bytes = 1; ///< Of one character.
    char prefix = 0; ///< Put before each character for the converter (EUC-JP's third set).
};

constexpr CodedSet kAscii{};

struct Escape
{
    std::string_view sequence; ///< Without the escape character.
    bool inG1;
    CodedSet set;
};

/// PS3.3 tables C.12-3 and C.12-4.
constexpr std::array kEscapes{
    Escape{"(B", false, kAscii},
    Escape{"(J", false, kAscii}, // JIS X 0201 Romaji: a backslash and a tilde look different, and must stay delimiters.
    Escape{")I", true, {"Shift_JIS", 1}},
    Escape{"$B", false, {"EUC-JP", 2}},
    Escape{"$(D", false, {"EUC-JP", 2, '\x8F'}},
    Escape{"$)C", true, {"EUC-KR", 2}},
    Escape{"$)A", true, {"GB2312", 2}},
    Escape{"-A", true, {"ISO-8859-1", 1}},
    Escape{"-B", true, {"ISO-8859-2", 1}},
    Escape{"-C", true, {"ISO-8859-3", 1}},
    Escape{"-D", true, {"ISO-8859-4", 1}},
    Escape{"-F", true, {"ISO-8859-7", 1}},
    Escape{"-G", true, {"ISO-8859-6", 1}},
    Escape{"-H", true, {"ISO-8859-8", 1}},
    Escape{"-L", true, {"ISO-8859-5", 1}},
    Escape{"-M", true, {"ISO-8859-9", 1}},
    Escape{"-T", true, {"TIS-620", 1}},
    Escape{"-b", true, {"ISO-8859-15", 1}},
};

/// ICU's converter for text that is wholly in the set named by the first value of (0008,0005). PS3.3 table C.12-2.
const char* wholeConverter(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, const char*>, 15> kNames{
        {{"100", "ISO-8859-1"}, {"101", "ISO-8859-2"}, {"109", "ISO-8859-3"}, {"110", "ISO-8859-4"},
            {"144", "ISO-8859-5"}, {"127", "ISO-8859-6"}, {"126", "ISO-8859-7"}, {"138", "ISO-8859-8"},
            {"148", "ISO-8859-9"}, {"203", "ISO-8859-15"}, {"166", "TIS-620"}, {"13", "Shift_JIS"}, {"192", "UTF-8"},
            {"149", "EUC-KR"}, {"58", "GB2312"}}};
    if (name == "GB18030" || name == "GBK")
        return "gb18030";
    const std::size_t number = name.find("IR");
    if (number == std::string_view::npos)
        return nullptr;
    name.remove_prefix(std::min(name.size(), number + 2));
    while (!name.empty() && (name.front() == ' ' || name.front() == '_'))
        name.remove_prefix(1);
    const auto* found =
        std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == name; });
    return found == kNames.end() ? nullptr : found->second;
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// UTF-8 with every byte that is not part of a character replaced.
std::string repairedUtf8(std::string_view text)
{
    std::string result;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        const std::int32_t start = at;
        UChar32 character = 0;
        U8_NEXT(bytes, at, size, character);
        if (character < 0)
            result += kReplacement;
        else
            result += text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(at - start));
    }
    return result;
}

std::string asciiOrReplaced(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x80)
            result += c;
        else
            result += kReplacement;
    }
    return result;
}

std::string converted(std::string_view text, const char* converter)
{
    if (!converter || isAscii(text))
        return asciiOrReplaced(text);
    if (std::string_view(converter) == "UTF-8")
        return repairedUtf8(text);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, decltype(&ucnv_close)> source(ucnv_open(converter, &status), &ucnv_close);
    if (U_FAILURE(status))
        return asciiOrReplaced(text);
    std::string result(text.size() * 4 + 16, '\0');
    const std::int32_t written = ucnv_toAlgorithmic(UCNV_UTF8, source.get(), result.data(),
        static_cast<std::int32_t>(result.size()), text.data(), static_cast<std::int32_t>(text.size()), &status);
    if (U_FAILURE(status))
        return asciiOrReplaced(text);
    result.resize(static_cast<std::size_t>(written));
    // ICU puts the control character SUB for half a character.
    for (std::size_t at = result.find('\x1A'); at != std::string::npos; at = result.find('\x1A', at))
        result.replace(at, 1, kReplacement);
    return result;
}

/// Walks over text with escape sequences, collecting runs of one coded set.
class EscapedText
{
public:
    explicit EscapedText(CodedSet initialG1)
        : m_initialG1(initialG1)
        , m_g1(initialG1)
    {
    }

    std::string decode(std::string_view text)
    {
        while (!text.empty())
            text.remove_prefix(text.front() == kEscape ? designate(text) : take(text));
        flush();
        return std::move(m_result);
    }

private:
    std::size_t designate(std::string_view text)
    {
        flush();
        const std::string_view rest = text.substr(1);
        const auto* found = std::find_if(kEscapes.begin(), kEscapes.end(),
            [&](const Escape& e) { return rest.substr(0, e.sequence.size()) == e.sequence; });
        if (found == kEscapes.end())
            return 1;
        (found->inG1 ? m_g1 : m_g0) = found->set;
        return 1 + found->sequence.size();
    }

    std::size_t take(std::string_view text)
    {
        const auto first = static_cast<unsigned char>(text.front());
        const bool isControl = first < 0x20;
        if (isControl || (m_g0.bytes == 1 && (first == '\\' || first == '^' || first == '=')))
            reset();
        const CodedSet set = first >= 0x80 ? m_g1 : m_g0;
        const auto size = std::min(static_cast<std::size_t>(set.bytes), text.size());
        append(text.substr(0, size), set, first < 0x80);
        return size;
    }

    void append(std::string_view bytes, CodedSet set, bool below)
    {
        if (set.converter != m_run.converter || set.prefix != m_run.prefix)
            flush();
        m_run = set;
        if (set.prefix)
            m_pending += set.prefix;
        for (const char c : bytes)
            m_pending += below && set.converter ? static_cast<char>(static_cast<unsigned char>(c) | 0x80U) : c;
    }

    void reset()
    {
        m_g0 = kAscii;
        if (m_initialG1.converter)
            m_g1 = m_initialG1;
    }

    void flush()
    {
        m_result += converted(m_pending, m_run.converter);
        m_pending.clear();
    }

    CodedSet m_initialG1;
    CodedSet m_g0 = kAscii;
    CodedSet m_g1;
    CodedSet m_run = kAscii;
    std::string m_pending;
    std::string m_result;
};

std::vector<std::string_view> splitValues(std::string_view text)
{
    std::vector<std::string_view> values;
    for (;;) {
        const std::size_t end = text.find('\\');
        std::string_view value = text.substr(0, end);
        while (!value.empty() && value.back() == ' ')
            value.remove_suffix(1);
        values.push_back(value);
        if (end == std::string_view::npos)
            return values;
        text.remove_prefix(end + 1);
    }
}

/// The converter of the first character set that is named at all: the default repertoire is often left empty.
const char* firstConverter(std::string_view characterSets)
{
    for (const std::string_view name : splitValues(characterSets)) {
        if (const char* converter = wholeConverter(name))
            return converter;
    }
    return nullptr;
}

} // namespace

std::string toUtf8(std::string_view value, std::string_view characterSets)
{
    const bool escaped = value.find(kEscape) != std::string_view::npos;
    if (!escaped && isAscii(value))
        return std::string(value);
    const char* converter = firstConverter(characterSets);
    if (!escaped)
        return converted(value, converter);
    const std::string_view name = converter ? converter : "";
    const bool twoBytes = name == "EUC-KR" || name == "GB2312";
    if (name == "UTF-8" || name == "gb18030")
        converter = nullptr;
    return EscapedText({converter, twoBytes ? 2 : 1}).decode(value);
}

std::string printable(std::string_view text)
{
    std::string result = repairedUtf8(text);
    for (std::size_t at = 0; at < result.size(); ++at) {
        const auto byte = static_cast<unsigned char>(result[at]);
        if (byte < 0x20 || byte == 0x7F)
            result[at] = ' ';
        // U+0080 to U+009F, which terminals obey too.
        else if (byte == 0xC2 && static_cast<unsigned char>(result[at + 1]) < 0xA0)
            result.replace(at, 2, 1, ' ');
    }
    return result;
}

std::string firstNameGroup(std::string_view personName)
{
    while (!personName.empty()) {
        const std::size_t end = personName.find('=');
        if (end != 0)
            return std::string(personName.substr(0, end));
        personName.remove_prefix(1);
    }
    return {};
}

} // namespace imaging
