#pragma once

#include "imaging/pacs/pdu.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace imaging::pacs::detail {

/// Command Field (0000,0100), PS3.7 annex E.
enum class Command : std::uint16_t {
    StoreRequest = 0x0001,
    EchoRequest = 0x0030,
    CancelRequest = 0x0FFF,
    ResponseBit = 0x8000,
};

/// Elements of group 0000, PS3.7 table E.1-1.
enum class CommandElement : std::uint16_t {
    GroupLength = 0x0000,
    AffectedSopClass = 0x0002,
    CommandField = 0x0100,
    MessageId = 0x0110,
    RespondedMessageId = 0x0120,
    Priority = 0x0700,
    DataSetType = 0x0800,
    Status = 0x0900,
    ErrorComment = 0x0902,
    AffectedSopInstance = 0x1000,
};

constexpr std::uint16_t kNoDataSet = 0x0101; // PS3.7 section 9.3: any other value means that one follows.
constexpr std::uint16_t kDataSetFollows = 0x0001;

/// Statuses that every service has, PS3.7 annex C.
constexpr std::uint16_t kSuccess = 0x0000;
constexpr std::uint16_t kUnrecognizedOperation = 0x0211;

/// A DIMSE command set: always Implicit VR Little Endian, PS3.7 section 6.3.1.
class CommandSet
{
public:
    void set(CommandElement element, std::uint16_t value);
    void set(CommandElement element, const std::string& text);

    std::optional<std::uint16_t> number(CommandElement element) const;
    /// Without padding; empty when absent.
    std::string text(CommandElement element) const;
    bool hasDataSet() const { return number(CommandElement::DataSetType).value_or(kNoDataSet) != kNoDataSet; }

    /// With its group length.
    Bytes encode() const;
    /// Throws AssociationBroken(Protocol).
    static CommandSet decode(std::span<const std::byte> bytes);

private:
    std::map<std::uint16_t, std::string> m_values;
};

/// The answer to `request` with `status` and, when it is not empty, an error comment of at most 64 characters.
CommandSet makeResponse(const CommandSet& request, std::uint16_t status, const std::string& comment = {});

/// "out of resources" and the like for a C-STORE status, PS3.4 table B.2-1 and PS3.7 annex C.
std::string describeStoreStatus(std::uint16_t status);

} // namespace imaging::pacs::detail
