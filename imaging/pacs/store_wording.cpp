#include "imaging/pacs/store_wording.h"

#include "imaging/pacs/implicit_copy.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace imaging::pacs::detail {

namespace {

std::string hex(std::uint16_t status)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "0x%04X", static_cast<unsigned>(status));
    return text.data();
}

/// What the other side says about its answer, without anything that would not print.
std::string comment(const CommandSet& answer)
{
    std::string text = answer.text(CommandElement::ErrorComment).substr(0, 64);
    std::erase_if(text, [](char letter) { return letter < 0x20 || letter > 0x7E; });
    if (text.empty())
        return text;
    return std::string(" (\"").append(text).append("\")");
}

} // namespace

AnswerWording wordAnswer(const std::string& node, std::uint16_t status, const CommandSet& answer)
{
    if (status == 0)
        return {StoreState::Stored, "was stored by " + node};
    const std::string why = hex(status) + ": " + describeStoreStatus(status) + comment(answer);
    // The warnings of PS3.4 table B.2-1 and of PS3.7 Annex C: the instance is kept.
    if ((status & 0xF000) == 0xB000 || status == 0x0001 || status == 0x0107 || status == 0x0116)
        return {StoreState::StoredWithWarning, "was stored by " + node + " with a warning, " + why};
    return {StoreState::Refused, "was refused by " + node + " with " + why};
}

std::string wordContextRefusal(const std::string& node, const FileMeta& meta, ContextResult why)
{
    std::string reason = "it did not say why";
    if (why == ContextResult::AbstractSyntaxNotSupported)
        reason = "it does not take objects of this kind (SOP class " + meta.sopClassUid + ")";
    else if (why == ContextResult::TransferSyntaxesNotSupported && isConvertible(meta.transferSyntaxUid))
        reason = "it takes neither this encoding (transfer syntax " + meta.transferSyntaxUid
            + ") nor the default one, Implicit VR Little Endian";
    else if (why == ContextResult::TransferSyntaxesNotSupported)
        reason = "it does not take this compression (transfer syntax " + meta.transferSyntaxUid
            + "); send an uncompressed copy";
    return "was not sent, as " + node + " refused it: " + reason;
}

} // namespace imaging::pacs::detail
