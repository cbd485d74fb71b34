#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace models::data {

/// What a scan of XML tells, in the order of the text. Names come without their prefix ("x:row" -> "row").
struct XmlHandler
{
    struct Attribute
    {
        std::string_view name;
        std::string_view value;
    };

    std::function<void(std::string_view name, const std::vector<Attribute>& attributes)> begin;
    std::function<void(std::string_view name)> end;
    std::function<void(std::string_view text)> text; ///< In pieces.
};

/// Scans XML that comes in pieces from an untrusted source: a document type (and so every entity of its own) and more
/// than 64 levels are refused. `source` names it in messages.
class XmlScan
{
public:
    XmlScan(XmlHandler handler, std::string source);
    ~XmlScan();
    XmlScan(const XmlScan&) = delete;
    XmlScan& operator=(const XmlScan&) = delete;

    /// Throws Error(InvalidInput) with the line, and what the handler throws.
    void feed(std::string_view piece);
    void finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The attribute's value; empty when there is none of that name.
std::string_view attribute(const std::vector<XmlHandler::Attribute>& attributes, std::string_view name);

} // namespace models::data
