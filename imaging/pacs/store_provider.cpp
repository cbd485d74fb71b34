#include "imaging/pacs/store_provider.h"

#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/dicom/uid.h"
#include "imaging/log.h"
#include "imaging/pacs/channel.h"
#include "imaging/pacs/dimse.h"
#include "imaging/pacs/incoming_file.h"
#include "imaging/pacs/vetting.h"

#include <algorithm>
#include <string_view>

namespace imaging::pacs::detail {

namespace {

constexpr std::uint16_t kDuplicateInstance = 0x0111; // PS3.7 Annex C
constexpr std::uint16_t kInvalidInstance = 0x0117;
constexpr std::uint16_t kOutOfResources = 0xA700;
constexpr std::uint16_t kDoesNotMatchClass = 0xA900;

constexpr Reject kBusy{2, 3, 1}; // Transient, presentation, temporary congestion; PS3.8 table 9-21.
constexpr Reject kUnknownApplicationContext{1, 1, 2};
constexpr Reject kUnknownCaller{1, 1, 3};
constexpr Reject kWrongCalledAeTitle{1, 1, 7};

PresentationContext answerContext(const PresentationContext& proposed)
{
    PresentationContext answer{proposed.id, proposed.abstractSyntax, {}, ContextResult::Accepted};
    const bool isKnown =
        proposed.abstractSyntax == sop_class::kVerification
        || proposed.abstractSyntax.starts_with(sop_class::kStorageRoot);
    const auto syntax = std::ranges::find_if(proposed.transferSyntaxes,
        [](const std::string& uid) { return isValidUid(uid) && uid.starts_with(transfer_syntax::kImplicitLittle); });
    if (!isKnown)
        answer.result = ContextResult::AbstractSyntaxNotSupported;
    else if (syntax == proposed.transferSyntaxes.end())
        answer.result = ContextResult::TransferSyntaxesNotSupported;
    // An answer names a transfer syntax even where it refuses, PS3.8 table 9-18; it is not looked at.
    answer.transferSyntaxes = {
        syntax == proposed.transferSyntaxes.end() ? std::string(transfer_syntax::kImplicitLittle) : *syntax};
    return answer;
}

void answerEcho(Channel& channel, const ReceivedCommand& message, const PresentationContext& /*context*/)
{
    dropData(channel, message);
    channel.sendCommand(message.context, makeResponse(message.commands, kSuccess));
}

/// Nothing is under way that could be cancelled.
void ignoreCancel(Channel& channel, const ReceivedCommand& message, const PresentationContext& /*context*/)
{
    dropData(channel, message);
}

class AssociationServer
{
public:
    AssociationServer(Connection connection, const StorageScpOptions& options,
        const std::function<void(const ReceivedInstance&)>& onReceived)
        : m_channel(std::move(connection))
        , m_options(options)
        , m_onReceived(onReceived)
    {
    }

    void run(Admission admission)
    {
        try {
            if (!negotiate(admission))
                return;
            serveRequests(m_channel, m_contexts, handlers());
        } catch (const AssociationBroken&) {
            m_channel.abort();
            throw;
        }
    }

private:
    /// False when the association was rejected.
    bool negotiate(Admission admission)
    {
        m_channel.connection().setTimeout(m_options.acseTimeout);
        const Pdu pdu = m_channel.readPdu();
        if (pdu.type != PduType::AssociateRequest)
            throw AssociationBroken(BreakKind::Protocol, "did not ask for an association first");
        const Associate request = decodeAssociate(pdu.type, pdu.body);
        if (const auto rejection = judge(request, admission)) {
            m_channel.writePdu(encodeReject(*rejection));
            return false;
        }
        m_channel.setPeerMaxPdu(request.maxPdu);
        m_callingAeTitle = request.callingAeTitle;
        Associate accept;
        accept.calledAeTitle = request.calledAeTitle;
        accept.callingAeTitle = request.callingAeTitle;
        for (const PresentationContext& proposed : request.contexts)
            m_contexts.push_back(answerContext(proposed));
        accept.contexts = m_contexts;
        accept.maxPdu = m_options.maxPdu;
        m_channel.writePdu(encodeAssociate(PduType::AssociateAccept, accept));
        m_channel.connection().setTimeout(m_options.dimseTimeout);
        return true;
    }

    std::optional<Reject> judge(const Associate& request, Admission admission) const
    {
        const auto& callers = m_options.allowedCallingAeTitles;
        if (request.applicationContext != kDicomApplicationContext)
            return kUnknownApplicationContext;
        if (m_options.checkCalledAeTitle && request.calledAeTitle != m_options.aeTitle)
            return kWrongCalledAeTitle;
        if (!callers.empty() && std::ranges::find(callers, request.callingAeTitle) == callers.end())
            return kUnknownCaller;
        if (admission == Admission::Busy)
            return kBusy;
        return std::nullopt;
    }

    /// What this archive does, command by command.
    Handlers handlers()
    {
        return {
            {Command::EchoRequest, answerEcho},
            {Command::StoreRequest,
                [this](Channel&, const ReceivedCommand& message, const PresentationContext& context) {
                    answerStore(message, context);
                }},
            {Command::CancelRequest, ignoreCancel},
        };
    }

    void answerStore(const ReceivedCommand& message, const PresentationContext& context)
    {
        if (!message.commands.hasDataSet())
            return m_channel.sendCommand(message.context, makeResponse(message.commands, kUnrecognizedOperation));
        FileMeta meta;
        meta.sopClassUid = message.commands.text(CommandElement::AffectedSopClass);
        meta.sopInstanceUid = message.commands.text(CommandElement::AffectedSopInstance);
        meta.transferSyntaxUid = context.transferSyntaxes.front();
        meta.sourceAeTitle = m_callingAeTitle;
        Vetting verdict;
        if (meta.sopClassUid != context.abstractSyntax)
            verdict = {kDoesNotMatchClass, "SOP class is not the one agreed on", {}, {}};
        else if (!isValidUid(meta.sopInstanceUid))
            verdict = {kInvalidInstance, "SOP instance UID is not valid", {}, {}};
        if (verdict.status == kSuccess)
            verdict = receiveInstance(message.context, meta);
        else
            dropData(m_channel, message);
        m_channel.sendCommand(message.context, makeResponse(message.commands, verdict.status, verdict.comment));
    }

    /// Receives the data set to its end whatever happens to the file, then keeps the file or not.
    Vetting receiveInstance(std::uint8_t context, const FileMeta& meta)
    {
        IncomingFile file(incomingFolder(m_options), meta);
        std::uint64_t received = 0;
        m_channel.receiveData(context, [&](std::span<const std::byte> piece) {
            received += piece.size();
            if (received <= m_options.maxInstanceBytes)
                file.write(piece);
        });
        if (received > m_options.maxInstanceBytes)
            return {kOutOfResources, "Larger than this archive takes", {}, {}};
        if (!file.isWhole())
            return {kOutOfResources, "Could not be written; the disk may be full", {}, {}};
        Vetting verdict = vetReceived(file.path(), meta);
        if (verdict.status == kSuccess)
            keep(file, meta, verdict);
        return verdict;
    }

    void keep(IncomingFile& file, const FileMeta& meta, Vetting& verdict)
    {
        ReceivedInstance instance{{}, verdict.studyUid, verdict.seriesUid, meta.sopClassUid, meta.sopInstanceUid,
            meta.transferSyntaxUid, m_callingAeTitle};
        instance.path = m_options.folder / fileNameOfUid(verdict.studyUid, "") / fileNameOfUid(verdict.seriesUid, "")
            / fileNameOfUid(meta.sopInstanceUid);
        switch (file.commit(instance.path)) {
        case IncomingFile::Place::Taken:
        case IncomingFile::Place::SameIsThere: // Sent again.
            return m_onReceived(instance);
        case IncomingFile::Place::OtherIsThere:
            log(LogLevel::Warning,
                "The instance " + meta.sopInstanceUid
                    + " was sent again with other content or in another encoding: it was refused, and \""
                    + instance.path.string() + "\" was kept as it is.");
            verdict = {kDuplicateInstance, "Stored already with other content or encoding", {}, {}};
            return;
        case IncomingFile::Place::Failed:
            verdict = {kOutOfResources, "Could not be written; the disk may be full", {}, {}};
        }
    }

    Channel m_channel;
    const StorageScpOptions& m_options;
    const std::function<void(const ReceivedInstance&)>& m_onReceived;
    std::string m_callingAeTitle;
    std::vector<PresentationContext> m_contexts; ///< With the answers given.
};

} // namespace

void serveAssociation(Connection connection, const StorageScpOptions& options, Admission admission,
    const std::function<void(const ReceivedInstance&)>& onReceived)
{
    AssociationServer(std::move(connection), options, onReceived).run(admission);
}

std::filesystem::path incomingFolder(const StorageScpOptions& options)
{
    return options.folder / ".incoming";
}

} // namespace imaging::pacs::detail
