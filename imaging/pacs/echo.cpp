#include "imaging/pacs/echo.h"

#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"
#include "imaging/pacs/association.h"
#include "imaging/pacs/dimse.h"

namespace imaging::pacs {

namespace {

constexpr std::uint8_t kContext = 1;

void exchangeEcho(detail::Association& association)
{
    if (association.contexts.front().result != detail::ContextResult::Accepted)
        throw detail::AssociationBroken(
            detail::BreakKind::Refused, "does not support the echo (Verification) service");
    const auto command = detail::makeRequest(detail::Command::EchoRequest, std::string(sop_class::kVerification));
    if (detail::exchange(association.channel, {kContext, command}).status != detail::kSuccess)
        throw detail::AssociationBroken(detail::BreakKind::Refused, "answered the echo with a failure");
}

} // namespace

std::optional<std::chrono::milliseconds> echo(const Node& node, std::stop_token stop)
{
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    const detail::PresentationContext context{
        kContext, std::string(sop_class::kVerification), {std::string(transfer_syntax::kImplicitLittle)}, {}};
    try {
        auto association = detail::requestAssociation(node, {context}, std::move(stop));
        exchangeEcho(association);
        const auto took = std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - start);
        association.channel.release();
        return took;
    } catch (const detail::AssociationBroken& broken) {
        if (broken.kind() == detail::BreakKind::Stopped)
            return std::nullopt;
        throw Error(ErrorKind::Network, detail::describe(node) + " " + broken.what() + ".", toString(node));
    }
}

} // namespace imaging::pacs
