#include "app/workflow/capfilt.h"
#include "app/workflow/model_digest.h"
#include "imaging/files/image_file.h"
#include "tests/support/error_sentence.h"

#include <QTemporaryDir>
#include <QtTest>

#include <array>
#include <cmath>
#include <fstream>

namespace {

using imaging::ErrorKind;

/// Finds that a text fits a picture when it names the picture's brightness, and writes what its seed says.
class FakeReporter : public models::Reporter
{
public:
    explicit FakeReporter(bool writer)
        : m_writer(writer)
    {
    }

    bool canWrite() const override { return m_writer; }
    bool canAnswer() const override { return false; }
    bool canMatch() const override { return !m_writer; }
    models::ReporterView look(const imaging::Slice& slice) override
    {
        ++looks;
        m_brightness = static_cast<int>(slice.values.at(0));
        if (stopAt == looks && stop)
            stop->request_stop();
        return {};
    }
    models::Draft write(const models::DraftRequest& request, std::stop_token, const std::function<void(const std::string&)>&) override
    {
        if (!refusal.empty())
            throw imaging::Error(ErrorKind::WrongUse, refusal);
        seeds.push_back(request.seed);
        models::Draft draft;
        if (!text.empty())
            draft.texts.push_back({text, 0});
        draft.texts.push_back({QStringLiteral("written %1").arg(request.seed % 2 == 0 ? m_brightness : 99).toStdString(), 0});
        return draft;
    }
    std::optional<imaging::Sides> textSides() const override { return sides; }
    std::vector<std::string> unknownWords(const std::string&) const override { return unknown; }
    models::TextMatch match(const std::string& asked) override
    {
        matched.push_back(asked);
        models::TextMatch match{asked.find(std::to_string(m_brightness)) != std::string::npos ? 0.9 : 0.1, 0, {}};
        if (ownThreshold)
            match.fits = match.probability >= *ownThreshold;
        return match;
    }

    int looks = 0;
    int stopAt = 0;
    std::stop_source* stop = nullptr;
    std::vector<std::uint64_t> seeds;
    std::optional<imaging::Sides> sides; ///< Of its texts.
    std::string text; ///< What it writes; empty: what its seed says.
    std::vector<std::string> matched;
    std::optional<double> ownThreshold;
    std::vector<std::string> unknown; ///< Of any text.
    std::string refusal; ///< Why it writes nothing; empty: it writes.

private:
    bool m_writer;
    int m_brightness = 0;
};

} // namespace

class TestCapFilt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        for (const int brightness : {11, 22, 33})
            imaging::writeGreyPng(path(qPrintable(QStringLiteral("p%1.png").arg(brightness))), 2, 1,
                std::array<std::uint8_t, 2>{static_cast<std::uint8_t>(brightness), 200});
        write("manifest.csv", "split,image,text\ntrain,p11.png,shows 11\ntrain,p22.png,\"shows\n11, not\"\nvalid,p22.png,\"a 22, \"\"so\"\"\"\ntrain,p33.png,\n");
    }

    void pairs_that_belong_together_are_kept_and_texts_written()
    {
        FakeReporter filter(false), captioner(true);
        const auto outcome = app::captionAndFilter(&captioner, filter, request(), {}, {});
        QVERIFY(!outcome.cancelled && outcome.refused.empty());
        QCOMPARE(outcome.keptGiven, 2);
        QCOMPARE(outcome.droppedGiven, 1);
        QCOMPARE(outcome.keptWritten, 2); // Seeds 6 and 8 write what fits.
        QCOMPARE(outcome.droppedWritten, 1);
        QCOMPARE(captioner.seeds, (std::vector<std::uint64_t>{6, 7, 8}));
        QCOMPARE(filter.looks, 3); // Each picture once, whatever the number of its texts.
        QCOMPARE(read("kept.csv"),
            QByteArray("split,image,text,origin,probability\ntrain,p11.png,shows 11,given,0.9000\n"
                       "train,p11.png,written 11,written,0.9000\nvalid,p22.png,\"a 22, \"\"so\"\"\",given,0.9000\n"
                       "train,p33.png,written 33,written,0.9000\n"));
        QVERIFY(!std::filesystem::exists(app::judgedFile(request().output)));
    }

    void a_table_may_be_named_without_a_folder()
    {
        const auto before = QDir::currentPath();
        const auto back = qScopeGuard([&] { QDir::setCurrent(before); });
        QVERIFY(QDir::setCurrent(m_home->path()));
        FakeReporter filter(false);
        auto asked = request();
        asked.data = "manifest.csv";
        asked.output = "kept.csv";
        const auto outcome = app::captionAndFilter(nullptr, filter, asked, {}, {});
        QVERIFY2(outcome.refused.empty(), outcome.refused.empty() ? "" : outcome.refused[0].c_str());
        QCOMPARE(outcome.keptGiven, 2);
        asked.output = "p22.png";
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::captionAndFilter(nullptr, filter, asked, {}, {});
        }).contains("picture of the table"));
    }

    void a_run_that_is_refused_before_it_judged_leaves_nothing()
    {
        FakeReporter filter(false), captioner(true);
        captioner.refusal = "room for 38";
        const auto run = [&] { app::captionAndFilter(&captioner, filter, request(), {}, {}); };
        QVERIFY(support::sentence(ErrorKind::WrongUse, run).contains("room for 38"));
        QVERIFY(!std::filesystem::exists(app::judgedFile(request().output)));
        captioner.refusal.clear();
        captioner.unknown = {"\U0001F525"};
        const auto outcome = app::captionAndFilter(&captioner, filter, request(), {}, {});
        QVERIFY(outcome.warnings.at(0).find("does not know the word: \U0001F525") != std::string::npos);
    }

    void sides_are_those_of_the_table()
    {
        write("manifest.csv", "image,text\np11.png,left 11\n");
        FakeReporter filter(false), captioner(true);
        filter.sides = captioner.sides = imaging::Sides::Picture;
        captioner.text = "right 11";
        auto asked = request();
        const auto run = [&] { return app::captionAndFilter(&captioner, filter, asked, {}, {}); };
        // A PNG does not say where the patient's sides are.
        QVERIFY(support::sentence(ErrorKind::InvalidInput, run).contains("or confirm"));
        asked.resume = true;
        QVERIFY(support::sentence(ErrorKind::InvalidInput, run).contains("or confirm"));
        asked.user.confirmed = app::Confirmed::Yes;
        const auto outcome = run();
        QCOMPARE(filter.matched, (std::vector<std::string>{"right 11", "right 11"}));
        QCOMPARE(outcome.pairs.at(1).text, std::string("left 11"));
        QCOMPARE(outcome.warnings.size(), std::size_t(3)); // Exchanged; and taken to lie as usual, of both models.
        asked.user = {imaging::Sides::Picture, app::Confirmed::No};
        QVERIFY(run().warnings.empty());
        QCOMPARE(filter.matched.back(), std::string("right 11"));
        QCOMPARE(filter.matched.at(2), std::string("left 11"));
    }

    void what_is_kept_goes_by_the_filters_own_threshold_unless_one_is_given()
    {
        FakeReporter filter(false);
        filter.ownThreshold = 0.05; // Under both scores that it gives.
        auto asked = request();
        QCOMPARE(app::captionAndFilter(nullptr, filter, asked, {}, {}).keptGiven, 3);
        asked.least = 0.5;
        QCOMPARE(app::captionAndFilter(nullptr, filter, asked, {}, {}).keptGiven, 2);
        std::stop_source stop; // What a stopped run kept of it is known to the next.
        asked.least = {};
        filter.ownThreshold = 0.95;
        filter.looks = 0;
        filter.stopAt = 2;
        filter.stop = &stop;
        QVERIFY(app::captionAndFilter(nullptr, filter, asked, stop.get_token(), {}).cancelled);
        asked.resume = true;
        QCOMPARE(app::captionAndFilter(nullptr, filter, asked, {}, {}).droppedGiven, 3);
    }

    void without_a_captioner_texts_are_only_judged()
    {
        FakeReporter filter(false);
        const auto outcome = app::captionAndFilter(nullptr, filter, request(), {}, {});
        QCOMPARE(outcome.keptGiven, 2);
        QCOMPARE(outcome.keptWritten + outcome.droppedWritten, 0);
    }

    void a_stopped_run_goes_on_where_it_was_data()
    {
        QTest::addColumn<int>("stopAt");
        for (const int stopAt : {1, 2, 3})
            QTest::addRow("in picture %d", stopAt) << stopAt;
    }

    void a_stopped_run_goes_on_where_it_was()
    {
        QFETCH(int, stopAt);
        FakeReporter whole(false), writer(true);
        app::captionAndFilter(&writer, whole, request(), {}, {});
        const auto wanted = read("kept.csv");
        QFile::remove(m_home->filePath("kept.csv"));
        std::stop_source stop;
        FakeReporter filter(false);
        filter.stop = &stop;
        filter.stopAt = stopAt;
        QVERIFY(app::captionAndFilter(&writer, filter, request(), stop.get_token(), {}).cancelled);
        QVERIFY(!QFile::exists(m_home->filePath("kept.csv")));
        std::ofstream(app::judgedFile(request().output), std::ios::app) << "{\"image\": \"half"; // The power went.
        const auto again = [&] { app::captionAndFilter(&writer, filter, request(), {}, {}); };
        QVERIFY(support::sentence(ErrorKind::WrongUse, again).contains("go on from them"));
        auto going = request();
        going.resume = true;
        FakeReporter rest(false);
        const auto outcome = app::captionAndFilter(&writer, rest, going, {}, {});
        QCOMPARE(rest.looks, 3 - (stopAt - 1));
        QCOMPARE(outcome.keptGiven, 2);
        QCOMPARE(read("kept.csv"), wanted);
    }

    void a_text_that_is_new_since_is_judged()
    {
        FakeReporter filter(false);
        std::stop_source stop;
        filter.stop = &stop;
        filter.stopAt = 3;
        QVERIFY(app::captionAndFilter(nullptr, filter, request(), stop.get_token(), {}).cancelled);
        std::ofstream(path("manifest.csv"), std::ios::app) << "train,p11.png,again 11\n";
        auto going = request();
        going.resume = true;
        QCOMPARE(app::captionAndFilter(nullptr, filter, going, {}, {}).keptGiven, 3);
    }

    void a_text_that_was_changed_since_is_judged_anew()
    {
        FakeReporter filter(false);
        std::stop_source stop;
        filter.stop = &stop;
        filter.stopAt = 3;
        QVERIFY(app::captionAndFilter(nullptr, filter, request(), stop.get_token(), {}).cancelled);
        write("manifest.csv", "split,image,text\ntrain,p11.png,shows no more\nvalid,p11.png,11\n");
        auto going = request();
        going.resume = true;
        const auto outcome = app::captionAndFilter(nullptr, filter, going, {}, {});
        QCOMPARE(outcome.droppedGiven, 1);
        QCOMPARE(read("kept.csv"), QByteArray("split,image,text,origin,probability\nvalid,p11.png,11,given,0.9000\n"));
    }

    void equal_texts_keep_the_columns_of_their_rows()
    {
        write("manifest.csv", "split,image,text\ntrain,p11.png,11\nvalid,p11.png,\ntest,p11.png,11\n");
        FakeReporter filter(false);
        app::captionAndFilter(nullptr, filter, request(), {}, {});
        QCOMPARE(read("kept.csv"), QByteArray("split,image,text,origin,probability\ntrain,p11.png,11,given,0.9000\n"
                                              "test,p11.png,11,given,0.9000\n"));
    }

    void judgements_of_other_models_or_settings_are_not_gone_on_with()
    {
        FakeReporter filter(false);
        std::stop_source stop;
        filter.stop = &stop;
        filter.stopAt = 2;
        app::captionAndFilter(nullptr, filter, request(), stop.get_token(), {});
        for (const bool otherModel : {true, false}) {
            auto going = request();
            going.resume = true;
            if (otherModel)
                going.models = "another";
            else
                going.writing.seed = 7;
            QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
                app::captionAndFilter(nullptr, filter, going, {}, {});
            }).contains("other models or settings"));
        }
    }

    void what_cannot_be_read_is_told_and_the_rest_done()
    {
        write("manifest.csv", "image,text\nnowhere.png,a\np11.png,shows 11\n");
        write("p22.png", "no picture");
        FakeReporter filter(false);
        const auto outcome = app::captionAndFilter(nullptr, filter, request(), {}, {});
        QCOMPARE(outcome.refused.size(), std::size_t(1));
        QVERIFY(outcome.refused[0].find("nowhere.png") != std::string::npos);
        QCOMPARE(outcome.keptGiven, 1);
    }

    void when_no_picture_can_be_judged_nothing_is_written()
    {
        write("manifest.csv", "image,text\nnowhere.png,a\ngone.png,b\n");
        FakeReporter filter(false);
        const auto outcome = app::captionAndFilter(nullptr, filter, request(), {}, {});
        QCOMPARE(outcome.refused.size(), std::size_t(2));
        QVERIFY(outcome.pairs.empty() && !outcome.cancelled);
        QVERIFY(!QFile::exists(m_home->filePath("kept.csv")));
        QVERIFY(!std::filesystem::exists(app::judgedFile(request().output)));
    }

    void models_are_told_apart_by_what_is_in_them()
    {
        const auto model = [&](const char* name, const char* weights) {
            std::filesystem::create_directories(path(name));
            write((std::string(name) + "/model.safetensors").c_str(), weights);
            write((std::string(name) + "/config.json").c_str(), "{}");
            return app::digestOfModel(path(name));
        };
        const auto first = model("blip", "one");
        QCOMPARE(model("elsewhere", "one"), first);
        QVERIFY(model("blip", "two") != first);
        QVERIFY(app::digestOfModel(path("blip/model.safetensors")) != app::digestOfModel(path("blip")));
        const auto missing = support::sentence(ErrorKind::NotFound, [&] { app::digestOfModel(path("nowhere")); });
        QVERIFY2(missing.contains("nowhere"), qPrintable(missing));
    }

    void tables_that_make_no_sense_are_refused_data()
    {
        QTest::addColumn<QByteArray>("table");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no texts") << QByteArray("image,words\np11.png,a\n") << "'text'";
        QTest::newRow("no pictures") << QByteArray("file,text\np11.png,a\n") << "'image'";
        QTest::newRow("outside") << QByteArray("image,text\n../p11.png,a\n") << "does not lie in";
        QTest::newRow("absolute") << QByteArray("image,text\n/p11.png,a\n") << "does not lie in";
        QTest::newRow("slice") << QByteArray("image,text,slice\np11.png,a,first\n") << "\"first\"";
    }

    void tables_that_make_no_sense_are_refused()
    {
        QFETCH(QByteArray, table);
        QFETCH(QString, reason);
        write("manifest.csv", table);
        FakeReporter filter(false);
        const auto message = support::sentence(
            ErrorKind::InvalidInput, [&] { app::captionAndFilter(nullptr, filter, request(), {}, {}); });
        QVERIFY2(message.contains(reason), qPrintable(message));
        QVERIFY(!std::filesystem::exists(app::judgedFile(request().output)));
    }

    void a_second_pass_writes_its_columns_over()
    {
        FakeReporter filter(false);
        app::captionAndFilter(nullptr, filter, request(), {}, {});
        auto second = request();
        second.data = second.output;
        second.output = path("again.csv");
        app::captionAndFilter(nullptr, filter, second, {}, {});
        QCOMPARE(read("again.csv"), read("kept.csv"));
    }

    void nothing_of_the_table_is_written_over_and_links_do_not_lead_out()
    {
        FakeReporter filter(false);
        auto over = request();
        over.output = path("p22.png");
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::captionAndFilter(nullptr, filter, over, {}, {});
        }).contains("picture of the table"));
        over.output = path("manifest.csv");
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::captionAndFilter(nullptr, filter, over, {}, {});
        }).contains("table itself"));
        over = request();
        over.least = std::nan("");
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::captionAndFilter(nullptr, filter, over, {}, {});
        }).contains("from 0 to 1"));
        QTemporaryDir elsewhere;
        const std::filesystem::path outside = elsewhere.filePath("x.png").toStdString();
        std::filesystem::rename(path("p11.png"), outside);
        std::filesystem::create_symlink(outside, path("p11.png"));
        const auto outcome = app::captionAndFilter(nullptr, filter, request(), {}, {});
        QCOMPARE(outcome.refused.size(), std::size_t(1));
        QVERIFY(outcome.refused[0].find("leads out") != std::string::npos);
    }

    void a_file_that_is_no_table_of_kept_pairs_is_not_written_over_data()
    {
        QTest::addColumn<QByteArray>("there");
        QTest::addColumn<bool>("refused");
        QTest::newRow("a table of others") << QByteArray("patient,finding\n1,x\n") << true;
        QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n\0\0", 10) << true;
        QTest::newRow("notes") << QByteArray("what I found") << true;
        QTest::newRow("nothing") << QByteArray() << false;
        QTest::newRow("an earlier run's") << QByteArray("image,text,origin,probability\np1.png,a,given,0.9\n") << false;
    }

    void a_file_that_is_no_table_of_kept_pairs_is_not_written_over()
    {
        QFETCH(QByteArray, there);
        QFETCH(bool, refused);
        write("kept.csv", there);
        FakeReporter filter(false);
        const auto said =
            support::sentence(ErrorKind::WrongUse, [&] { app::captionAndFilter(nullptr, filter, request(), {}, {}); });
        QCOMPARE(said.contains("no table of kept pairs"), refused);
        QCOMPARE(read("kept.csv") == there, refused);
        QCOMPARE(filter.looks, refused ? 0 : 3);
    }

    void pictures_that_a_model_is_not_for_are_told_and_not_judged()
    {
        imaging::writeGreyPng(path("p33.png"), 2, 1, std::array<std::uint8_t, 2>{33, 33});
        FakeReporter filter(false);
        auto asked = request();
        asked.heads = {models::PackageHead()};
        const auto outcome = app::captionAndFilter(nullptr, filter, asked, {}, {});
        QCOMPARE(outcome.refused.size(), std::size_t(1));
        QVERIFY2(outcome.refused[0].find("'p33.png': All pixels") == 0, outcome.refused[0].c_str());
        asked.user.confirmed = app::Confirmed::Yes;
        const auto all = app::captionAndFilter(nullptr, filter, asked, {}, {});
        QVERIFY(all.refused.empty() && all.warnings.at(0).find("equally bright") != std::string::npos);
    }

    void models_that_cannot_do_it_are_refused()
    {
        FakeReporter filter(false), writer(true);
        const auto refusal = [&](models::Reporter* captioner, models::Reporter& judge) {
            return support::sentence(
                ErrorKind::WrongUse, [&] { app::captionAndFilter(captioner, judge, request(), {}, {}); });
        };
        QVERIFY(refusal(nullptr, writer).contains("itm_head"));
        QVERIFY(refusal(&filter, filter).contains("text_decoder"));
    }

private:
    std::filesystem::path path(const char* name) const { return m_home->filePath(name).toStdString(); }

    void write(const char* name, const QByteArray& bytes) const
    {
        std::ofstream(path(name), std::ios::binary) << bytes.toStdString();
    }

    QByteArray read(const char* name) const
    {
        QFile file(m_home->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not there");
    }

    app::CapFiltRequest request() const
    {
        app::CapFiltRequest request;
        request.data = m_home->path().toStdString();
        request.output = path("kept.csv");
        request.writing.seed = 6;
        return request;
    }

    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(TestCapFilt)
#include "tst_capfilt.moc"
