#include "imaging/error.h"
#include "models/weights/byte_arrays.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"
#include "models/weights/stored_numbers.h"
#include "models/weights/weights_file.h"

#include <QtTest>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <random>

using imaging::Error;
using imaging::ErrorKind;

namespace {

std::filesystem::path pathOf(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

std::string bytesOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void writeBytes(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string fileOf(const std::string& header, std::size_t dataBytes)
{
    std::string bytes;
    for (int i = 0; i < 8; ++i)
        bytes += static_cast<char>(header.size() >> (8 * i));
    return bytes + header + std::string(dataBytes, '\1');
}

models::weights::StateDict everyType()
{
    models::weights::StateDict tensors;
    const auto values = torch::arange(-4, 8).reshape({3, 4});
    for (const auto type :
        {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort, at::kChar})
        tensors[std::string("signed.") + c10::toString(type)] = values.to(type);
    for (const auto type : {at::kByte, at::kUInt16, at::kUInt32, at::kUInt64, at::kBool})
        tensors[std::string("unsigned.") + c10::toString(type)] = values.abs().to(type);
    tensors["scalar"] = torch::tensor(2.5F);
    tensors["empty"] = torch::empty({0, 5});
    return tensors;
}

/// The message of the Error that reading throws; empty when it throws none.
std::string refusal(const std::filesystem::path& file, ErrorKind kind)
{
    try {
        models::weights::readSafetensors(file);
    } catch (const Error& error) {
        return error.kind() == kind ? error.what() : std::string("wrong kind: ") + error.what();
    }
    return {};
}

} // namespace

class TestSafetensors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_type_comes_back_equal();
    void strided_tensors_are_written_in_order();
    void equal_tensors_give_equal_bytes();
    void rows_of_bytes_are_written_and_read_without_torch();
    void a_failed_write_keeps_the_old_file();
    void weights_are_found_under_every_name_data();
    void weights_are_found_under_every_name();
    void shards_are_joined();
    void a_missing_shard_is_named();
    void an_index_cannot_leave_its_folder();
    void hostile_headers_are_refused_data();
    void hostile_headers_are_refused();
    void damaged_files_never_crash();
    void a_missing_file_is_not_found();
    void a_strict_load_reports_everything_at_once();
    void half_precision_weights_load_into_floats();
};

void TestSafetensors::every_type_comes_back_equal()
{
    QTemporaryDir folder;
    const auto file = pathOf(folder, "a.safetensors");
    const auto tensors = everyType();
    models::weights::writeSafetensors(file, tensors, {{"format", "pt"}, {"note", "Lunge \u00e4"}});
    const auto read = models::weights::readWeights(file);
    QCOMPARE(read.size(), tensors.size());
    for (const auto& [name, tensor] : tensors) {
        QVERIFY2(read.at(name).scalar_type() == tensor.scalar_type(), name.c_str());
        QVERIFY2(read.at(name).sizes() == tensor.sizes(), name.c_str());
        QVERIFY2(torch::equal(read.at(name).to(at::kDouble), tensor.to(at::kDouble)), name.c_str());
    }
    QCOMPARE(models::weights::readSafetensorsMetadata(file).at("note"), std::string("Lunge \u00e4"));
}

void TestSafetensors::strided_tensors_are_written_in_order()
{
    QTemporaryDir folder;
    const auto file = pathOf(folder, "a.safetensors");
    const auto base = torch::arange(24, at::kFloat).reshape({4, 6});
    models::weights::writeSafetensors(
        file, {{"t", base.t()}, {"step", base.slice(1, 1, 6, 2)}, {"wide", base.slice(0, 0, 1).expand({3, 6})}});
    const auto read = models::weights::readSafetensors(file);
    QVERIFY(torch::equal(read.at("t"), base.t()));
    QVERIFY(torch::equal(read.at("step"), base.slice(1, 1, 6, 2)));
    QVERIFY(torch::equal(read.at("wide"), base.slice(0, 0, 1).expand({3, 6})));
}

void TestSafetensors::equal_tensors_give_equal_bytes()
{
    QTemporaryDir folder;
    models::weights::writeSafetensors(pathOf(folder, "a"), everyType(), {{"k", "v"}});
    models::weights::writeSafetensors(pathOf(folder, "b"), everyType(), {{"k", "v"}});
    const auto bytes = bytesOf(pathOf(folder, "a"));
    QVERIFY(bytes == bytesOf(pathOf(folder, "b")));
    QCOMPARE(static_cast<unsigned char>(bytes[0]) % 8, 0); // The data start aligned.
}

void TestSafetensors::rows_of_bytes_are_written_and_read_without_torch()
{
    QTemporaryDir folder;
    const auto file = pathOf(folder, "bytes"), other = pathOf(folder, "tensors");
    const std::vector<std::uint8_t> first{1, 2, 3, 255}, second{};
    models::weights::writeByteArrays(file, {{"second", second}, {"first", first}}, {{"k", "v"}});
    models::weights::writeSafetensors(other,
        {{"first", torch::tensor({1, 2, 3, 255}, at::kByte)}, {"second", torch::empty({0}, at::kByte)}}, {{"k", "v"}});
    QVERIFY(bytesOf(file) == bytesOf(other));
    const auto read = models::weights::readByteArrays(file);
    QVERIFY(read.arrays.at("first") == first && read.arrays.at("second") == second);
    QCOMPARE(read.metadata.at("k"), std::string("v"));
    for (const auto& tensor : {torch::zeros({4}), torch::zeros({2, 2}, at::kByte)}) {
        models::weights::writeSafetensors(file, {{"odd", tensor}});
        QVERIFY_THROWS_EXCEPTION(Error, models::weights::readByteArrays(file));
    }
}

void TestSafetensors::a_failed_write_keeps_the_old_file()
{
    QTemporaryDir folder;
    const auto file = pathOf(folder, "a.safetensors");
    models::weights::writeSafetensors(file, {{"old", torch::ones({4})}});
    // A limit on the size of files stands for a full disk.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit small{4096, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    std::string message;
    try {
        models::weights::writeSafetensors(file, {{"new", torch::ones({100000})}});
    } catch (const Error& error) {
        message = error.kind() == ErrorKind::Io ? error.what() : "";
    }
    setrlimit(RLIMIT_FSIZE, &before);
    QVERIFY(QString::fromStdString(message).contains("a.safetensors"));
    QVERIFY(models::weights::readSafetensors(file).contains("old"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TestSafetensors::weights_are_found_under_every_name_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("openClip");
    for (const bool openClip : {false, true})
        for (const char* name : {"model.safetensors", "pytorch_model.bin"}) // Told by content.
            QTest::addRow("%s%s", name, openClip ? " of open_clip" : "") << name << openClip;
    for (const char* name : {"open_clip_model.safetensors", "open_clip_pytorch_model.safetensors",
             "open_clip_pytorch_model.bin"})
        QTest::newRow(name) << name << true;
}

void TestSafetensors::weights_are_found_under_every_name()
{
    QFETCH(QString, name);
    QFETCH(bool, openClip);
    QTemporaryDir home;
    const std::filesystem::path folder = home.path().toStdString();
    QCOMPARE(models::weights::storedNumbers(folder), std::uint64_t{0});
    QVERIFY(QString::fromStdString(refusal(folder, ErrorKind::NotFound)).contains("holds no weights"));
    if (openClip)
        writeBytes(folder / models::weights::kOpenClipConfig, "{}");
    const auto file = folder / name.toStdString();
    models::weights::writeSafetensors(file, {{"a", torch::ones({8})}});
    QCOMPARE(models::weights::weightsFileIn(folder).value_or(""), file);
    QCOMPARE(models::weights::readWeights(folder).at("a").numel(), std::int64_t{8});
    QVERIFY(models::weights::storedNumbers(folder) >= 8);
}

void TestSafetensors::shards_are_joined()
{
    QTemporaryDir folder;
    models::weights::writeSafetensors(pathOf(folder, "m-1.safetensors"), {{"a", torch::ones({2})}});
    models::weights::writeSafetensors(
        pathOf(folder, "m-2.safetensors"), {{"b", torch::zeros({3})}, {"c", torch::ones({1})}});
    writeBytes(pathOf(folder, "model.safetensors.index.json"),
        R"({"metadata":{},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors","c":"m-2.safetensors"}})");
    QCOMPARE(models::weights::readWeights(folder.path().toStdString()).size(), std::size_t{3});
    writeBytes(pathOf(folder, "model.safetensors.index.json"), R"({"weight_map":{"x":"m-1.safetensors"}})");
    QVERIFY(
        QString::fromStdString(refusal(folder.path().toStdString(), ErrorKind::Model)).contains("lacks the tensor x"));
}

void TestSafetensors::a_missing_shard_is_named()
{
    QTemporaryDir folder;
    writeBytes(pathOf(folder, "model.safetensors.index.json"), R"({"weight_map":{"a":"m-1.safetensors"}})");
    const auto message = QString::fromStdString(refusal(folder.path().toStdString(), ErrorKind::NotFound));
    QVERIFY2(message.contains("m-1.safetensors, a shard that"), qPrintable(message));
}

void TestSafetensors::an_index_cannot_leave_its_folder()
{
    QTemporaryDir folder;
    const auto index = pathOf(folder, "model.safetensors.index.json");
    for (const char* shard : {"../secret.safetensors", "/etc/passwd", "..", ""}) {
        writeBytes(index, std::string(R"({"weight_map":{"a":")") + shard + "\"}}");
        QVERIFY2(QString::fromStdString(refusal(index, ErrorKind::Model)).contains("outside"), shard);
    }
}

void TestSafetensors::hostile_headers_are_refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    const auto add = [](const char* name, const std::string& bytes, const char* reason) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(reason);
    };
    const auto one = [](const char* entry) { return fileOf(std::string("{\"a\":") + entry + "}", 8); };
    add("empty", "", "too short");
    add("only a length", std::string(8, '\0'), "too short");
    add("length beyond the file", std::string("\xff\xff\0\0\0\0\0\0{}", 10), "cut off");
    add("length of 2^64-1", std::string(8, '\xff') + "{}", "cut off");
    add("no JSON", fileOf("{\"a\":", 0), "not JSON");
    add("a list", fileOf("[1,2]", 0), "'{'");
    add("deep nesting", fileOf("{\"a\":" + std::string(200000, '['), 0), "nested too deep");
    add("header of 26 MB", fileOf(std::string(26'000'000, ' '), 0), "26000000 bytes long");
    add("no such type", one(R"({"dtype":"F33","shape":[2],"data_offsets":[0,8]})"), "unknown");
    add("type is a number", one(R"({"dtype":4,"shape":[2],"data_offsets":[0,8]})"), "entry");
    add("negative size", one(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"), "no size");
    add("size is real", one(R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})"), "no size");
    add("sizes overflow", one(R"({"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]})"),
        "impossible");
    add("sizes overflow around zero",
        one(R"({"dtype":"F32","shape":[0,9223372036854775807,9223372036854775807],"data_offsets":[0,0]})"),
        "impossible");
    std::string ones = "1";
    for (int i = 0; i < 99; ++i)
        ones += ",1";
    add("rank of 100", one(("{\"dtype\":\"U8\",\"shape\":[" + ones + "],\"data_offsets\":[0,1]}").c_str()),
        "short list");
    add("backward offsets", one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"), "offsets");
    add("offsets beyond the file", one(R"({"dtype":"F32","shape":[4],"data_offsets":[0,16]})"), "need 16 bytes");
    add("offsets of 2^63",
        one(R"({"dtype":"F32","shape":[2],"data_offsets":[9223372036854775808,9223372036854775816]})"), "hole");
    add("too few bytes", one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,7]})"), "offsets");
    add("three offsets", one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4,8]})"), "two numbers");
    add("trailing bytes", fileOf(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 8), "8 follow");
    add("a hole", fileOf(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 8), "hole");
    add("an overlap",
        fileOf(
            R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[6],"data_offsets":[2,8]}})",
            8),
        "overlap");
    add("a name twice",
        fileOf(
            R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
            8),
        "twice");
    add("a key twice", one(R"({"dtype":"U8","dtype":"U8","shape":[8],"data_offsets":[0,8]})"), "twice");
    add("metadata with numbers", fileOf(R"({"__metadata__":{"a":1}})", 0), "not text");
    add("not UTF-8", fileOf("{\"\xff\xfe\":1}", 0), "not JSON");
}

void TestSafetensors::hostile_headers_are_refused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, reason);
    QTemporaryDir folder;
    const auto file = pathOf(folder, "hostile.safetensors");
    writeBytes(file, bytes.toStdString());
    const auto message = QString::fromStdString(refusal(file, ErrorKind::Model));
    QVERIFY2(message.contains(reason), qPrintable(message));
    QVERIFY(message.contains("hostile.safetensors"));
}

void TestSafetensors::damaged_files_never_crash()
{
    QTemporaryDir folder;
    const auto file = pathOf(folder, "a.safetensors");
    models::weights::writeSafetensors(file, everyType());
    const auto whole = bytesOf(file);
    std::mt19937 random(11);
    int refused = 0;
    constexpr int kRounds = 400;
    for (int round = 0; round < kRounds; ++round) {
        auto bytes = whole;
        if (round % 3 == 0)
            bytes.resize(random() % bytes.size());
        for (int change = 0; change < 3 && !bytes.empty(); ++change)
            bytes[random() % std::min<std::size_t>(bytes.size(), 900)] = static_cast<char>(random());
        writeBytes(file, bytes);
        refused += refusal(file, ErrorKind::Model).empty() ? 0 : 1;
    }
    QVERIFY(refused > kRounds / 2);
}

void TestSafetensors::a_missing_file_is_not_found()
{
    QTemporaryDir folder;
    QVERIFY(!refusal(pathOf(folder, "none.safetensors"), ErrorKind::NotFound).empty());
    QVERIFY(!refusal(folder.path().toStdString(), ErrorKind::NotFound).empty());
}

void TestSafetensors::a_strict_load_reports_everything_at_once()
{
    torch::nn::Sequential model(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4));
    auto weights = models::weights::weightsOf(*model);
    for (auto& [key, tensor] : weights)
        tensor = tensor.clone();
    weights.erase("1.num_batches_tracked");
    QVERIFY(models::weights::compareWeights(*model, weights).fits());
    weights.erase("0.bias");
    weights.erase("1.running_mean");
    weights["0.weight"] = torch::zeros({4, 5});
    weights["extra"] = torch::zeros({1});
    const auto before = model[0]->as<torch::nn::Linear>()->weight.clone();
    try {
        models::weights::loadWeights(*model, weights, "some.pth");
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        const QString text = error.what();
        for (const char* part :
            {"some.pth", "0.bias", "1.running_mean", "extra", "0.weight: file [4, 5], model [4, 3]"})
            QVERIFY2(text.contains(part), qPrintable(text));
    }
    QVERIFY(torch::equal(before, model[0]->as<torch::nn::Linear>()->weight));
    models::weights::LoadOptions options;
    options.prefix = "net.";
    QCOMPARE(models::weights::compareWeights(*model, weights, options).unexpected.size(), weights.size());
}

void TestSafetensors::half_precision_weights_load_into_floats()
{
    torch::nn::Linear model(3, 4);
    const auto values = torch::randn({4, 3});
    models::weights::loadWeights(
        *model, {{"weight", values.to(at::kHalf)}, {"bias", torch::ones({4}).to(at::kBFloat16)}}, "half");
    QVERIFY(model->weight.scalar_type() == at::kFloat);
    QVERIFY(torch::equal(model->weight.detach(), values.to(at::kHalf).to(at::kFloat)));
    QVERIFY(model->weight.requires_grad());
}

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
