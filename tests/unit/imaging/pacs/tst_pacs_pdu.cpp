#include "imaging/pacs/command_set.h"
#include "imaging/pacs/connection.h"
#include "imaging/pacs/part10.h"
#include "imaging/pacs/pdu.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <random>

using namespace imaging::pacs::detail;

namespace {

std::span<const std::byte> bodyOf(const Bytes& pdu)
{
    return std::span(pdu).subspan(6);
}

Associate sampleAssociate()
{
    Associate associate;
    associate.calledAeTitle = "SIXTEEN-LETTERS-";
    associate.callingAeTitle = "A B";
    associate.maxPdu = 0x01020304;
    associate.contexts = {
        {1, "1.2.840.10008.1.1", {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"}, {}}, {255, "1.2.3", {"1.2.4"}, {}}};
    return associate;
}

} // namespace

class TestPdu : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void request_survives_encoding()
    {
        const Associate before = sampleAssociate();
        const Bytes pdu = encodeAssociate(PduType::AssociateRequest, before);
        QCOMPARE(std::to_integer<int>(pdu[0]), 1);
        QCOMPARE(std::to_integer<std::size_t>(pdu[4]) << 8 | std::to_integer<std::size_t>(pdu[5]), pdu.size() - 6);
        const Associate after = decodeAssociate(PduType::AssociateRequest, bodyOf(pdu));
        QCOMPARE(after.calledAeTitle, before.calledAeTitle);
        QCOMPARE(after.callingAeTitle, before.callingAeTitle);
        QCOMPARE(after.applicationContext, std::string("1.2.840.10008.3.1.1.1"));
        QCOMPARE(after.maxPdu, before.maxPdu);
        QCOMPARE(after.contexts.size(), std::size_t{2});
        QCOMPARE(after.contexts[0].abstractSyntax, before.contexts[0].abstractSyntax);
        QVERIFY(after.contexts[0].transferSyntaxes == before.contexts[0].transferSyntaxes);
        QCOMPARE(static_cast<int>(after.contexts[1].id), 255);
    }

    void answer_carries_the_results()
    {
        Associate before = sampleAssociate();
        before.contexts[1].result = ContextResult::TransferSyntaxesNotSupported;
        const Associate after =
            decodeAssociate(PduType::AssociateAccept, bodyOf(encodeAssociate(PduType::AssociateAccept, before)));
        QVERIFY(after.contexts[0].result == ContextResult::Accepted);
        QVERIFY(after.contexts[1].result == ContextResult::TransferSyntaxesNotSupported);
    }

    void every_cut_of_a_request_is_an_error_or_a_shorter_request()
    {
        const Bytes pdu = encodeAssociate(PduType::AssociateRequest, sampleAssociate());
        int refused = 0;
        for (std::size_t length = 0; length < bodyOf(pdu).size(); ++length) {
            try {
                decodeAssociate(PduType::AssociateRequest, bodyOf(pdu).first(length));
            } catch (const AssociationBroken& broken) {
                QVERIFY(broken.kind() == BreakKind::Protocol);
                ++refused;
            }
        }
        QVERIFY(refused > 100);
    }

    void damaged_messages_are_read_or_refused_but_never_more()
    {
        std::mt19937 random(3);
        CommandSet commands;
        commands.set(CommandElement::AffectedSopClass, "1.2.840.10008.1.1");
        commands.set(CommandElement::Status, 0xC000);
        const Bytes request = encodeAssociate(PduType::AssociateRequest, sampleAssociate());
        const Bytes command = commands.encode();
        for (int round = 0; round < 5000; ++round) {
            Bytes damaged = round % 2 == 0 ? Bytes(bodyOf(request).begin(), bodyOf(request).end()) : command;
            for (int i = 0; i < 4; ++i)
                damaged[random() % damaged.size()] = static_cast<std::byte>(random());
            try {
                if (round % 2 == 0)
                    decodeAssociate(PduType::AssociateRequest, damaged);
                else
                    CommandSet::decode(damaged);
            } catch (const AssociationBroken& broken) {
                QVERIFY(broken.kind() == BreakKind::Protocol);
            }
        }
    }

    void command_survives_encoding()
    {
        CommandSet before;
        before.set(CommandElement::AffectedSopClass, "1.2.840.10008.1.1");
        before.set(CommandElement::Status, 0xA7FF);
        before.set(CommandElement::ErrorComment, "odd");
        const Bytes bytes = before.encode();
        QCOMPARE(bytes.size() % 2, std::size_t{0});
        const CommandSet after = CommandSet::decode(bytes);
        QCOMPARE(after.text(CommandElement::AffectedSopClass), std::string("1.2.840.10008.1.1"));
        QCOMPARE(after.number(CommandElement::Status).value(), 0xA7FF);
        QCOMPARE(after.text(CommandElement::ErrorComment), std::string("odd"));
        QVERIFY(!after.number(CommandElement::MessageId));
        QVERIFY(!after.hasDataSet());
    }

    void file_meta_survives_encoding()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = (folder.path() + "/file.dcm").toStdString();
        const FileMeta before{"1.2.3", "1.2.3.4", "1.2.840.10008.1.2.1", "SENDER", 0, 0};
        const Bytes header = encodeFileMeta(before);
        std::ofstream(path, std::ios::binary)
                .write(reinterpret_cast<const char*>(header.data()), static_cast<std::streamsize>(header.size()))
            << std::string_view("\x08\0\x60\0CS\2\0CT", 10); // Modality.
        const FileMeta after = readFileMeta(path);
        QCOMPARE(after.sopClassUid, before.sopClassUid);
        QCOMPARE(after.sopInstanceUid, before.sopInstanceUid);
        QCOMPARE(after.transferSyntaxUid, before.transferSyntaxUid);
        QCOMPARE(after.sourceAeTitle, before.sourceAeTitle);
        QCOMPARE(after.dataSetOffset, static_cast<std::uint64_t>(header.size()));
        QCOMPARE(after.dataSetSize, std::uint64_t{10});
    }
};

QTEST_GUILESS_MAIN(TestPdu)
#include "tst_pacs_pdu.moc"
