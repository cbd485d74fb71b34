// The loop of every training, driven by the least that a family adds to it.

#include "imaging/error.h"
#include "models/training/training_loop.h"
#include "models/weights/load_report.h"
#include "tests/support/error_sentence.h"

#include <QTemporaryDir>
#include <QTest>

#include <torch/nn/functional/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>

#include <fstream>
#include <functional>
#include <limits>
#include <mutex>
#include <sstream>

namespace {

namespace fs = std::filesystem;
using namespace models::training;

const ScoreKind kError{"error", "error", ScoreUnit::Plain, Better::Lower};

/// Two pictures of four pixels, and how bright they are.
struct Pictures : StepInput
{
    explicit Pictures(std::int64_t step)
        : number(step)
        , pixels(at::arange(8).view({2, 4}) / 8 + double(step % 3) / 10)
    {
    }

    std::int64_t number;
    at::Tensor pixels; ///< [2, 4]
    at::Tensor brightness() const { return pixels.mean(1, /*keepdim=*/true); } ///< [2, 1]
};

/// Learns how bright pictures are: all that a family has to say.
class Brightness : public TrainingTask
{
public:
    torch::nn::Module& network() override { return *m_net; }
    std::int64_t stepsPerEpoch() const override { return 3; }
    std::unique_ptr<StepInput> input(std::int64_t step) const override { return std::make_unique<Pictures>(step); }
    StepLosses losses(std::int64_t, const StepInput& input) override { return {error(input), {}, {}}; }
    std::vector<std::string> pictures(std::int64_t step) const override { return {std::to_string(step) + ".png"}; }
    std::vector<LogColumn> validationColumns() const override { return {{"valid_error", "valid/error"}}; }
    ScoreKind score() const override { return kError; }
    std::vector<double> validate(const std::stop_token&) override { return {error(Pictures(1)).item<double>()}; }
    void writeBest(const TrainingPosition& at, const std::vector<double>&) override { written.push_back(at.bestEpoch); }
    std::string settings() const override { return "{}"; }

    at::Tensor error(const StepInput& input)
    {
        const auto& shown = static_cast<const Pictures&>(input);
        return (m_net->forward(shown.pixels) - shown.brightness()).square().mean();
    }

    std::vector<int> written; ///< The epochs that were the best when they were done.

protected:
    torch::nn::Linear m_net = seeded();

private:
    static torch::nn::Linear seeded()
    {
        torch::manual_seed(5);
        return torch::nn::Linear(4, 1);
    }
};

/// One that uses everything else, too, and can be told what its scores are.
class Watched : public Brightness
{
public:
    std::unique_ptr<StepInput> input(std::int64_t step) const override
    {
        const std::lock_guard lock(m_mutex);
        made.push_back(step);
        return Brightness::input(step);
    }

    StepLosses losses(std::int64_t step, const StepInput& input) override
    {
        const auto& shown = static_cast<const Pictures&>(input);
        trained.emplace_back(step, shown.number);
        m_net->bias.set_requires_grad(step >= biasFrom);
        const auto drawn = torch::nn::functional::dropout(shown.pixels, torch::nn::functional::DropoutFuncOptions());
        auto loss = (m_net->forward(drawn) - shown.brightness()).square().mean();
        return {step == spoilt ? loss / 0 : loss, {{"shared", loss.detach()}}, {{"counted", 2}}};
    }

    Figures stepDone(const StepInput&) override { return {{"moved", 1}}; }

    std::vector<double> validate(const std::stop_token& stop) override
    {
        if (whenValidated)
            whenValidated();
        return scores.empty() ? Brightness::validate(stop) : std::vector<double>{scores.at(m_validated++)};
    }

    ScoreKind score() const override { return kind; }

    std::vector<LogColumn> figureColumns() const override
    {
        return {{"shared_loss", "train/shared"}, {"counted", ""}, {"moved", ""}, {"nothing", ""}};
    }

    std::vector<std::optional<double>> figures(const TrainingPosition& position) const override
    {
        const auto& sums = position.sums;
        return {sums.at("shared") / 3, sums.at("counted"), sums.at("moved"), std::nullopt};
    }

    bool describeBest(const TrainingPosition&, const std::stop_token&, const imaging::Progress&) override
    {
        ++described;
        return true;
    }

    models::weights::StateDict weights()
    {
        models::weights::StateDict copies;
        for (const auto& [name, tensor] : models::weights::weightsOf(*m_net))
            copies[name] = tensor.detach().clone();
        return copies;
    }

    ScoreKind kind = kError;
    std::vector<double> scores; ///< Of the epochs; empty: measured.
    std::int64_t biasFrom = 0; ///< The bias is frozen before this step.
    std::int64_t spoilt = -1; ///< The step whose loss is no number.
    std::function<void()> whenValidated;
    mutable std::vector<std::int64_t> made;
    std::vector<std::pair<std::int64_t, std::int64_t>> trained; ///< The number of each step, and of what it was given.
    int described = 0;

private:
    mutable std::mutex m_mutex;
    std::size_t m_validated = 0;
};

std::vector<std::string> linesOf(const fs::path& file)
{
    std::vector<std::string> lines;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::vector<std::string> cellsOf(const std::string& line)
{
    std::vector<std::string> cells{""};
    for (const char letter : line)
        if (letter == ',')
            cells.emplace_back();
        else
            cells.back() += letter;
    return cells;
}

} // namespace

class TestTrainingLoop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void ten_lines_of_a_family_are_enough();
    void every_step_is_computed_once_with_its_own_input();
    void best_epoch_is_the_best_of_its_kind_data();
    void best_epoch_is_the_best_of_its_kind();
    void stopped_training_goes_on_as_if_it_had_not_stopped_data();
    void stopped_training_goes_on_as_if_it_had_not_stopped();
    void stop_during_validation_does_not_count_the_epoch();
    void log_has_the_columns_of_the_family();
    void training_ends_when_the_score_no_longer_improves();
    void loss_that_is_no_number_names_what_it_showed();
    void other_settings_are_not_gone_on_with();
    void half_precision_is_for_families_that_know_it();
    void scores_are_printed_as_what_they_are_data();
    void scores_are_printed_as_what_they_are();

private:
    fs::path folder(const char* name = "out") const { return m_folder->path().toStdString() + "/" + name; }

    TrainOptions options(const char* output = "out") const
    {
        TrainOptions options;
        options.output = folder(output);
        options.device = "cpu";
        options.batchSize = 2;
        options.epochs = 4;
        options.learningRate = 0.05;
        options.loaderThreads = 2;
        return options;
    }

    /// Stops after so many steps; 0: never.
    TrainResult run(const TrainOptions& options, TrainingTask& task, int stopAfter = 0)
    {
        std::stop_source stop;
        int steps = 0;
        const imaging::Progress progress([&](double, std::string_view line) {
            m_lines.emplace_back(line);
            if (++steps == stopAfter)
                stop.request_stop();
        });
        return runTraining(options, task, TrainingPlace(options), stop.get_token(), progress);
    }

    std::optional<QTemporaryDir> m_folder;
    std::vector<std::string> m_lines; ///< What was said of its progress.
};

void TestTrainingLoop::init()
{
    m_folder.emplace();
    m_lines.clear();
}

void TestTrainingLoop::ten_lines_of_a_family_are_enough()
{
    Brightness task;
    const double before = task.validate({}).front();
    const auto result = run(options(), task);
    QVERIFY(!result.cancelled);
    QCOMPARE(result.epochs, 4);
    QVERIFY2(result.bestScore < before / 2, qPrintable(QString("%1 of %2").arg(result.bestScore).arg(before)));
    QCOMPARE(result.score.key, std::string("error"));
    QCOMPARE(task.written.back(), result.bestEpoch);
}

void TestTrainingLoop::every_step_is_computed_once_with_its_own_input()
{
    Watched task;
    run(options(), task);
    QCOMPARE(task.trained.size(), std::size_t(12));
    for (std::int64_t step = 0; step < 12; ++step)
        QCOMPARE(task.trained[std::size_t(step)], std::pair(step, step));
    std::sort(task.made.begin(), task.made.end());
    QCOMPARE(std::adjacent_find(task.made.begin(), task.made.end()), task.made.end());
    QCOMPARE(task.made.size(), std::size_t(12));
    QCOMPARE(task.described, 1);
}

void TestTrainingLoop::best_epoch_is_the_best_of_its_kind_data()
{
    constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
    QTest::addColumn<bool>("higher");
    QTest::addColumn<QList<double>>("scores");
    QTest::addColumn<int>("best");
    QTest::addColumn<int>("written");
    QTest::newRow("the highest") << true << QList<double>{0.2, 0.6, 0.6, 0.5} << 2 << 2;
    QTest::newRow("the lowest") << false << QList<double>{3, 2.5, 2.6, 1} << 4 << 3;
    QTest::newRow("far below zero") << true << QList<double>{-90, -70, -80, -75} << 2 << 2;
    QTest::newRow("zero is a score") << true << QList<double>{0, 0, 0, 0} << 1 << 1;
    QTest::newRow("what is no number never is") << false << QList<double>{kNoNumber, 2, kNoNumber, 3} << 2 << 1;
    QTest::newRow("none") << true << QList<double>{kNoNumber, kNoNumber, kNoNumber, kNoNumber} << 0 << 0;
}

void TestTrainingLoop::best_epoch_is_the_best_of_its_kind()
{
    QFETCH(bool, higher);
    QFETCH(QList<double>, scores);
    QFETCH(int, best);
    QFETCH(int, written);
    Watched task;
    task.kind.better = higher ? Better::Higher : Better::Lower;
    task.scores.assign(scores.begin(), scores.end());
    const auto result = run(options(), task);
    QCOMPARE(result.bestEpoch, best);
    QCOMPARE(result.bestScore, best > 0 ? scores[best - 1] : 0);
    QCOMPARE(task.written.size(), std::size_t(written));
    QCOMPARE(task.described, best > 0 ? 1 : 0);
}

void TestTrainingLoop::stopped_training_goes_on_as_if_it_had_not_stopped_data()
{
    QTest::addColumn<int>("stopAfter");
    QTest::addColumn<bool>("adamW");
    QTest::addColumn<double>("average");
    QTest::addColumn<int>("biasFrom");
    QTest::newRow("before the first epoch ends") << 1 << false << 0.0 << 0;
    QTest::newRow("within an epoch") << 5 << true << 0.9 << 0;
    QTest::newRow("with its last step") << 6 << false << 0.9 << 0;
    QTest::newRow("before a frozen part joins") << 4 << true << 0.0 << 8;
}

void TestTrainingLoop::stopped_training_goes_on_as_if_it_had_not_stopped()
{
    QFETCH(int, stopAfter);
    QFETCH(bool, adamW);
    QFETCH(double, average);
    QFETCH(int, biasFrom);
    const auto trained = [&](Watched& task, const char* name, bool resume, int stop) {
        auto settings = options(name);
        settings.optimizer = adamW ? Optimizer::AdamW : Optimizer::Adam;
        settings.averageDecay = average;
        settings.resume = resume;
        task.biasFrom = biasFrom;
        return run(settings, task, stop);
    };
    Watched whole, first, second;
    const auto expected = trained(whole, "whole", false, 0);
    QVERIFY(trained(first, "parts", false, stopAfter).cancelled);
    QCOMPARE(first.trained.size(), std::size_t(stopAfter));
    const auto result = trained(second, "parts", true, 0);
    QVERIFY(!result.cancelled);
    QCOMPARE(second.trained.front().first, std::int64_t(stopAfter));
    for (const auto& [name, tensor] : whole.weights())
        QVERIFY2(tensor.equal(second.weights().at(name)), name.c_str());
    QVERIFY(result.bestScore == expected.bestScore);
    QCOMPARE(result.bestEpoch, expected.bestEpoch);
}

void TestTrainingLoop::stop_during_validation_does_not_count_the_epoch()
{
    Watched task;
    std::stop_source stop;
    task.whenValidated = [&] { stop.request_stop(); };
    const auto settings = options();
    const auto result = runTraining(settings, task, TrainingPlace(settings), stop.get_token(), {});
    QVERIFY(result.cancelled);
    QCOMPARE(result.epochs, 0);
    QVERIFY(task.written.empty());
    QVERIFY(fs::exists(folder() / "training" / "state.safetensors"));
}

void TestTrainingLoop::log_has_the_columns_of_the_family()
{
    Watched task;
    task.scores = {0.5, 0.25, 0.75, 0.125};
    run(options(), task);
    const auto lines = linesOf(folder() / "training" / "log.csv");
    QCOMPARE(lines.size(), std::size_t(5));
    const auto names = cellsOf(lines.front());
    const std::vector<std::string> expected{"epoch", "learning_rate", "loss", "valid_error", "seconds_per_picture",
        "seconds", "seconds_waited_for_data", "shared_loss", "counted", "moved", "nothing"};
    QCOMPARE(names, expected);
    for (std::size_t epoch = 1; epoch < lines.size(); ++epoch) {
        const auto cells = cellsOf(lines[epoch]);
        QCOMPARE(cells.size(), names.size());
        QCOMPARE(std::stoul(cells[0]), epoch);
        QCOMPARE(std::stod(cells[3]), task.scores[epoch - 1]);
        QCOMPARE(cells[7], cells[2]);
        QCOMPARE(std::stod(cells[8]), 6.0);
        QCOMPARE(std::stod(cells[9]), 3.0);
        QVERIFY(cells[10].empty());
    }
}

void TestTrainingLoop::training_ends_when_the_score_no_longer_improves()
{
    Watched task;
    task.scores = {3, 1, 2, 2, 2, 2};
    auto settings = options();
    settings.epochs = 6;
    settings.earlyStopEpochs = 2;
    const auto result = run(settings, task);
    QCOMPARE(result.epochs, 4);
    QCOMPARE(result.bestEpoch, 2);
}

void TestTrainingLoop::loss_that_is_no_number_names_what_it_showed()
{
    Watched task;
    task.spoilt = 4;
    const auto settings = options();
    const auto said = support::sentence(imaging::ErrorKind::Model, [&] { run(settings, task); });
    QVERIFY2(said.contains("epoch 2, step 2 (pictures '4.png')"), qPrintable(said));
    QVERIFY2(said.contains("package of epoch 1 is kept"), qPrintable(said));
    QVERIFY(models::weights::weightsOf(task.network()).begin()->second.isfinite().all().item<bool>());
}

void TestTrainingLoop::other_settings_are_not_gone_on_with()
{
    struct Other : Brightness
    {
        std::string settings() const override { return R"({"size": 8, "depth": 2})"; }
        std::string defaultSettings() const override { return R"({"size": 4, "depth": 2})"; }
    };
    Brightness first;
    run(options(), first, 2);
    Other second;
    auto settings = options();
    settings.resume = true;
    const auto said = support::sentence(imaging::ErrorKind::InvalidInput, [&] { run(settings, second); });
    QVERIFY2(said.contains("have changed: size."), qPrintable(said));
}

void TestTrainingLoop::half_precision_is_for_families_that_know_it()
{
    Brightness task;
    auto settings = options();
    settings.halfPrecision = true;
    QVERIFY(!run(settings, task).cancelled);
}

void TestTrainingLoop::scores_are_printed_as_what_they_are_data()
{
    QTest::addColumn<bool>("fraction");
    QTest::addColumn<double>("score");
    QTest::addColumn<QString>("expected");
    QTest::newRow("in per cent") << true << 0.8126 << "best error 81.26,";
    QTest::newRow("as it is") << false << 2.31256 << "best error 2.3126,";
    QTest::newRow("below zero") << false << -7.5 << "best error -7.5000,";
}

void TestTrainingLoop::scores_are_printed_as_what_they_are()
{
    QFETCH(bool, fraction);
    QFETCH(double, score);
    QFETCH(QString, expected);
    Watched task;
    task.kind.unit = fraction ? ScoreUnit::Fraction : ScoreUnit::Plain;
    task.scores.assign(4, score);
    run(options(), task);
    QVERIFY2(m_lines.front().find(", no error yet, ") != std::string::npos, m_lines.front().c_str());
    QVERIFY2(QString::fromStdString(m_lines.back()).contains(expected), m_lines.back().c_str());
}

QTEST_GUILESS_MAIN(TestTrainingLoop)
#include "tst_training_loop.moc"
