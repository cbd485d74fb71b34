#include "imaging/error.h"
#include "models/layers/batch_norm.h"
#include "models/training/process_group.h"
#include "tests/support/free_port.h"

#include <torch/types.h>

#include <QProcess>
#include <QTest>

/// Two processes: the test starts itself again as the second one, with the variables that torchrun would set.
namespace {

constexpr int kBatch = 6;

torch::Tensor wholeBatch()
{
    torch::manual_seed(3);
    return torch::randn({kBatch, 4, 5, 5}, torch::kDouble) * 2 + 1;
}

/// Gradients and running statistics of a shared batch norm over `mine`, whose loss is a weighted sum.
std::vector<torch::Tensor> throughNorm(
    torch::Tensor mine, const torch::Tensor& weights, const models::layers::SumOverProcesses& sum)
{
    models::layers::BatchNorm2d norm(4);
    norm->to(torch::kDouble);
    if (sum)
        norm->share(sum);
    mine = mine.clone().requires_grad_();
    (norm(mine) * weights).sum().backward();
    return {mine.grad(), norm->weight.grad(), norm->bias.grad(), norm->running_mean, norm->running_var};
}

torch::Tensor weightsOfLoss()
{
    torch::manual_seed(4);
    return torch::randn({kBatch, 4, 5, 5}, torch::kDouble);
}

} // namespace

class TestProcessGroup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void alone_there_is_no_group();
    void wrong_variables_are_named_data();
    void wrong_variables_are_named();
    void processes_add_up_and_hear_the_first_one();
    void batch_norm_over_two_processes_is_that_of_the_whole_batch();
    void group_that_is_not_complete_is_given_up();
};

void TestProcessGroup::alone_there_is_no_group()
{
    qunsetenv("WORLD_SIZE");
    QVERIFY(!models::training::ProcessGroup::fromEnvironment(at::kCPU));
    qputenv("WORLD_SIZE", "1");
    QVERIFY(!models::training::ProcessGroup::fromEnvironment(at::kCPU));
    qunsetenv("WORLD_SIZE");
}

void TestProcessGroup::wrong_variables_are_named_data()
{
    QTest::addColumn<QByteArray>("size");
    QTest::addColumn<QByteArray>("rank");
    QTest::addColumn<QByteArray>("port");
    QTest::addColumn<QString>("named");
    QTest::newRow("size no number") << QByteArray("two") << QByteArray("0") << QByteArray("4000") << "WORLD_SIZE";
    QTest::newRow("no rank") << QByteArray("2") << QByteArray() << QByteArray("4000") << "RANK";
    QTest::newRow("rank too large") << QByteArray("2") << QByteArray("2") << QByteArray("4000") << "RANK";
    QTest::newRow("no port") << QByteArray("2") << QByteArray("0") << QByteArray() << "MASTER_PORT";
    QTest::newRow("port too large") << QByteArray("2") << QByteArray("0") << QByteArray("70000") << "MASTER_PORT";
}

void TestProcessGroup::wrong_variables_are_named()
{
    QFETCH(QByteArray, size);
    QFETCH(QByteArray, rank);
    QFETCH(QByteArray, port);
    QFETCH(QString, named);
    qputenv("WORLD_SIZE", size);
    qputenv("RANK", rank);
    qputenv("MASTER_PORT", port);
    try {
        models::training::ProcessGroup::fromEnvironment(at::kCPU);
        QFAIL("nothing was thrown");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::WrongUse);
        QVERIFY2(QString(error.what()).contains(named), error.what());
    }
    qunsetenv("WORLD_SIZE");
}

/// What the second process does; its exit code says whether it saw what it should.
int secondProcess()
{
    const auto group = models::training::ProcessGroup::fromEnvironment(at::kCPU);
    auto values = torch::full({3}, 10.0);
    group->sum(values);
    auto news = torch::zeros({2});
    group->broadcast(news);
    const bool any = group->any(false);
    const auto sum = [&](torch::Tensor& tensor) { group->sum(tensor); };
    throughNorm(wholeBatch().narrow(0, 4, 2), weightsOfLoss().narrow(0, 4, 2), sum);
    return values[0].item<double>() == 11 && news[1].item<double>() == 7 && any ? 0 : 1;
}

void TestProcessGroup::processes_add_up_and_hear_the_first_one()
{
    qputenv("WORLD_SIZE", "2");
    qputenv("MASTER_ADDR", "127.0.0.1");
    qputenv("MASTER_PORT", QByteArray::number(support::freePort()));
    qputenv("RANK", "1");
    QProcess other;
    other.setProcessChannelMode(QProcess::ForwardedChannels);
    other.start(QCoreApplication::applicationFilePath(), {"--second-process"});
    QVERIFY(other.waitForStarted());
    qputenv("RANK", "0");
    std::vector<torch::Tensor> here;
    {
        const auto group = models::training::ProcessGroup::fromEnvironment(at::kCPU);
        QVERIFY(group && group->isFirst());
        QCOMPARE(group->size(), 2);
        auto values = torch::ones({3});
        group->sum(values);
        QCOMPARE(values[2].item<double>(), 11.0);
        auto news = torch::full({2}, 7.0);
        group->broadcast(news);
        QVERIFY(group->any(true));
        const auto sum = [&](torch::Tensor& tensor) { group->sum(tensor); };
        here = throughNorm(wholeBatch().narrow(0, 0, 4), weightsOfLoss().narrow(0, 0, 4), sum);
        QVERIFY(other.waitForFinished());
    }
    QCOMPARE(other.exitCode(), 0);
    qunsetenv("WORLD_SIZE");

    const auto whole = throughNorm(wholeBatch(), weightsOfLoss(), {});
    QVERIFY(here[0].allclose(whole[0].narrow(0, 0, 4), 1e-9, 1e-10)); // gradients of the pictures
    QVERIFY(here[3].allclose(whole[3], 1e-9, 1e-12)); // running mean
    QVERIFY(here[4].allclose(whole[4], 1e-9, 1e-12)); // running variance, unbiased over both
}

/// The same mathematics without a network: two threads' worth of halves, added by hand.
void TestProcessGroup::batch_norm_over_two_processes_is_that_of_the_whole_batch()
{
    const auto batch = wholeBatch(), weights = weightsOfLoss();
    const auto doubled = [](torch::Tensor& tensor) { tensor.mul_(2); }; // two processes with the same half
    const auto half = batch.narrow(0, 0, 3), halfWeights = weights.narrow(0, 0, 3);
    const auto shared = throughNorm(half, halfWeights, doubled);
    const auto alone = throughNorm(torch::cat({half, half}), torch::cat({halfWeights, halfWeights}), {});
    QVERIFY(shared[0].allclose(alone[0].narrow(0, 0, 3), 1e-9, 1e-10));
    QVERIFY((shared[1] * 2).allclose(alone[1], 1e-9, 1e-10));
    QVERIFY((shared[2] * 2).allclose(alone[2], 1e-9, 1e-10));
    QVERIFY(shared[3].allclose(alone[3], 1e-9, 1e-12));
    QVERIFY(shared[4].allclose(alone[4], 1e-9, 1e-12));
}

void TestProcessGroup::group_that_is_not_complete_is_given_up()
{
    qputenv("WORLD_SIZE", "2");
    qputenv("RANK", "0");
    qputenv("MASTER_PORT", QByteArray::number(support::freePort()));
    try {
        models::training::ProcessGroup::fromEnvironment(at::kCPU, /*seconds=*/2);
        QFAIL("nothing was thrown");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::Io);
        QVERIFY2(QString(error.what()).contains("did not find each other"), error.what());
    }
    qunsetenv("WORLD_SIZE");
}

int main(int argc, char** argv)
{
    if (argc == 2 && QByteArray(argv[1]) == "--second-process")
        return secondProcess();
    QCoreApplication application(argc, argv);
    TestProcessGroup test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_process_group.moc"
