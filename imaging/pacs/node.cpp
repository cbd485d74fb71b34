#include "imaging/pacs/node.h"

#include "imaging/error.h"

#include <algorithm>
#include <charconv>

namespace imaging::pacs {

namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& reason)
{
    throw Error(ErrorKind::WrongUse,
        "\"" + std::string(text) + "\" is not a DICOM node: " + reason
            + ". Write it as AET@host:port, for example ORTHANC@localhost:4242.");
}

bool isAeTitle(std::string_view text)
{
    return !text.empty() && text.size() <= 16 && text.find_first_not_of(' ') != std::string_view::npos
        && std::ranges::all_of(text, [](char letter) { return letter >= 0x20 && letter < 0x7F && letter != '\\'; });
}

int parsePort(std::string_view text, std::string_view digits)
{
    int port = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (problem != std::errc() || end != digits.data() + digits.size() || port < 1 || port > 65535)
        refuse(text, "the port \"" + std::string(digits) + "\" is not a number from 1 to 65535");
    return port;
}

} // namespace

Node parseNode(std::string_view text)
{
    const auto at = text.find('@');
    const auto colon = text.rfind(':');
    if (at == std::string_view::npos)
        refuse(text, "the AE title and its @ are missing");
    if (colon == std::string_view::npos || colon < at || text.back() == ']')
        refuse(text, "the port is missing");
    Node node;
    node.aeTitle = text.substr(0, at);
    node.host = text.substr(at + 1, colon - at - 1);
    node.port = parsePort(text, text.substr(colon + 1));
    if (!isAeTitle(node.aeTitle))
        refuse(text, "an AE title has 1 to 16 ASCII characters");
    if (node.host.size() > 2 && node.host.front() == '[' && node.host.back() == ']')
        node.host = node.host.substr(1, node.host.size() - 2);
    if (node.host.empty() || node.host.find_first_of(" []@/") != std::string::npos)
        refuse(text, "the host name is missing or has a character that no host name has");
    return node;
}

std::string toString(const Node& node)
{
    const bool isIpv6 = node.host.find(':') != std::string::npos;
    return node.aeTitle + "@" + (isIpv6 ? "[" + node.host + "]" : node.host) + ":" + std::to_string(node.port);
}

} // namespace imaging::pacs
