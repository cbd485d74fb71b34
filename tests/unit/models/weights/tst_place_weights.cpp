#include "imaging/error.h"
#include "models/weights/finite.h"
#include "models/weights/load_report.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/place_weights.h"
#include "models/weights/safetensors.h"
#include "models/weights/without_initialisation.h"

#include "tests/support/error_sentence.h"

#include <QtTest>

#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/types.h>

#include <fstream>
#include <limits>

using imaging::Error;
using imaging::ErrorKind;
using models::weights::StateDict;
namespace nn = torch::nn;

namespace {

constexpr std::uint64_t kGigabyte = 1'000'000'000;

std::filesystem::path pathOf(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

void writeText(const std::filesystem::path& file, const std::string& text)
{
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

/// A safetensors file with one tensor "weight" [rows, 1024] of zeros, which take no place on the disk.
std::filesystem::path sparseFile(const QTemporaryDir& folder, std::uint64_t rows)
{
    const auto file = pathOf(folder, "sparse.safetensors");
    const auto bytes = rows * 1024 * 4;
    const auto header = QString(R"({"weight":{"dtype":"F32","shape":[%1,1024],"data_offsets":[0,%2]}})")
                            .arg(rows)
                            .arg(bytes)
                            .leftJustified(128)
                            .toStdString();
    std::string start(8, '\0');
    start[0] = static_cast<char>(header.size());
    writeText(file, start + header);
    std::filesystem::resize_file(file, start.size() + header.size() + bytes);
    return file;
}

nn::Sequential network()
{
    return nn::Sequential(nn::Linear(3, 4), nn::LayerNorm(nn::LayerNormOptions({4})));
}

StateDict weightsFor(const nn::Sequential& network)
{
    StateDict weights;
    for (const auto& [key, tensor] : models::weights::weightsOf(*network))
        weights.emplace(key, torch::randn_like(tensor));
    return weights;
}

} // namespace

class TestPlaceWeights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_file_s_tensors_become_the_module_s();
    void other_types_are_converted();
    void a_tensor_stored_once_for_two_places_becomes_two();
    void what_does_not_fit_leaves_the_module_alone();
    void modules_are_made_without_random_numbers();
    void numbers_that_are_none_are_found_data();
    void numbers_that_are_none_are_found();
    void free_memory_is_the_least_that_machine_and_groups_leave_data();
    void free_memory_is_the_least_that_machine_and_groups_leave();
    void a_model_beyond_the_free_memory_is_refused();
    void a_large_file_is_mapped_and_written_to_by_nobody();
    void a_file_shortened_while_mapped_gives_a_sentence();
};

void TestPlaceWeights::a_file_s_tensors_become_the_module_s()
{
    auto made = network();
    const auto weights = weightsFor(made);
    models::weights::placeWeights(*made, weights, "file");
    for (const auto& [key, tensor] : models::weights::weightsOf(*made)) {
        QVERIFY(torch::equal(tensor, weights.at(key)));
        QCOMPARE(tensor.const_data_ptr(), weights.at(key).const_data_ptr());
    }
    QVERIFY(!made->is_training());
    for (const auto& parameter : made->parameters())
        QVERIFY(!parameter.requires_grad());
    const auto x = torch::randn({2, 3});
    const auto expected = torch::layer_norm(torch::linear(x, weights.at("0.weight"), weights.at("0.bias")), {4},
        weights.at("1.weight"), weights.at("1.bias"));
    QVERIFY(torch::equal(made->forward(x), expected));
}

void TestPlaceWeights::other_types_are_converted()
{
    auto made = network();
    auto weights = weightsFor(made);
    weights["0.weight"] = weights["0.weight"].to(at::kHalf);
    weights["0.bias"] = torch::ones({4}).to(at::kBFloat16);
    models::weights::placeWeights(*made, weights, "file");
    QVERIFY(torch::equal(made[0]->as<nn::Linear>()->weight, weights["0.weight"].to(at::kFloat)));
    auto halved = network();
    models::weights::placeWeights(*halved, weights, "file", at::kBFloat16);
    for (const auto& parameter : halved->parameters())
        QVERIFY(parameter.scalar_type() == at::kBFloat16);
}

void TestPlaceWeights::a_tensor_stored_once_for_two_places_becomes_two()
{
    nn::Sequential made(
        nn::Linear(nn::LinearOptions(3, 3).bias(false)), nn::Linear(nn::LinearOptions(3, 3).bias(false)));
    const auto shared = torch::randn({3, 3});
    models::weights::placeWeights(*made, {{"0.weight", shared}, {"1.weight", shared}}, "file");
    const auto placed = models::weights::weightsOf(*made);
    QVERIFY(torch::equal(placed.at("0.weight"), placed.at("1.weight")));
    QVERIFY(placed.at("0.weight").const_data_ptr() != placed.at("1.weight").const_data_ptr());
}

void TestPlaceWeights::what_does_not_fit_leaves_the_module_alone()
{
    auto made = network();
    auto weights = weightsFor(made);
    weights.erase("0.bias");
    weights["extra"] = torch::zeros({1});
    const auto before = made[0]->as<nn::Linear>()->weight.clone();
    const auto message =
        support::sentence(ErrorKind::Model, [&] { models::weights::placeWeights(*made, weights, "some.pth"); });
    for (const char* part : {"some.pth", "0.bias", "extra"})
        QVERIFY2(message.contains(part), qPrintable(message));
    QVERIFY(torch::equal(before, made[0]->as<nn::Linear>()->weight));
    weights = weightsFor(made);
    weights["0.bias"][1] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(support::sentence(ErrorKind::Model, [&] {
        models::weights::placeWeights(*made, weights, "f");
    }).contains("damaged"));
}

void TestPlaceWeights::modules_are_made_without_random_numbers()
{
    torch::manual_seed(7);
    const auto expected = torch::randn({4});
    torch::manual_seed(7);
    {
        const models::weights::WithoutInitialisation quick;
        nn::Linear(1000, 1000); // Draws nothing.
    }
    QVERIFY(torch::equal(torch::randn({4}), expected));
    torch::manual_seed(7);
    nn::Linear(10, 10);
    QVERIFY(!torch::equal(torch::randn({4}), expected)); // Its life over, random numbers are drawn again.
}

void TestPlaceWeights::numbers_that_are_none_are_found_data()
{
    QTest::addColumn<int>("type");
    for (const auto type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16})
        QTest::newRow(c10::toString(type)) << static_cast<int>(type);
}

void TestPlaceWeights::numbers_that_are_none_are_found()
{
    QFETCH(int, type);
    const auto wanted = static_cast<at::ScalarType>(type);
    const auto values = torch::randn({3, 5000}).to(wanted);
    values[0][0] = 60000.0; // Near the largest of half precision.
    QVERIFY(models::weights::allFinite(values));
    QVERIFY(models::weights::allFinite(values.t()));
    QVERIFY(models::weights::allFinite(torch::zeros({0}, wanted)));
    for (const auto number : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
             std::numeric_limits<double>::quiet_NaN()}) {
        const auto damaged = values.clone();
        damaged[2][4999] = number;
        QVERIFY(!models::weights::allFinite(damaged));
        QVERIFY(!models::weights::allFinite(damaged.t()));
    }
    QVERIFY(models::weights::allFinite(torch::full({4}, std::numeric_limits<std::int64_t>::max())));
}

void TestPlaceWeights::free_memory_is_the_least_that_machine_and_groups_leave_data()
{
    using Files = QMap<QString, QString>;
    const QString machine = "MemTotal: 24000000 kB\nMemFree: 1000 kB\nMemAvailable:    8000000 kB\n";
    QTest::addColumn<Files>("files");
    QTest::addColumn<quint64>("available");
    QTest::newRow("machine") << Files{{"proc/meminfo", machine}} << quint64(8'000'000) * 1024;
    QTest::newRow("group without a limit") << Files{{"proc/meminfo", machine}, {"proc/self/cgroup", "0::/\n"},
        {"sys/fs/cgroup/memory.max", "max\n"}, {"sys/fs/cgroup/memory.current", "5\n"}}
                                           << quint64(8'000'000) * 1024;
    QTest::newRow("group") << Files{{"proc/meminfo", machine}, {"proc/self/cgroup", "0::/a/b\n"},
        {"sys/fs/cgroup/a/memory.max", "3000000000\n"}, {"sys/fs/cgroup/a/memory.current", "2500000000\n"},
        {"sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 500000000\n"}, {"sys/fs/cgroup/a/b/memory.max", "max\n"}}
                           << quint64(1'000'000'000);
    QTest::newRow("group seen from inside") << Files{{"proc/meminfo", machine}, {"proc/self/cgroup", "0::/host/name\n"},
        {"sys/fs/cgroup/memory.max", "3000000000\n"}, {"sys/fs/cgroup/memory.current", "4000000000\n"}}
                                            << quint64(0);
    QTest::newRow("first version") << Files{{"proc/meminfo", machine}, {"proc/self/cgroup", "5:cpu:/\n4:memory:/job\n"},
        {"sys/fs/cgroup/memory/job/memory.limit_in_bytes", "3000000000\n"},
        {"sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000000000\n"}}
                                   << quint64(2'000'000'000);
    QTest::newRow("nothing says it") << Files{} << quint64(std::numeric_limits<std::uint64_t>::max());
}

void TestPlaceWeights::free_memory_is_the_least_that_machine_and_groups_leave()
{
    using Files = QMap<QString, QString>;
    QFETCH(Files, files);
    QFETCH(quint64, available);
    const QTemporaryDir root;
    for (auto one = files.begin(); one != files.end(); ++one)
        writeText(pathOf(root, one.key().toUtf8().constData()), one.value().toStdString());
    QCOMPARE(quint64(models::weights::availableMemory(root.path().toStdString())), available);
}

void TestPlaceWeights::a_model_beyond_the_free_memory_is_refused()
{
    models::weights::requireMemory(3 * kGigabyte, "blip", 4 * kGigabyte);
    const auto message = support::sentence(
        ErrorKind::Model, [] { models::weights::requireMemory(14 * kGigabyte, "blip", 6 * kGigabyte); });
    for (const char* part : {"blip", "14.3 GB", "6.0 GB"})
        QVERIFY2(message.contains(part), qPrintable(message));
    const QTemporaryDir folder; // 4 TB
    const auto file = sparseFile(folder, std::uint64_t{1} << 30U);
    QVERIFY(support::sentence(ErrorKind::Model, [&] { models::weights::readSafetensors(file); }).contains("are free"));
}

void TestPlaceWeights::a_large_file_is_mapped_and_written_to_by_nobody()
{
    const QTemporaryDir folder; // 3 GB
    const auto file = sparseFile(folder, std::uint64_t{3} << 18U);
    if (models::weights::availableMemory() < 4 * kGigabyte)
        QSKIP("needs 4 GB of free memory");
    {
        const auto weight = models::weights::readSafetensors(file).at("weight");
        QCOMPARE(weight.size(0), std::int64_t{3} << 18U);
        weight[0].fill_(1);
        QCOMPARE(weight[0].sum().item<double>(), 1024.0);
        QCOMPARE(weight[(3 << 18) - 1].sum().item<double>(), 0.0);
        models::weights::requireFilesUnchanged();
    }
    QCOMPARE(models::weights::readSafetensors(file).at("weight")[0].sum().item<double>(), 0.0);
}

void TestPlaceWeights::a_file_shortened_while_mapped_gives_a_sentence()
{
    const QTemporaryDir folder;
    const auto file = sparseFile(folder, std::uint64_t{3} << 18U);
    if (models::weights::availableMemory() < 4 * kGigabyte)
        QSKIP("needs 4 GB of free memory");
    {
        const auto weights = models::weights::readSafetensors(file);
        std::filesystem::resize_file(file, 1 << 20);
        QCOMPARE(weights.at("weight")[(3 << 18) - 1].sum().item<double>(), 0.0); // No page is there.
        const auto message = support::sentence(ErrorKind::Model, [] { models::weights::requireFilesUnchanged(); });
        QVERIFY2(message.contains("sparse.safetensors") && message.contains("changed"), qPrintable(message));
    }
    models::weights::requireFilesUnchanged(); // Closed, it is nobody's concern.
}

QTEST_GUILESS_MAIN(TestPlaceWeights)
#include "tst_place_weights.moc"
