#include "models/data/xml_scan.h"

#include "imaging/error.h"

#include <expat.h>

#include <exception>
#include <utility>

namespace models::data {

namespace {

constexpr int kMostLevels = 64;

std::string_view withoutPrefix(const char* name)
{
    const std::string_view whole(name);
    return whole.substr(whole.find(':') == std::string_view::npos ? 0 : whole.find(':') + 1);
}

} // namespace

struct XmlScan::State
{
    XmlHandler handler;
    std::string source;
    XML_Parser parser = XML_ParserCreate(nullptr);
    int level = 0;
    std::string refusal; ///< Why the scan was stopped.
    std::exception_ptr thrown; ///< By the handler; must not pass through expat's C code.

    ~State() { XML_ParserFree(parser); }

    template <typename Work> void guarded(const Work& work)
    {
        try {
            if (!thrown && refusal.empty())
                work();
        } catch (...) {
            thrown = std::current_exception();
            XML_StopParser(parser, XML_FALSE);
        }
    }

    void stop(const char* reason)
    {
        refusal = reason;
        XML_StopParser(parser, XML_FALSE);
    }

    static State& of(void* user) { return *static_cast<State*>(user); }

    static void onBegin(void* user, const XML_Char* name, const XML_Char** pairs)
    {
        auto& state = of(user);
        if (++state.level > kMostLevels)
            return state.stop("it has more than 64 levels");
        std::vector<XmlHandler::Attribute> attributes;
        for (; *pairs; pairs += 2)
            attributes.push_back({withoutPrefix(pairs[0]), pairs[1]});
        state.guarded([&] { state.handler.begin(withoutPrefix(name), attributes); });
    }

    static void onEnd(void* user, const XML_Char* name)
    {
        auto& state = of(user);
        --state.level;
        state.guarded([&] { state.handler.end(withoutPrefix(name)); });
    }

    static void onText(void* user, const XML_Char* text, int length)
    {
        auto& state = of(user);
        state.guarded([&] { state.handler.text({text, static_cast<std::size_t>(length)}); });
    }

    static void onDocumentType(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int)
    {
        of(user).stop("it has a document type, which no workbook needs");
    }

    void parse(std::string_view piece, bool last)
    {
        const auto status = XML_Parse(parser, piece.data(), static_cast<int>(piece.size()), last);
        if (thrown)
            std::rethrow_exception(thrown);
        if (status == XML_STATUS_OK)
            return;
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "Line " + std::to_string(XML_GetCurrentLineNumber(parser)) + " of '" + source
                + "' cannot be read: " + (refusal.empty() ? XML_ErrorString(XML_GetErrorCode(parser)) : refusal) + ".",
            source);
    }
};

XmlScan::XmlScan(XmlHandler handler, std::string source)
    : m_state(std::make_unique<State>())
{
    m_state->handler = std::move(handler);
    m_state->source = std::move(source);
    XML_SetUserData(m_state->parser, m_state.get());
    XML_SetElementHandler(m_state->parser, State::onBegin, State::onEnd);
    XML_SetCharacterDataHandler(m_state->parser, State::onText);
    XML_SetStartDoctypeDeclHandler(m_state->parser, State::onDocumentType);
}

XmlScan::~XmlScan() = default;

void XmlScan::feed(std::string_view piece)
{
    m_state->parse(piece, /*last=*/false);
}

void XmlScan::finish()
{
    m_state->parse({}, /*last=*/true);
}

std::string_view attribute(const std::vector<XmlHandler::Attribute>& attributes, std::string_view name)
{
    for (const auto& one : attributes)
        if (one.name == name)
            return one.value;
    return {};
}

} // namespace models::data
