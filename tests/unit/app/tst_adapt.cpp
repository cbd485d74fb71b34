#include "app/workflow/adapt/adapt.h"
#include "app/workflow/adapt/adapt_worker.h"
#include "app/workflow/adapt/class_scores.h"
#include "app/workflow/adapt/labelled_folder.h"
#include "models/facade/adapt_settings.h"
#include "models/facade/few_shots.h"
#include "tests/support/error_sentence.h"
#include "tests/support/fake_adapter.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace {

using imaging::ErrorKind;
using models::AdaptMethod;
using models::AdaptProtocol;
using models::PictureVariation;

void write(const QString& file, const QByteArray& bytes)
{
    QDir().mkpath(QFileInfo(file).path());
    QFile stream(file);
    QVERIFY(stream.open(QIODevice::WriteOnly));
    stream.write(bytes);
}

/// Pictures need not be there: only the adapter would read them.
QByteArray table(const QList<QPair<QString, int>>& classes, const QString& split = "train")
{
    QByteArray text;
    for (const auto& [name, count] : classes)
        for (int i = 0; i < count; ++i)
            text += QString("%1,%1-%2-%3.png,%3\n").arg(split).arg(i).arg(name).toUtf8();
    return text;
}

const QByteArray kHead = "split,image,class\n";

} // namespace

/// Which pictures are drawn, what is scored on what, and what is printed of it.
class TestAdapt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shots_are_the_seeds_own_and_none_comes_twice()
    {
        std::vector<int> labels;
        for (int i = 0; i < 90; ++i)
            labels.push_back(i < 5 ? 2 : i % 2);
        const auto first = models::drawShots(labels, 3, 16, 1);
        QCOMPARE(first, models::drawShots(labels, 3, 16, 1));
        QVERIFY(first != models::drawShots(labels, 3, 16, 2));
        QCOMPARE(std::set<std::size_t>(first.begin(), first.end()).size(), first.size());
        std::vector<int> counts(3);
        for (const auto place : first)
            ++counts[std::size_t(labels[place])];
        QCOMPARE(counts, (std::vector<int>{16, 16, 5})); // Fewer where there are fewer.
        QVERIFY(models::drawShots(labels, 0, 16, 1).empty());
        QCOMPARE(models::baseClasses(7), 4);
        QCOMPARE(models::baseClasses(4), 2);
    }

    void scores_are_those_of_the_field()
    {
        // 3 of class a (two found), 1 of b (found), 1 of c (called a); one could not be read.
        const std::vector<int> truth{0, 0, 0, 1, 2, 2}, said{0, 0, 1, 1, 0, -1};
        const auto scores = app::scoreClasses(truth, said, {"a", "b", "c", "never"});
        QCOMPARE(scores.pictures, 5);
        QCOMPARE(scores.unread, 1);
        QVERIFY(std::abs(scores.accuracy - 0.6) < 1e-12 && std::abs(scores.error() - 0.4) < 1e-12);
        QVERIFY(std::abs(scores.classes[0].f1 - 2.0 / 3) < 1e-12);
        QVERIFY(std::abs(scores.classes[0].accuracy - 2.0 / 3) < 1e-12);
        QVERIFY(std::abs(scores.macroF1 - (2.0 / 3 + 2.0 / 3 + 0) / 3) < 1e-12);
        QVERIFY(std::abs(app::harmonicMean(0.8228, 0.7514) - 0.7855) < 1e-4);
        QCOMPARE(app::harmonicMean(0, 0), 0.0);
        const std::vector<double> runs{1, 2, 3};
        QVERIFY(std::abs(app::meanOf(runs).mean - 2) < 1e-12 && std::abs(app::meanOf(runs).deviation - 1) < 1e-12);
        QCOMPARE(app::scoreClasses({}, {}, {"a", "b"}).accuracy, 0.0);
    }

    void every_layout_is_read_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("test");
        QTest::newRow("a folder for each class") << QStringList{"b/1.png", "b/2.jpg", "a/x.dcm", "a/study/1.dcm"} << "";
        QTest::newRow("folders for splits")
            << QStringList{"train/b/1.png", "train/a/x.dcm", "test/a/2.png", "test/b/notes.txt", "test/b/3.png"}
            << "test";
    }

    void every_layout_is_read()
    {
        QFETCH(QStringList, files);
        QFETCH(QString, test);
        const auto folder = fresh();
        for (const auto& file : files)
            write(folder + "/" + file, file.toUtf8());
        const auto data = app::readLabelledFolder(folder.toStdString(), {});
        QCOMPARE(data.classes, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(data.hasSplits(), !test.isEmpty());
        QCOMPARE(data.split(test.toStdString()).size(), std::size_t(test.isEmpty() ? 4 : 2));
        QVERIFY(data.warnings.empty());
    }

    void odd_data_is_said_or_refused_data()
    {
        QTest::addColumn<QByteArray>("rows");
        QTest::addColumn<QString>("said");
        QTest::newRow("two equal classes")
            << QByteArray("train,a.png,Left_Lung\ntrain,b.png,left  lung\n") << "same words";
        QTest::newRow("one class") << QByteArray("train,a.png,x\ntrain,b.png,x\n") << "at least two classes";
        QTest::newRow("no class at all") << QByteArray("train,a.png,\n") << "has none";
        QTest::newRow("two classes for one picture") << QByteArray("train,a.png,x\ntrain,a.png,y\n") << "two classes";
        QTest::newRow("two splits") << QByteArray("train,a.png,x\ntest,a.png,x\n") << "cannot be scored, too";
        QTest::newRow("outside") << QByteArray("train,../a.png,x\n") << "does not lie";
        QTest::newRow("no split") << QByteArray(",a.png,x\n") << "has no split";
    }

    void odd_data_is_said_or_refused()
    {
        QFETCH(QByteArray, rows);
        QFETCH(QString, said);
        const auto folder = fresh();
        write(folder + "/manifest.csv", kHead + rows);
        const auto sentence =
            support::sentence(ErrorKind::InvalidInput, [&] { app::readLabelledFolder(folder.toStdString(), {}); });
        QVERIFY2(sentence.contains(said), qPrintable(sentence));
    }

    void what_is_left_out_is_said()
    {
        const auto folder = fresh();
        for (const char* file : {"b/1.png", "a/x.png"})
            write(folder + "/" + file, "x");
        QDir().mkpath(folder + "/empty");
        const auto data = app::readLabelledFolder(folder.toStdString(), {});
        QCOMPARE(data.classes.size(), std::size_t(2));
        QVERIFY(QString::fromStdString(data.warnings.at(0)).contains("\"empty\" has no picture"));

        const auto other = fresh();
        write(other + "/manifest.csv", kHead + "train,a.png,x\ntrain,a.png,x\ntrain,b.png,y\ntrain,c.png,\n");
        QCOMPARE(app::readLabelledFolder(other.toStdString(), {}).warnings.size(), std::size_t(2));
        QVERIFY(support::sentence(ErrorKind::NotFound, [&] {
            app::readLabelledFolder("/nowhere", {});
        }).contains("no folder"));
    }

    void the_same_picture_in_two_classes_or_splits_is_said_data()
    {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("said"); // Empty: nothing.
        QTest::newRow("two classes") << QStringList{"a/1.png", "b/2.png"} << "of the classes \"a\" and \"b\"";
        QTest::newRow("one class") << QStringList{"a/1.png", "a/2.png"} << "";
        QTest::newRow("two splits") << QStringList{"train/a/1.png", "test/a/1.png"} << "in the splits 't";
    }

    void the_same_picture_in_two_classes_or_splits_is_said()
    {
        QFETCH(QStringList, files);
        QFETCH(QString, said);
        const auto folder = fresh();
        for (const auto& file : files)
            write(folder + "/" + file, "the same");
        const QString other = files[0].startsWith("train") ? "/train/b/0.png" : "/b/0.png";
        write(folder + other, "of that size"); // Another class, and another picture.
        const auto warnings = app::readLabelledFolder(folder.toStdString(), {}).warnings;
        QCOMPARE(warnings.empty(), said.isEmpty());
        QVERIFY2(said.isEmpty() || QString::fromStdString(warnings.at(0)).contains(said),
            warnings.empty() ? "" : warnings.at(0).c_str());
    }

    void a_class_whose_name_is_no_text_is_refused()
    {
        const auto folder = fresh();
        write(folder + "/b/1.png", "x");
        std::filesystem::create_directories(std::filesystem::path(folder.toStdString()) / "a\xE9");
        std::filesystem::copy_file(
            (folder + "/b/1.png").toStdString(), std::filesystem::path(folder.toStdString()) / "a\xE9" / "2.png");
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
            app::readLabelledFolder(folder.toStdString(), {});
        }).contains("not UTF-8"));
    }

    void classes_with_a_side_ask_whose_it_is()
    {
        const auto folder = fresh();
        for (const char* name : {"left", "right"})
            for (int i = 0; i < 30; ++i) {
                QImage image(6, 4, QImage::Format_Grayscale8);
                image.fill(i);
                QDir().mkpath(folder + "/" + name);
                QVERIFY(image.save(QString("%1/%2/%3.png").arg(folder, name).arg(i)));
            }
        const auto options = optionsOf(folder);
        support::FakeAdapter adapter;
        const auto run = [&](app::UserSides user) { return app::adaptAndScore(adapter, options, user, {}, {}); };
        const auto asked = support::sentence(ErrorKind::InvalidInput, [&] { run({}); });
        QVERIFY2(asked.contains("does not say where the patient's left and right are"), qPrintable(asked));
        QVERIFY(adapter.tasks.empty()); // Before anything is learnt.
        const auto confirmed = run({imaging::Sides::Patient, app::Confirmed::Yes});
        QVERIFY(std::any_of(confirmed.warnings.begin(), confirmed.warnings.end(),
            [](const auto& one) { return one.find("was taken to be at its left") != one.npos; }));
        QCOMPARE(run({imaging::Sides::Picture, app::Confirmed::No}).runs.size(), std::size_t(1));
    }

    void zero_shot_is_asked_in_the_models_sides_and_what_was_learnt_by_its_names()
    {
        auto options = optionsFor(table({{"left", 20}, {"right", 20}}) + table({{"left", 2}, {"right", 2}}, "test"));
        const auto model = fresh();
        write(model + "/config.json", R"({"model_type": "clip", "texts_mean_sides_of": "patient"})");
        options.model = model.toStdString();
        support::FakeAdapter adapter;
        app::adaptAndScore(adapter, options, {imaging::Sides::Picture, app::Confirmed::No}, {}, {});
        QCOMPARE(adapter.questions.at(0).classes, (std::vector<std::string>{"right", "left"}));
        QCOMPARE(adapter.questions.at(1).classes, (std::vector<std::string>{"left", "right"}));
    }

    void what_makes_no_sense_is_refused_before_pictures_are_read()
    {
        auto options = optionsFor(table({{"a", 20}, {"b", 20}}));
        support::FakeAdapter adapter;
        adapter.mostBlocks = 3;
        options.depth = 4;
        const auto refused = [&] {
            return support::sentence(ErrorKind::WrongUse, [&] { app::adaptAndScore(adapter, options, {}, {}, {}); });
        };
        QVERIFY2(refused().contains("A depth of 4") && refused().contains("from 1 to 3"), qPrintable(refused()));
        options.depth = 0; // The recipe's is cut to what there is.
        QCOMPARE(app::adaptAndScore(adapter, options, {}, {}, {}).options.depth, 3);
        options.output = options.data;
        QVERIFY2(refused().contains("is the folder of the data"), qPrintable(refused()));
        options.output = options.data / "." / "";
        QVERIFY2(refused().contains("is the folder of the data"), qPrintable(refused()));
    }

    void without_pictures_to_score_on_the_reason_is_said()
    {
        support::FakeAdapter adapter;
        const auto warned = [&](const models::ClipAdaptOptions& options) {
            return QString::fromStdString(app::adaptAndScore(adapter, options, {}, {}, {}).warnings.back());
        };
        const auto splits = optionsFor(table({{"a", 20}, {"b", 20}}) + table({{"a", 2}, {"b", 2}}, "valid"));
        QVERIFY2(warned(splits).contains("no picture in the split 'test', only in 'train' and 'valid'"),
            qPrintable(warned(splits)));
        const auto folder = fresh();
        for (const char* file : {"a/1.png", "b/2.png"})
            write(folder + "/" + file, file);
        QVERIFY2(warned(optionsOf(folder)).contains("every picture was drawn"), qPrintable(warned(optionsOf(folder))));
    }

    void a_picture_is_read_as_every_command_reads_it()
    {
        const auto folder = fresh();
        QDir().mkpath(folder);
        QImage image(6, 4, QImage::Format_Grayscale8);
        image.fill(100);
        QVERIFY(image.save(folder + "/a.png"));
        const auto slice = app::readLabelledPicture({(folder + "/a.png").toStdString(), 0, 0});
        QCOMPARE(slice.columns, 6);
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::readLabelledPicture({(folder + "/a.png").toStdString(), 3, 0});
        }).contains("slice"));
    }

    void classes_with_a_side_forbid_mirrored_pictures()
    {
        imaging::Warnings said;
        const auto decide = [&](PictureVariation wanted, const std::vector<std::string>& classes) {
            return app::variationFor(wanted, classes, said);
        };
        QVERIFY(decide(PictureVariation::Auto, {"pneumonia", "edema"}) == PictureVariation::CropsAndFlips);
        QVERIFY(said.empty());
        QVERIFY(decide(PictureVariation::Auto, {"infection_left", "none"}) == PictureVariation::None);
        QVERIFY(decide(PictureVariation::Crops, {"right lung", "none"}) == PictureVariation::Crops);
        QVERIFY(decide(PictureVariation::None, {"right lung", "none"}) == PictureVariation::None);
        QCOMPARE(said.size(), std::size_t(2));
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            decide(PictureVariation::CropsAndFlips, {"bilateral", "left", "right"});
        }).contains("mirrored"));
    }

    void base_to_novel_learns_the_first_half_and_scores_both()
    {
        auto options = optionsFor(table({{"c", 20}, {"a", 20}, {"e", 20}, {"b", 20}, {"d", 3}})
            + table({{"a", 4}, {"b", 4}, {"c", 4}, {"d", 6}, {"e", 2}}, "test"));
        options.protocol = AdaptProtocol::BaseToNovel;
        support::FakeAdapter adapter;
        const auto report = app::adaptAndScore(adapter, options, {}, {}, {});
        QCOMPARE(report.classes, (std::vector<std::string>{"a", "b", "c"}));
        QCOMPARE(adapter.tasks.size(), std::size_t(3));
        std::set<std::string> outputs;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& task = adapter.tasks[i];
            QCOMPARE(task.options.seed, std::uint64_t(i + 1));
            QCOMPARE(task.training.size(), std::size_t(48));
            QCOMPARE(task.validation.size(), std::size_t(12)); // Of those that were not drawn: four are left of each.
            outputs.insert(task.options.output.string());
            for (const auto& one : task.training)
                QVERIFY(one.label < 3 && !has(task.validation, one));
        }
        QCOMPARE(outputs.size(), std::size_t(3));
        QVERIFY(!isSame(adapter.tasks[0].training, adapter.tasks[1].training));
        QCOMPARE(adapter.questions.size(), std::size_t(12)); // Base and novel, zero-shot and learnt.
        QCOMPARE(adapter.questions[2].classes, (std::vector<std::string>{"d", "e"}));
        const auto lines = app::reportTable(report);
        QVERIFY(QString::fromStdString(lines[0]).contains("base") && QString::fromStdString(lines[0]).contains("HM"));
        const auto json = nlohmann::json::parse(app::reportJson(report));
        // Learnt: base is right, of the two new ones the first is always said, which is right for 6 of 8.
        QVERIFY(std::abs(json["harmonic_mean"]["learnt"].get<double>() - app::harmonicMean(1, 0.75)) < 1e-9);
        QCOMPARE(json["means"][0]["learnt"]["accuracy"].get<double>(), 1.0);
        QCOMPARE(json["runs"].size(), std::size_t(3));
        QVERIFY(QString::fromStdString(lines[2]).contains("85.71"));
    }

    void probes_have_no_score_of_classes_that_they_did_not_learn()
    {
        auto options = optionsFor(table({{"a", 20}, {"b", 20}, {"c", 20}, {"d", 20}})
            + table({{"a", 2}, {"b", 2}, {"c", 2}, {"d", 2}}, "test"));
        options.protocol = AdaptProtocol::BaseToNovel;
        options.method = AdaptMethod::Probe;
        support::FakeAdapter adapter;
        const auto report = app::adaptAndScore(adapter, options, {}, {}, {});
        QVERIFY(report.runs[0].sets[0].learnt && !report.runs[0].sets[1].learnt);
        const auto json = nlohmann::json::parse(app::reportJson(report));
        QVERIFY(!json["harmonic_mean"].contains("learnt"));
        QVERIFY(QString::fromStdString(app::reportTable(report)[2]).contains("-"));
    }

    void without_splits_what_was_not_drawn_is_scored()
    {
        const auto folder = fresh();
        for (const char* name : {"a", "b"})
            for (int i = 0; i < 30; ++i)
                write(QString("%1/%2/%3.png").arg(folder, name).arg(i), "x");
        auto options = optionsOf(folder);
        options.protocol = AdaptProtocol::FewShot;
        options.draws = 2;
        support::FakeAdapter adapter;
        const auto report = app::adaptAndScore(adapter, options, {}, {}, {});
        QCOMPARE(report.runs.size(), std::size_t(2));
        const auto& task = adapter.tasks.front();
        const auto& asked = adapter.questions.front().pictures;
        QCOMPARE(task.training.size() + task.validation.size() + asked.size(), std::size_t(60));
        for (const auto& one : asked)
            QVERIFY(!has(task.training, one) && !has(task.validation, one));
    }

    void targets_have_classes_of_their_own_or_the_sources()
    {
        const auto source = table({{"a", 20}, {"b", 20}}) + table({{"a", 2}, {"b", 2}}, "test");
        const auto target = fresh() + "-target";
        write(target + "/manifest.csv", kHead + table({{"x", 2}, {"y", 2}}, "test"));
        auto options = optionsFor(source);
        options.protocol = AdaptProtocol::CrossDataset;
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            support::FakeAdapter adapter;
            app::adaptAndScore(adapter, options, {}, {}, {});
        }).contains("as targets"));
        options.targets = {target.toStdString()};
        support::FakeAdapter adapter;
        const auto report = app::adaptAndScore(adapter, options, {}, {}, {});
        QCOMPARE(report.runs[0].sets.size(), std::size_t(2));
        QCOMPARE(report.runs[0].sets[0].name, std::string("source"));
        QCOMPARE(report.options.depth, 3); // The source's recipe is shorter.
        QCOMPARE(report.options.epochs, 2);
        options.protocol = AdaptProtocol::DomainGeneralisation;
        QVERIFY(support::sentence(ErrorKind::InvalidInput, [&] {
            app::adaptAndScore(adapter, options, {}, {}, {});
        }).contains("none of the source's"));
        options.protocol = AdaptProtocol::CrossDataset;
        options.method = AdaptMethod::TextProbe;
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::adaptAndScore(adapter, options, {}, {}, {});
        }).contains("A probe knows only"));
        options.protocol = AdaptProtocol::FewShot;
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] {
            app::adaptAndScore(adapter, options, {}, {}, {});
        }).contains("Targets are scored by"));
    }

    void a_class_with_one_picture_is_said_and_a_stop_ends_the_runs()
    {
        auto options = optionsFor(table({{"a", 20}, {"b", 1}}) + table({{"a", 2}, {"b", 2}}, "test"));
        support::FakeAdapter adapter;
        const auto report = app::adaptAndScore(adapter, options, {}, {}, {});
        QCOMPARE(report.runs.size(), std::size_t(1));
        QCOMPARE(report.runs[0].output, options.output);
        QVERIFY(QString::fromStdString(report.warnings.at(0)).contains("\"b\" (1)"));
        std::stop_source stop;
        adapter.source = &stop;
        adapter.stopAt = 2;
        adapter.tasks.clear();
        options.protocol = AdaptProtocol::FewShot;
        const auto stopped = app::adaptAndScore(adapter, options, {}, stop.get_token(), {});
        QVERIFY(stopped.cancelled);
        QCOMPARE(stopped.runs.size(), std::size_t(2));
        QVERIFY(stopped.runs[1].sets.empty());
    }

    void the_windows_job_tells_its_epochs_and_leaves_nothing_when_stopped()
    {
        const auto options = optionsFor(table({{"a", 20}, {"b", 20}}) + table({{"a", 2}, {"b", 2}}, "test"));
        std::vector<app::AdaptPoint> seen;
        const auto run = [&](std::stop_source* stop) {
            const auto open = [&](const std::filesystem::path&) {
                auto adapter = std::make_unique<support::FakeAdapter>();
                adapter->epochs = 2;
                adapter->source = stop;
                adapter->stopAt = stop ? 1 : 0;
                return adapter;
            };
            return app::adaptStudies(open, options, [&](const auto& points) { seen = points; },
                stop ? stop->get_token() : std::stop_token(), {});
        };
        std::stop_source stop;
        QVERIFY(run(&stop).cancelled);
        QVERIFY(!std::filesystem::exists(options.output));
        QVERIFY(!run(nullptr).cancelled);
        QCOMPARE(seen.size(), std::size_t(2));
        QCOMPARE(seen[1].epoch, 2);
        QCOMPARE(seen[1].loss, 0.5);
        QCOMPARE(seen[1].validation, 0.75);
        QCOMPARE(seen[1].learnt, 0.5);
        QVERIFY(std::filesystem::exists(options.output / "scores.json"));
        QVERIFY(support::sentence(ErrorKind::WrongUse, [&] { run(nullptr); }).contains("there already"));
        QVERIFY(std::filesystem::exists(options.output / "scores.json")); // What is another's stays.
        QVERIFY(app::readAdaptCurve("/nowhere").empty());
    }

    void the_recipes_are_the_papers_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QList<double>>("numbers");
        QTest::newRow("maple") << "maple" << QList<double>{2, 9, 5, 0.0035, 4};
        QTest::newRow("coop") << "coop" << QList<double>{16, 1, 200, 0.002, 32};
        QTest::newRow("cocoop") << "cocoop" << QList<double>{4, 1, 10, 0.002, 1};
        QTest::newRow("ivlp") << "ivlp" << QList<double>{2, 12, 5, 0.0035, 4};
        QTest::newRow("vpt") << "vpt" << QList<double>{8, 12, 5, 0.0025, 4};
        QTest::newRow("language") << "language" << QList<double>{4, 12, 5, 0.0025, 4};
    }

    void the_recipes_are_the_papers()
    {
        QFETCH(QString, method);
        QFETCH(QList<double>, numbers);
        models::ClipAdaptOptions options;
        options.method = models::choiceOf<AdaptMethod>("method", method.toStdString());
        const auto recipe = models::recipeFor(options);
        QCOMPARE((QList<double>{double(recipe.contextTokens), double(recipe.depth), double(recipe.epochs),
                     recipe.learningRate, double(recipe.batchSize)}),
            numbers);
        QVERIFY(recipe.optimizer == models::Optimizer::Sgd && recipe.schedule == models::Schedule::WarmCosine);
        QCOMPARE(recipe.weightDecay, 5e-4);
        QCOMPARE(recipe.warmUpEpochs, 1);
        QCOMPARE(recipe.warmUpRate, 1e-5);
        QCOMPARE(recipe.contextWords, std::string(method == "coop" ? "random" : "a photo of a"));
        options.epochs = 7; // What is asked for stays.
        QCOMPARE(models::recipeFor(options).epochs, 7);
    }

private:
    QString fresh() { return m_home.filePath(QString("data-%1").arg(++m_folders)); }

    models::ClipAdaptOptions optionsOf(const QString& folder)
    {
        models::ClipAdaptOptions options;
        options.data = folder.toStdString();
        options.output = (folder + "-out").toStdString();
        return options;
    }

    models::ClipAdaptOptions optionsFor(const QByteArray& rows)
    {
        const auto folder = fresh();
        write(folder + "/manifest.csv", kHead + rows);
        return optionsOf(folder);
    }

    static bool has(const std::vector<models::LabelledPicture>& all, const models::LabelledPicture& one)
    {
        return std::any_of(all.begin(), all.end(), [&](const auto& other) { return other.file == one.file; });
    }

    static bool isSame(const std::vector<models::LabelledPicture>& a, const std::vector<models::LabelledPicture>& b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(),
            [](const auto& one, const auto& other) { return one.file == other.file; });
    }

    QTemporaryDir m_home;
    int m_folders = 0;
};

QTEST_GUILESS_MAIN(TestAdapt)
#include "tst_adapt.moc"
