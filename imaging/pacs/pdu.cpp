#include "imaging/pacs/pdu.h"

#include "imaging/pacs/association_broken.h"

#include <algorithm>
#include <string_view>

namespace imaging::pacs::detail {

const char* const kImplementationClassUid = "2.25.58025354313667894688051496337405603024";
const char* const kImplementationVersion = "LIMN_0_1";

namespace {

// Item types, PS3.8 sections 9.3.2 and 9.3.3, PS3.7 annex D.
constexpr std::uint8_t kApplicationContext = 0x10;
constexpr std::uint8_t kContextRequest = 0x20;
constexpr std::uint8_t kContextAnswer = 0x21;
constexpr std::uint8_t kAbstractSyntax = 0x30;
constexpr std::uint8_t kTransferSyntax = 0x40;
constexpr std::uint8_t kUserInformation = 0x50;
constexpr std::uint8_t kMaximumLength = 0x51;
constexpr std::uint8_t kImplementationClass = 0x52;
constexpr std::uint8_t kImplementationName = 0x55;

constexpr std::size_t kAeTitleLength = 16;

/// Appends big-endian numbers and items with lengths that are filled in when they end.
class Writer
{
public:
    void u8(unsigned value) { m_bytes.push_back(static_cast<std::byte>(value)); }
    void u16(unsigned value) { u8(value >> 8 & 0xFF), u8(value & 0xFF); }
    void u32(std::uint32_t value) { u16(value >> 16), u16(value & 0xFFFF); }
    void zeros(std::size_t count) { m_bytes.resize(m_bytes.size() + count); }
    void text(std::string_view value)
    {
        for (const char letter : value)
            u8(static_cast<unsigned char>(letter));
    }
    void aeTitle(std::string_view value)
    {
        const std::string_view cut = value.substr(0, kAeTitleLength);
        text(cut);
        text(std::string(kAeTitleLength - cut.size(), ' '));
    }
    template <typename Body> void item(std::uint8_t type, Body body)
    {
        u8(type), u8(0);
        const std::size_t start = m_bytes.size();
        u16(0);
        body();
        const std::size_t length = m_bytes.size() - start - 2;
        m_bytes[start] = static_cast<std::byte>(length >> 8 & 0xFF);
        m_bytes[start + 1] = static_cast<std::byte>(length & 0xFF);
    }
    void textItem(std::uint8_t type, std::string_view value)
    {
        item(type, [&] { text(value); });
    }
    /// The whole as a PDU.
    Bytes pdu(PduType type) const
    {
        Writer whole;
        whole.u8(static_cast<unsigned>(type)), whole.u8(0);
        whole.u32(static_cast<std::uint32_t>(m_bytes.size()));
        whole.m_bytes.insert(whole.m_bytes.end(), m_bytes.begin(), m_bytes.end());
        return std::move(whole.m_bytes);
    }

private:
    Bytes m_bytes;
};

/// Reads big-endian numbers; throws instead of reading past the end.
class Reader
{
public:
    explicit Reader(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    bool atEnd() const { return m_bytes.empty(); }
    std::span<const std::byte> take(std::size_t count)
    {
        if (count > m_bytes.size())
            throw AssociationBroken(BreakKind::Protocol, "sent an association message that is cut off");
        const auto taken = m_bytes.first(count);
        m_bytes = m_bytes.subspan(count);
        return taken;
    }
    unsigned u8() { return std::to_integer<unsigned>(take(1)[0]); }
    unsigned u16()
    {
        const unsigned high = u8();
        return high << 8 | u8();
    }
    std::uint32_t u32()
    {
        const std::uint32_t high = u16();
        return high << 16 | u16();
    }
    /// Without the padding of blanks and zeros that AE titles and UIDs come with.
    std::string text(std::size_t count)
    {
        std::string value;
        for (const std::byte letter : take(count))
            value.push_back(static_cast<char>(letter));
        const auto last = value.find_last_not_of(std::string_view(" \0", 2));
        value.resize(last == std::string::npos ? 0 : last + 1);
        value.erase(0, std::min(value.find_first_not_of(' '), value.size()));
        return value;
    }
    struct Item
    {
        unsigned type;
        std::span<const std::byte> body;
    };
    Item item()
    {
        const unsigned type = u8();
        take(1);
        const unsigned length = u16();
        return {type, take(length)};
    }

private:
    std::span<const std::byte> m_bytes;
};

std::string wholeText(std::span<const std::byte> body)
{
    return Reader(body).text(body.size());
}

void writeContext(Writer& writer, PduType type, const PresentationContext& context)
{
    const bool isRequest = type == PduType::AssociateRequest;
    writer.item(isRequest ? kContextRequest : kContextAnswer, [&] {
        writer.u8(context.id), writer.u8(0);
        writer.u8(isRequest ? 0 : static_cast<unsigned>(context.result)), writer.u8(0);
        if (isRequest)
            writer.textItem(kAbstractSyntax, context.abstractSyntax);
        for (const std::string& syntax : context.transferSyntaxes)
            writer.textItem(kTransferSyntax, syntax);
    });
}

PresentationContext readContext(std::span<const std::byte> body)
{
    Reader reader(body);
    PresentationContext context;
    context.id = static_cast<std::uint8_t>(reader.u8());
    reader.take(1);
    context.result = static_cast<ContextResult>(reader.u8());
    reader.take(1);
    while (!reader.atEnd()) {
        const Reader::Item item = reader.item();
        if (item.type == kAbstractSyntax)
            context.abstractSyntax = wholeText(item.body);
        else if (item.type == kTransferSyntax)
            context.transferSyntaxes.push_back(wholeText(item.body));
    }
    return context;
}

std::uint32_t readMaximumLength(std::span<const std::byte> userInformation)
{
    Reader reader(userInformation);
    while (!reader.atEnd()) {
        const Reader::Item item = reader.item();
        if (item.type == kMaximumLength)
            return Reader(item.body).u32();
    }
    return 0;
}

} // namespace

Bytes encodeAssociate(PduType type, const Associate& associate)
{
    Writer writer;
    writer.u16(associate.protocolVersion);
    writer.zeros(2);
    writer.aeTitle(associate.calledAeTitle);
    writer.aeTitle(associate.callingAeTitle);
    writer.zeros(32);
    writer.textItem(kApplicationContext, associate.applicationContext);
    for (const PresentationContext& context : associate.contexts)
        writeContext(writer, type, context);
    writer.item(kUserInformation, [&] {
        writer.item(kMaximumLength, [&] { writer.u32(associate.maxPdu); });
        writer.textItem(kImplementationClass, kImplementationClassUid);
        writer.textItem(kImplementationName, kImplementationVersion);
    });
    return writer.pdu(type);
}

Bytes encodeReject(const Reject& reject)
{
    Writer writer;
    writer.u8(0), writer.u8(reject.result), writer.u8(reject.source), writer.u8(reject.reason);
    return writer.pdu(PduType::AssociateReject);
}

Bytes encodeRelease(PduType type)
{
    Writer writer;
    writer.zeros(4);
    return writer.pdu(type);
}

Bytes encodeAbort()
{
    Writer writer;
    writer.zeros(4); // Source 0: the service user, PS3.8 table 9-26.
    return writer.pdu(PduType::Abort);
}

Associate decodeAssociate(PduType type, std::span<const std::byte> body)
{
    Reader reader(body);
    Associate associate;
    associate.protocolVersion = static_cast<std::uint16_t>(reader.u16());
    reader.take(2);
    associate.calledAeTitle = reader.text(kAeTitleLength);
    associate.callingAeTitle = reader.text(kAeTitleLength);
    reader.take(32);
    associate.applicationContext.clear();
    const unsigned contextType = type == PduType::AssociateRequest ? kContextRequest : kContextAnswer;
    while (!reader.atEnd()) {
        const Reader::Item item = reader.item();
        if (item.type == kApplicationContext)
            associate.applicationContext = wholeText(item.body);
        else if (item.type == contextType)
            associate.contexts.push_back(readContext(item.body));
        else if (item.type == kUserInformation)
            associate.maxPdu = readMaximumLength(item.body);
    }
    return associate;
}

Reject decodeReject(std::span<const std::byte> body)
{
    Reader reader(body);
    reader.take(1);
    Reject reject;
    reject.result = static_cast<std::uint8_t>(reader.u8());
    reject.source = static_cast<std::uint8_t>(reader.u8());
    reject.reason = static_cast<std::uint8_t>(reader.u8());
    return reject;
}

std::string describe(const Reject& reject)
{
    if (reject.source == 1 && reject.reason == 3)
        return "refused the association: it does not know this program's AE title";
    if (reject.source == 1 && reject.reason == 7)
        return "refused the association: it goes by another AE title";
    if (reject.source == 1 && reject.reason == 2)
        return "refused the association: it does not support the DICOM application context";
    if (reject.source == 3 && reject.reason == 1)
        return "refused the association: it is too busy at the moment; try again later";
    if (reject.source == 3 && reject.reason == 2)
        return "refused the association: it has reached its limit of associations; try again later";
    if (reject.result == 2)
        return "refused the association for the moment, without a reason; try again later";
    return "refused the association without a reason";
}

} // namespace imaging::pacs::detail
