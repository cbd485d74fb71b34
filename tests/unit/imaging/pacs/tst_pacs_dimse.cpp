#include "imaging/pacs/dimse.h"

#include <QTest>

#include <array>
#include <string_view>
#include <thread>

#include <sys/socket.h>

using namespace imaging::pacs::detail;

namespace {

constexpr std::uint8_t kContext = 5;
constexpr auto kQuery = static_cast<Command>(0x0020); // C-FIND, PS3.7 annex E.
const char* const kStudyRoot = "1.2.840.10008.5.1.4.1.2.2.1";

/// Two ends of one connection, an association agreed on.
struct Pair
{
    Pair()
    {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0)
            qFatal("no socket pair");
        caller.emplace(Connection(Descriptor(ends[0]), {}));
        archive.emplace(Connection(Descriptor(ends[1]), {}));
    }
    std::optional<Channel> caller;
    std::optional<Channel> archive;
};

std::vector<PresentationContext> agreed()
{
    return {{kContext, kStudyRoot, {"1.2.840.10008.1.2"}}};
}

Request query(std::string_view identifier)
{
    return {kContext, makeRequest(kQuery, kStudyRoot),
        OutgoingData{identifier.size(), [identifier](std::span<std::byte> piece) {
                         const auto bytes = std::as_bytes(std::span(identifier));
                         std::copy_n(bytes.begin(), piece.size(), piece.begin());
                         return piece.size();
                     }}};
}

std::string textOf(const Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void sendMatch(Channel& channel, const ReceivedCommand& message, std::string_view match)
{
    CommandSet response = makeResponse(message.commands, 0xFF00);
    response.set(CommandElement::DataSetType, kDataSetFollows);
    channel.sendCommand(message.context, response);
    channel.sendData(message.context, match.size(), query(match).data->source);
}

/// Answers a query by two matches and the end.
void answerQuery(Channel& channel, const ReceivedCommand& message, const PresentationContext& context)
{
    std::string asked;
    channel.receiveData(message.context, [&asked](std::span<const std::byte> piece) {
        asked.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    });
    sendMatch(channel, message, "first " + asked);
    sendMatch(channel, message, "second " + context.abstractSyntax);
    channel.sendCommand(message.context, makeResponse(message.commands, kSuccess));
}

/// Runs the other side of a test in a thread that is waited for.
std::jthread serving(Channel& channel, Handlers handlers)
{
    return std::jthread([&channel, handlers = std::move(handlers)] {
        try {
            serveRequests(channel, agreed(), handlers);
        } catch (const AssociationBroken&) {
            channel.abort();
        }
    });
}

} // namespace

class TestDimse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void general_statuses_have_a_meaning_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("meaning");
        QTest::newRow("processing failure") << 0x0110 << QStringLiteral("failed");
        QTest::newRow("duplicate") << 0x0111 << QStringLiteral("holds this instance already");
        QTest::newRow("invalid instance") << 0x0117 << QStringLiteral("invalid SOP instance");
        QTest::newRow("missing attribute") << 0x0120 << QStringLiteral("attribute is missing");
        QTest::newRow("not authorized") << 0x0124 << QStringLiteral("not allowed");
        QTest::newRow("unrecognized operation") << 0x0211 << QStringLiteral("operation");
        QTest::newRow("out of resources") << 0xA701 << QStringLiteral("resources");
        QTest::newRow("none of the standard") << 0x0999 << QStringLiteral("does not describe");
    }
    void general_statuses_have_a_meaning()
    {
        QFETCH(int, status);
        QFETCH(QString, meaning);
        const auto said = QString::fromStdString(describeStoreStatus(static_cast<std::uint16_t>(status)));
        QVERIFY2(said.contains(meaning), qPrintable(said));
    }

    void pending_answers_come_with_their_data_before_the_last_one()
    {
        Pair pair;
        const std::jthread archive = serving(*pair.archive, {{kQuery, answerQuery}});
        std::vector<std::string> matches;
        const Response last = exchange(*pair.caller, query("DOE^*"), [&](const Response& pending) {
            QVERIFY(pending.isPending());
            matches.push_back(textOf(pending.data));
        });
        QCOMPARE(last.status, kSuccess);
        QVERIFY(last.data.empty());
        QCOMPARE(matches, (std::vector<std::string>{"first DOE^*", "second " + std::string(kStudyRoot)}));
        pair.caller->release();
    }

    void each_request_has_a_message_id_of_its_own()
    {
        Pair pair;
        std::vector<int> ids;
        const Handlers handlers{{Command::EchoRequest,
            [&ids](Channel& channel, const ReceivedCommand& message, const PresentationContext&) {
                ids.push_back(message.commands.number(CommandElement::MessageId).value_or(0));
                channel.sendCommand(message.context, makeResponse(message.commands, kSuccess));
            }}};
        {
            const std::jthread archive = serving(*pair.archive, handlers);
            for (int i = 0; i < 3; ++i)
                QCOMPARE(exchange(*pair.caller, {kContext, makeRequest(Command::EchoRequest, kStudyRoot)}).status,
                    kSuccess);
            pair.caller->release();
        }
        QCOMPARE(ids, (std::vector<int>{1, 2, 3}));
    }

    void command_without_a_handler_is_not_recognized_and_its_data_are_passed_over()
    {
        Pair pair;
        const std::jthread archive = serving(*pair.archive, {{Command::EchoRequest, {}}});
        QCOMPARE(exchange(*pair.caller, query("DOE^*")).status, kUnrecognizedOperation);
        QCOMPARE(exchange(*pair.caller, query("ROE^*")).status, kUnrecognizedOperation);
        pair.caller->release();
    }

    void answer_to_another_question_is_refused()
    {
        Pair pair;
        const std::jthread archive = serving(*pair.archive,
            {{Command::EchoRequest, [](Channel& channel, const ReceivedCommand& message, const PresentationContext&) {
                 CommandSet response = makeResponse(message.commands, kSuccess);
                 response.set(CommandElement::RespondedMessageId, std::uint16_t{77});
                 channel.sendCommand(message.context, response);
             }}});
        try {
            exchange(*pair.caller, {kContext, makeRequest(Command::EchoRequest, kStudyRoot)});
            QFAIL("accepted");
        } catch (const AssociationBroken& broken) {
            QVERIFY(broken.kind() == BreakKind::Protocol);
        }
        pair.caller.reset();
    }

    void context_that_was_not_agreed_on_ends_the_association()
    {
        Pair pair;
        const std::jthread archive = serving(*pair.archive, {{kQuery, answerQuery}});
        QVERIFY_EXCEPTION_THROWN(
            exchange(*pair.caller, {7, makeRequest(Command::EchoRequest, kStudyRoot)}), AssociationBroken);
    }
};

QTEST_GUILESS_MAIN(TestDimse)
#include "tst_pacs_dimse.moc"
