#include "imaging/pacs/command_set.h"

#include "imaging/pacs/association_broken.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace imaging::pacs::detail {

namespace {

constexpr std::size_t kHeaderLength = 8;
constexpr std::size_t kMaxComment = 64; // VR LO.

void appendLittle(Bytes& bytes, std::uint32_t value, int count)
{
    for (int i = 0; i < count; ++i)
        bytes.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
}

std::uint32_t readLittle(std::span<const std::byte> bytes, std::size_t at, int count)
{
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i)
        value |= std::to_integer<std::uint32_t>(bytes[at + static_cast<std::size_t>(i)]) << (8 * i);
    return value;
}

void appendElement(Bytes& bytes, std::uint16_t element, std::string_view value)
{
    appendLittle(bytes, 0, 2);
    appendLittle(bytes, element, 2);
    appendLittle(bytes, static_cast<std::uint32_t>(value.size()), 4);
    for (const char byte : value)
        bytes.push_back(static_cast<std::byte>(byte));
}

struct GeneralStatus
{
    std::uint16_t status;
    const char* meaning;
};

/// PS3.7 Annex C: what any service may answer.
constexpr GeneralStatus kGeneralStatuses[] = {
    {0x0000, "stored"},
    {0x0001, "stored with a warning"},
    {0x0105, "it knows no such attribute"},
    {0x0106, "an attribute has a value that it does not take"},
    {0x0107, "stored, but for attributes that it does not know"},
    {0x0110, "it failed while it worked on it"},
    {0x0111, "it holds this instance already"},
    {0x0112, "it knows no such instance"},
    {0x0113, "it knows no such event"},
    {0x0114, "it knows no such argument"},
    {0x0115, "an argument has a value that it does not take"},
    {0x0116, "stored, but for a value beyond what it takes"},
    {0x0117, "the UID of the instance breaks the rules for UIDs (invalid SOP instance)"},
    {0x0118, "it knows no such kind of object (SOP class)"},
    {0x0119, "the instance is not of the kind that was named (class-instance conflict)"},
    {0x0120, "an attribute is missing"},
    {0x0121, "the value of an attribute is missing"},
    {0x0122, "it does not take objects of this kind (SOP class)"},
    {0x0123, "it knows no such action"},
    {0x0124, "this program is not allowed to store there"},
    {0x0210, "it got two messages of one number"},
    {0x0211, "it does not know the operation"},
    {0x0212, "a parameter is not what was agreed on"},
    {0x0213, "it has reached a limit"},
};

} // namespace

void CommandSet::set(CommandElement element, std::uint16_t value)
{
    m_values[static_cast<std::uint16_t>(element)] = {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
}

void CommandSet::set(CommandElement element, const std::string& text)
{
    std::string padded = text;
    if (padded.size() % 2 != 0)
        padded.push_back(element == CommandElement::ErrorComment ? ' ' : '\0');
    m_values[static_cast<std::uint16_t>(element)] = padded;
}

std::optional<std::uint16_t> CommandSet::number(CommandElement element) const
{
    const auto found = m_values.find(static_cast<std::uint16_t>(element));
    if (found == m_values.end() || found->second.size() != 2)
        return std::nullopt;
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(found->second[i]));
    };
    return static_cast<std::uint16_t>(byte(0) | byte(1) << 8);
}

std::string CommandSet::text(CommandElement element) const
{
    const auto found = m_values.find(static_cast<std::uint16_t>(element));
    if (found == m_values.end())
        return {};
    const auto last = found->second.find_last_not_of(std::string_view(" \0", 2));
    return last == std::string::npos ? std::string() : found->second.substr(0, last + 1);
}

Bytes CommandSet::encode() const
{
    Bytes body;
    for (const auto& [element, value] : m_values)
        appendElement(body, element, value);
    Bytes whole;
    appendLittle(whole, 0, 4); // (0000,0000) UL 4 bytes
    appendLittle(whole, 4, 4);
    appendLittle(whole, static_cast<std::uint32_t>(body.size()), 4);
    whole.insert(whole.end(), body.begin(), body.end());
    return whole;
}

CommandSet CommandSet::decode(std::span<const std::byte> bytes)
{
    CommandSet commands;
    while (!bytes.empty()) {
        if (bytes.size() < kHeaderLength || readLittle(bytes, 0, 2) != 0)
            throw AssociationBroken(BreakKind::Protocol, "sent a command that is not DICOM");
        const auto element = static_cast<std::uint16_t>(readLittle(bytes, 2, 2));
        const std::size_t length = readLittle(bytes, 4, 4);
        if (length > bytes.size() - kHeaderLength)
            throw AssociationBroken(BreakKind::Protocol, "sent a command that is cut off");
        std::string& value = commands.m_values[element];
        value.clear();
        for (const std::byte byte : bytes.subspan(kHeaderLength, length))
            value.push_back(static_cast<char>(byte));
        bytes = bytes.subspan(kHeaderLength + length);
    }
    commands.m_values.erase(static_cast<std::uint16_t>(CommandElement::GroupLength));
    return commands;
}

CommandSet makeResponse(const CommandSet& request, std::uint16_t status, const std::string& comment)
{
    CommandSet response;
    const unsigned field = request.number(CommandElement::CommandField).value_or(0);
    response.set(
        CommandElement::CommandField, static_cast<std::uint16_t>(field | static_cast<unsigned>(Command::ResponseBit)));
    response.set(CommandElement::RespondedMessageId, request.number(CommandElement::MessageId).value_or(0));
    response.set(CommandElement::DataSetType, kNoDataSet);
    response.set(CommandElement::Status, status);
    for (const CommandElement uid : {CommandElement::AffectedSopClass, CommandElement::AffectedSopInstance})
        if (const std::string value = request.text(uid); !value.empty())
            response.set(uid, value);
    if (!comment.empty())
        response.set(CommandElement::ErrorComment, comment.substr(0, kMaxComment));
    return response;
}

std::string describeStoreStatus(std::uint16_t status)
{
    const auto general = std::ranges::find(kGeneralStatuses, status, &GeneralStatus::status);
    if (general != std::end(kGeneralStatuses))
        return general->meaning;
    if ((status & 0xFF00) == 0xA700)
        return "it is out of resources, perhaps out of disk space";
    if ((status & 0xFF00) == 0xA900)
        return "the content does not match the kind of object (SOP class)";
    if ((status & 0xF000) == 0xC000)
        return "it cannot understand the content";
    if ((status & 0xF000) == 0xB000)
        return "stored with changes or omissions";
    return "a status that the standard does not describe";
}

} // namespace imaging::pacs::detail
