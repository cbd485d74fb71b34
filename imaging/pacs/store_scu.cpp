#include "imaging/pacs/store_scu.h"

#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"
#include "imaging/files/temporary_folder.h"
#include "imaging/pacs/association.h"
#include "imaging/pacs/dimse.h"
#include "imaging/pacs/implicit_copy.h"
#include "imaging/pacs/part10.h"
#include "imaging/pacs/store_wording.h"

#include <algorithm>
#include <fstream>
#include <utility>

namespace imaging::pacs {

namespace {

using detail::AssociationBroken;
using detail::BreakKind;
using detail::CommandElement;
using detail::CommandSet;
using detail::ContextResult;
using detail::PresentationContext;

constexpr std::size_t kMaxContexts = 128; // Odd ids in one byte, PS3.8 section 9.3.2.2.
constexpr std::uint64_t kProgressStep = 1 << 20;

/// The file could not be read to its end, so the association that waits for the rest is lost.
struct FileBroken
{
};

struct Job
{
    detail::FileMeta meta;
    StoreResult* result = nullptr;
};

/// What goes over the wire: a file's own data set, or a converted one.
struct DataSet
{
    std::filesystem::path path;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

/// The transfer syntaxes that a file can be sent in, the best first.
std::vector<std::string> syntaxesFor(const detail::FileMeta& meta)
{
    std::vector<std::string> syntaxes{meta.transferSyntaxUid};
    if (detail::isConvertible(meta.transferSyntaxUid) && meta.transferSyntaxUid != transfer_syntax::kImplicitLittle)
        syntaxes.emplace_back(transfer_syntax::kImplicitLittle);
    return syntaxes;
}

const PresentationContext* contextFor(
    const std::vector<PresentationContext>& contexts, const std::string& sopClass, const std::string& syntax)
{
    const auto found = std::ranges::find_if(contexts, [&](const PresentationContext& context) {
        return context.abstractSyntax == sopClass && context.transferSyntaxes.front() == syntax;
    });
    return found == contexts.end() ? nullptr : &*found;
}

/// One call of store(): goes through the files, on as many associations as they need.
class Sender
{
public:
    Sender(
        const Node& node, std::span<const std::filesystem::path> files, std::stop_token stop, const Progress& progress)
        : m_node(node)
        , m_peer(detail::describe(node))
        , m_tls(detail::tlsOf(node))
        , m_stop(std::move(stop))
        , m_progress(progress)
        , m_results(files.size())
    {
        for (std::size_t i = 0; i < files.size(); ++i)
            m_results[i].path = files[i];
    }

    std::vector<StoreResult> run()
    {
        for (StoreResult& result : m_results)
            inspect(result);
        while (m_next < m_jobs.size() && !m_broken)
            sendBatch();
        for (; m_next < m_jobs.size(); ++m_next)
            giveUp(*m_jobs[m_next].result);
        m_progress.report(1.0, "sending done");
        return std::move(m_results);
    }

private:
    void inspect(StoreResult& result)
    {
        if (m_stop.stop_requested()) {
            finish(result, StoreState::Cancelled, "was not sent: cancelled");
            return;
        }
        try {
            const detail::FileMeta meta = detail::readFileMeta(result.path);
            result.sopClassUid = meta.sopClassUid;
            result.sopInstanceUid = meta.sopInstanceUid;
            m_jobs.push_back({meta, &result});
            m_totalBytes += meta.dataSetSize;
        } catch (const Error& error) {
            result.state = StoreState::NotSent;
            result.message = error.what();
        }
    }

    /// Associates for the next files, as many as 128 contexts serve, and sends them.
    void sendBatch()
    {
        auto [contexts, end] = planBatch();
        try {
            detail::Association association = detail::requestAssociation(m_node, m_tls, std::move(contexts), m_stop);
            try {
                while (m_next < end)
                    sendOne(association);
                association.channel.release();
            } catch (const FileBroken&) {
                association.channel.abort();
            } catch (const AssociationBroken&) {
                association.channel.abort();
                throw;
            }
        } catch (const AssociationBroken& broken) {
            m_broken = broken;
        }
    }

    std::pair<std::vector<PresentationContext>, std::size_t> planBatch() const
    {
        std::vector<PresentationContext> contexts;
        std::size_t end = m_next;
        for (; end < m_jobs.size(); ++end) {
            const detail::FileMeta& meta = m_jobs[end].meta;
            auto syntaxes = syntaxesFor(meta);
            std::erase_if(syntaxes,
                [&](const std::string& syntax) { return contextFor(contexts, meta.sopClassUid, syntax) != nullptr; });
            if (contexts.size() + syntaxes.size() > kMaxContexts)
                break;
            for (const std::string& syntax : syntaxes) {
                const auto id = static_cast<std::uint8_t>(2 * contexts.size() + 1);
                contexts.push_back({id, meta.sopClassUid, {syntax}, {}});
            }
        }
        return {std::move(contexts), end};
    }

    void sendOne(detail::Association& association)
    {
        const Job& job = m_jobs[m_next];
        const auto own = contextFor(association.contexts, job.meta.sopClassUid, job.meta.transferSyntaxUid);
        const auto context = acceptedFor(association.contexts, job.meta);
        const std::uint64_t bytesBefore = m_bytesDone;
        if (!context) {
            refuseContext(job, own->result);
        } else if (const auto dataSet = dataSetFor(job, context != own)) {
            transmit(association.channel, context->id, job, *dataSet);
            ++m_accounted;
        }
        m_bytesDone = bytesBefore + job.meta.dataSetSize;
        ++m_next;
    }

    static const PresentationContext* acceptedFor(
        const std::vector<PresentationContext>& contexts, const detail::FileMeta& meta)
    {
        for (const std::string& syntax : syntaxesFor(meta)) {
            const auto* context = contextFor(contexts, meta.sopClassUid, syntax);
            if (context && context->result == ContextResult::Accepted)
                return context;
        }
        return nullptr;
    }

    /// Nothing when the file could not be converted, which is its result then.
    std::optional<DataSet> dataSetFor(const Job& job, bool convert)
    {
        if (!convert)
            return DataSet{job.result->path, job.meta.dataSetOffset, job.meta.dataSetSize};
        try {
            if (!m_converted)
                m_converted.emplace();
            const auto copy = m_converted->path() / "dataset";
            detail::writeImplicitDataSet(job.result->path, copy);
            job.result->converted = true;
            return DataSet{copy, 0, std::filesystem::file_size(copy)};
        } catch (const Error& error) {
            job.result->state = StoreState::NotSent;
            job.result->message = error.what();
        } catch (const std::filesystem::filesystem_error& error) {
            finish(*job.result, StoreState::NotSent,
                std::string("was not sent: its converted copy is lost: ") + error.what());
        }
        return std::nullopt;
    }

    void transmit(detail::Channel& channel, std::uint8_t context, const Job& job, const DataSet& dataSet)
    {
        bool isComplete = false;
        try {
            std::ifstream file(dataSet.path, std::ios::binary);
            file.seekg(static_cast<std::streamoff>(dataSet.offset));
            const std::uint16_t messageId = detail::sendRequest(
                channel, {context, makeCommand(job.meta), detail::OutgoingData{dataSet.size, reading(file)}});
            isComplete = true;
            keepAnswer(*job.result, detail::finalResponse(channel, messageId));
        } catch (const FileBroken&) {
            finish(*job.result, StoreState::NotSent, "was not sent: it became unreadable in the middle");
            ++m_next;
            throw;
        } catch (const AssociationBroken& broken) {
            if (broken.kind() == BreakKind::Stopped)
                finish(*job.result, StoreState::Cancelled,
                    isComplete ? "may or may not have been stored: cancelled before the archive answered"
                               : "was not sent: cancelled");
            else
                finish(*job.result, isComplete ? StoreState::Unconfirmed : StoreState::NotSent,
                    std::string(isComplete ? "may or may not have been stored" : "was not stored") + ": " + m_peer + " "
                        + broken.what() + countSoFar());
            ++m_next;
            throw;
        }
    }

    static CommandSet makeCommand(const detail::FileMeta& meta)
    {
        CommandSet command = detail::makeRequest(detail::Command::StoreRequest, meta.sopClassUid);
        command.set(CommandElement::Priority, std::uint16_t{0}); // Medium.
        command.set(CommandElement::AffectedSopInstance, meta.sopInstanceUid);
        return command;
    }

    /// Reads the data set from where the file stands, and reports how far it is.
    detail::Channel::Source reading(std::ifstream& file)
    {
        return [this, &file, sinceReport = kProgressStep](std::span<std::byte> buffer) mutable {
            file.read(reinterpret_cast<char*>(buffer.data()), static_cast<std::streamsize>(buffer.size()));
            const auto count = static_cast<std::size_t>(file.gcount());
            if (count == 0 && !buffer.empty())
                throw FileBroken();
            m_bytesDone += count;
            sinceReport += count;
            if (sinceReport >= kProgressStep) {
                sinceReport = 0;
                reportProgress();
            }
            return count;
        };
    }

    void reportProgress() const
    {
        const double fraction =
            m_totalBytes == 0 ? 0.0 : static_cast<double>(m_bytesDone) / static_cast<double>(m_totalBytes);
        m_progress.report(
            std::min(fraction, 1.0), "sending " + std::to_string(m_next + 1) + " of " + std::to_string(m_jobs.size()));
    }

    void keepAnswer(StoreResult& result, const detail::Response& answer) const
    {
        result.status = answer.status;
        const detail::AnswerWording wording = detail::wordAnswer(toString(m_node), answer.status, answer.command);
        finish(result, wording.state,
            wording.predicate + (result.converted ? " (converted to Implicit VR Little Endian)" : ""));
    }

    void refuseContext(const Job& job, ContextResult why)
    {
        finish(*job.result, StoreState::Refused, detail::wordContextRefusal(toString(m_node), job.meta, why));
        ++m_accounted;
    }

    /// For a file that was not begun before the association was lost.
    void giveUp(StoreResult& result) const
    {
        if (m_broken->kind() == BreakKind::Stopped)
            finish(result, StoreState::Cancelled, "was not sent: cancelled");
        else
            finish(result, StoreState::NotSent,
                "was not sent: " + m_peer + " " + m_broken->what() + (m_accounted == 0 ? std::string() : countSoFar()));
    }

    std::string countSoFar() const
    {
        return " after " + std::to_string(m_accounted) + " of " + std::to_string(m_jobs.size()) + " files";
    }

    static void finish(StoreResult& result, StoreState state, const std::string& predicate)
    {
        result.state = state;
        result.message = result.path.filename().string() + " " + predicate + ".";
    }

    const Node& m_node;
    std::string m_peer;
    std::optional<detail::TlsContext> m_tls;
    std::stop_token m_stop;
    const Progress& m_progress;
    std::vector<StoreResult> m_results;
    std::vector<Job> m_jobs; ///< The files that can be sent.
    std::size_t m_next = 0; ///< Index of the first job without a result.
    std::size_t m_accounted = 0; ///< Files the archive has given its answer for.
    std::uint64_t m_totalBytes = 0;
    std::uint64_t m_bytesDone = 0;
    std::optional<AssociationBroken> m_broken;
    std::optional<TemporaryFolder> m_converted; ///< Where a converted data set lies while it is sent.
};

} // namespace

std::vector<StoreResult> store(
    const Node& node, std::span<const std::filesystem::path> files, std::stop_token stop, const Progress& progress)
{
    return Sender(node, files, std::move(stop), progress).run();
}

} // namespace imaging::pacs
