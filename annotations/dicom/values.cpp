#include "annotations/dicom/values.h"

#include "imaging/error.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <ctime>
#include <random>

namespace annotations {

namespace {

void check(const OFCondition& condition, const DcmTagKey& tag)
{
    if (condition.bad())
        throw imaging::Error(imaging::ErrorKind::Internal,
            "The DICOM element " + std::string(tag.toString().c_str()) + " cannot be set: " + condition.text() + ".");
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Length of the well-formed UTF-8 sequence at the front, 0 when it is not one.
std::size_t sequenceLength(std::string_view text)
{
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1
        : lead >= 0xC2 && lead < 0xE0      ? 2
        : lead >= 0xE0 && lead < 0xF0      ? 3
        : lead >= 0xF0 && lead < 0xF5      ? 4
                                           : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            return 0;
    }
    const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0u;
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool outside = (lead == 0xED && second >= 0xA0) || (lead == 0xF4 && second >= 0x90);
    return overlong || outside ? 0 : length;
}

} // namespace

std::string newUid()
{
    std::random_device random;
    std::array<std::uint32_t, 4> words{random(), random(), random(), random()};
    words[1] = (words[1] & 0xFFFF0FFFu) | 0x00004000u; // Version 4 ...
    words[2] = (words[2] & 0x3FFFFFFFu) | 0x80000000u; // ... and variant of RFC 4122.
    std::string digits;
    while (std::any_of(words.begin(), words.end(), [](std::uint32_t w) { return w != 0; })) {
        std::uint64_t rest = 0;
        for (std::uint32_t& word : words) {
            const std::uint64_t value = (rest << 32) | word;
            word = static_cast<std::uint32_t>(value / 10);
            rest = value % 10;
        }
        digits.push_back(static_cast<char>('0' + rest));
    }
    std::reverse(digits.begin(), digits.end());
    return "2.25." + digits;
}

int newSeriesNumber()
{
    constexpr std::time_t kStart = 1577836800; // 2020-01-01; an IS value lasts from here until 2088.
    static std::atomic<int> last{0};
    const int now = static_cast<int>(std::max<std::time_t>(std::time(nullptr) - kStart, 100000));
    int before = last;
    while (!last.compare_exchange_weak(before, std::max(now, before + 1))) { }
    return std::max(now, before + 1);
}

std::string valueText(std::string_view text, std::size_t limit)
{
    std::string value;
    std::size_t characters = 0;
    while (!text.empty() && characters < limit) {
        const std::size_t length = sequenceLength(text);
        const auto first = static_cast<unsigned char>(text[0]);
        if (length == 0)
            value += '?';
        else if (length == 1 && (first < 0x20 || first == 0x7F))
            value += ' ';
        else if (first == '\\')
            value += '/';
        else
            value += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
        ++characters;
    }
    while (!value.empty() && value.back() == ' ')
        value.pop_back();
    return value;
}

std::string personName(std::string_view text)
{
    std::string name;
    for (int group = 0; group < 3; ++group) {
        const std::size_t end = std::min(text.find('='), text.size());
        name += valueText(text.substr(0, end), 64);
        if (end == text.size())
            break;
        text.remove_prefix(end + 1);
        if (group < 2)
            name += '=';
    }
    return name;
}

std::string codeString(std::string_view text)
{
    std::string value;
    for (char c : text.substr(0, 16)) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        const bool allowed = (c >= 'A' && c <= 'Z') || isDigit(c) || c == ' ' || c == '_';
        value += allowed ? c : '_';
    }
    const auto last = value.find_last_not_of(' ');
    return last == std::string::npos ? std::string() : value.substr(0, last + 1);
}

DicomNow dicomNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 16> date{};
    std::array<char, 16> time{};
    std::strftime(date.data(), date.size(), "%Y%m%d", &local);
    std::strftime(time.data(), time.size(), "%H%M%S", &local);
    return {date.data(), time.data()};
}

bool isDate(std::string_view text)
{
    return text.size() == 8 && std::all_of(text.begin(), text.end(), isDigit);
}

bool isTime(std::string_view text)
{
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    return (whole.size() == 2 || whole.size() == 4 || whole.size() == 6) && fraction.size() <= 6
        && (point == std::string_view::npos || (whole.size() == 6 && !fraction.empty()))
        && std::all_of(whole.begin(), whole.end(), isDigit) && std::all_of(fraction.begin(), fraction.end(), isDigit);
}

void put(DcmItem& item, const DcmTagKey& tag, const std::string& value)
{
    check(item.putAndInsertOFStringArray(tag, OFString(value.c_str(), value.size())), tag);
}

void put(DcmItem& item, const DcmTagKey& tag, std::uint16_t value)
{
    check(item.putAndInsertUint16(tag, value), tag);
}

DcmItem& addItem(DcmItem& item, const DcmTagKey& sequence)
{
    DcmItem* added = nullptr;
    check(item.findOrCreateSequenceItem(sequence, added, -2), sequence);
    return *added;
}

void putCode(DcmItem& item, const DcmTagKey& sequence, const Code& code)
{
    DcmItem& coded = addItem(item, sequence);
    // Values over 16 characters have an element of their own (PS3.3 8.1).
    const std::string value = valueText(code.value, 64);
    put(coded, value.size() > 16 ? DCM_LongCodeValue : DCM_CodeValue, value);
    put(coded, DCM_CodingSchemeDesignator, valueText(code.scheme, 16));
    put(coded, DCM_CodeMeaning, valueText(code.meaning.empty() ? code.value : code.meaning, 64));
}

} // namespace annotations
