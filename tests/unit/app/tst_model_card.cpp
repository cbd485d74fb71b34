#include "app/workflow/model_card.h"

#include <QTemporaryDir>
#include <QtTest>

class ModelCardTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void without_a_card_config_json_says_it()
    {
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString());
        QFile config(folder.filePath(QStringLiteral("config.json")));
        const auto domainBy = [&](const QByteArray& said) {
            const bool open = config.open(QIODevice::WriteOnly | QIODevice::Truncate);
            config.write(said);
            config.close();
            return open ? QString::fromStdString(app::readModelCard(path).domain) : QStringLiteral("not written");
        };
        const QByteArray head = R"("model_type": "clip", "name": "a", "version": "1", "views": [], )";
        QCOMPARE(domainBy("{" + head + R"("modalities": ["CR", "DX"], "body_parts": ["CHEST"]})"),
            QStringLiteral("CR, DX of CHEST"));
        QCOMPARE(domainBy("{" + head + R"("modalities": ["MR"], "body_parts": []})"), QStringLiteral("MR"));
        QCOMPARE(domainBy(R"({"model_type": "clip"})"), QString());
        QCOMPARE(domainBy("{\"model_type\""), QString());
    }

    void the_domain_is_read_from_the_head_data()
    {
        QTest::addColumn<QByteArray>("card");
        QTest::addColumn<QString>("domain");
        QTest::addColumn<QStringList>("data");
        QTest::newRow("domain") << QByteArray("---\ndomain: chest radiographs\n---\n# x") << QStringLiteral("chest radiographs") << QStringList{};
        QTest::newRow("tags") << QByteArray("---\ntags:\n- image-to-text\n- medical\n- 'radiology'\ndatasets:\n- mimic-cxr\n---\n")
                              << QStringLiteral("medical, radiology") << QStringList{"mimic-cxr"};
        QTest::newRow("list in a line") << QByteArray("---\r\ndatasets: [coco, \"vg\"]\r\n---\r\n") << QString() << QStringList{"coco", "vg"};
        QTest::newRow("in the text only") << QByteArray("# Model\ndomain: x\n") << QString() << QStringList{};
        QTest::newRow("no end") << QByteArray("---\ndomain: x\n") << QString() << QStringList{};
        QTest::newRow("of something else") << QByteArray("---\nmodel-index:\n  domain: x\n---\n") << QString() << QStringList{};
        QTest::newRow("empty") << QByteArray() << QString() << QStringList{};
        QTest::newRow("no text") << QByteArray("---\n\xff\xfe\0:[\n---", 12) << QString() << QStringList{};
    }

    void the_domain_is_read_from_the_head()
    {
        QFETCH(QByteArray, card);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("README.md")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(card);
        file.close();
        const auto path = std::filesystem::path(folder.path().toStdString());
        for (const auto& model : {path, path / "model.pth"}) {
            const auto read = app::readModelCard(model);
            QTEST(QString::fromStdString(read.domain), "domain");
            QStringList data;
            for (const auto& one : read.data)
                data << QString::fromStdString(one);
            QTEST(data, "data");
        }
    }

    void the_licence_is_its_name_where_it_has_one()
    {
        for (const auto& [card, licence] : {std::pair{"---\nlicense: mit\n---\n", "mit"},
                 {"---\nlicense: other\nlicense_name: research-only\n---\n", "research-only"}, {"---\n---\n", ""}}) {
            QTemporaryDir folder;
            QFile file(folder.filePath(QStringLiteral("README.md")));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(card);
            file.close();
            QCOMPARE(app::readModelCard(folder.path().toStdString()).licence, std::string(licence));
        }
    }

    void a_folder_without_a_card_says_nothing()
    {
        QTemporaryDir folder;
        QVERIFY(app::readModelCard(folder.path().toStdString()).domain.empty());
        QVERIFY(app::readModelCard("not/there").data.empty());
    }
};

QTEST_APPLESS_MAIN(ModelCardTest)
#include "tst_model_card.moc"
