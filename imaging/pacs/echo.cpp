#include "imaging/pacs/echo.h"

#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"
#include "imaging/pacs/association.h"

namespace imaging::pacs {

namespace {

const std::string kVerification(sop_class::kVerification);
const std::string kImplicitLittle(transfer_syntax::kImplicitLittle);
constexpr std::uint8_t kContext = 1;

} // namespace

std::optional<std::chrono::milliseconds> echo(const Node& node, std::stop_token stop)
{
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    try {
        auto [channel, contexts] = detail::requestAssociation(
            node, {{kContext, kVerification, {kImplicitLittle}, {}}}, std::move(stop));
        if (contexts.front().result != detail::ContextResult::Accepted)
            throw detail::AssociationBroken(
                detail::BreakKind::Refused, "does not support the echo (Verification) service");
        detail::CommandSet request;
        request.set(detail::CommandElement::AffectedSopClass, kVerification);
        request.set(detail::CommandElement::CommandField, static_cast<std::uint16_t>(detail::Command::EchoRequest));
        request.set(detail::CommandElement::MessageId, 1);
        request.set(detail::CommandElement::DataSetType, detail::kNoDataSet);
        channel.sendCommand(kContext, request);
        const auto answer = channel.receiveCommand();
        const auto status = answer ? answer->commands.number(detail::CommandElement::Status) : std::nullopt;
        if (status != 0)
            throw detail::AssociationBroken(detail::BreakKind::Refused, "answered the echo with a failure");
        const auto took = std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - start);
        channel.release();
        return took;
    } catch (const detail::AssociationBroken& broken) {
        if (broken.kind() == detail::BreakKind::Stopped)
            return std::nullopt;
        throw Error(ErrorKind::Network, detail::describe(node) + " " + broken.what() + ".", toString(node));
    }
}

} // namespace imaging::pacs
