#include "imaging/error.h"
#include "models/weights/read_weights.h"
#include "models/weights/stored_numbers.h"
#include "models/weights/torch_pickle.h"

#include <QtTest>

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <cmath>
#include <fstream>
#include <random>

using imaging::Error;
using imaging::ErrorKind;
using models::weights::TorchValue;
using nlohmann::json;

namespace {

using Kind = TorchValue::Kind;

/// Files of torch.save and what PyTorch reads in them (tests/support/make_torch_files.py, torch_file_summary.py).
const std::filesystem::path kData("tests/data/torch");

// The four parts that stand before the object in a legacy file: magic number, protocol, system.
const std::string kMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
const std::string kProtocol("\x80\x02M\xe9\x03.", 6);

std::string text(const std::string& value)
{
    std::string result("X\0\0\0\0", 5);
    result[1] = static_cast<char>(value.size());
    return result.append(value);
}

std::string legacy(const std::string& object, const std::string& storages = "]", char littleEndian = '\x88')
{
    const auto system = std::string("}") + text("little_endian") + littleEndian + "s";
    return kMagic + kProtocol + "\x80\x02" + system + "." + "\x80\x02" + object + "." + "\x80\x02" + storages + ".";
}

std::filesystem::path pathOf(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

std::string bytesOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::filesystem::path written(const QTemporaryDir& folder, const std::string& bytes)
{
    const auto file = pathOf(folder, "file.pt");
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
}

/// The message of the Error(Model) that reading throws; empty when it throws none.
std::string refusal(const std::filesystem::path& file)
{
    try {
        models::weights::readTorchFile(file);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Model ? error.what() : "wrong kind";
    }
    return {};
}

json number(double value)
{
    return std::isfinite(value) ? json(value) : json(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
}

/// As torch_file_summary.py describes it.
json describe(const at::Tensor& tensor)
{
    static const std::map<at::ScalarType, std::string> names{{at::kFloat, "float32"}, {at::kDouble, "float64"},
        {at::kHalf, "float16"}, {at::kBFloat16, "bfloat16"}, {at::kLong, "int64"}, {at::kInt, "int32"},
        {at::kShort, "int16"}, {at::kChar, "int8"}, {at::kByte, "uint8"}, {at::kBool, "bool"}, {at::kUInt16, "uint16"},
        {at::kUInt32, "uint32"}, {at::kUInt64, "uint64"}, {at::kComplexFloat, "complex64"},
        {at::kComplexDouble, "complex128"}};
    const auto plain = tensor.is_complex() ? at::view_as_real(tensor.resolve_conj()) : tensor;
    const auto flat = plain.contiguous().reshape({-1}).to(at::kDouble);
    const auto weights = at::arange(1, flat.numel() + 1, at::kDouble).remainder(97);
    return {{"type", "torch." + names.at(tensor.scalar_type())}, {"shape", tensor.sizes().vec()},
        {"sum", number(flat.sum().item<double>())}, {"weighted", number((flat * weights).sum().item<double>())}};
}

std::string keyText(const TorchValue& key)
{
    return key.kind == Kind::Integer ? std::to_string(key.integer) : key.text;
}

void walk(const TorchValue& value, const std::string& path, json& found)
{
    switch (value.kind) {
    case Kind::Tensor:
        found[path] = describe(value.tensor);
        break;
    case Kind::Dict:
        for (std::size_t i = 0; i + 1 < value.items.size(); i += 2)
            walk(*value.items[i + 1], path + "/" + keyText(*value.items[i]), found);
        break;
    case Kind::List:
    case Kind::Tuple:
        for (std::size_t i = 0; i < value.items.size(); ++i)
            walk(*value.items[i], path + "/" + std::to_string(i), found);
        break;
    case Kind::None:
        found[path] = {{"value", "none"}};
        break;
    case Kind::Bool:
        found[path] = {{"value", value.integer ? "true" : "false"}};
        break;
    case Kind::Integer:
        found[path] = {{"value", static_cast<double>(value.integer)}};
        break;
    case Kind::Real:
        found[path] = {{"value", number(value.real)}};
        break;
    case Kind::String:
        found[path] = {{"value", "text:" + value.text}};
        break;
    default:
        break;
    }
}

bool close(const json& left, const json& right)
{
    if (!left.is_number() || !right.is_number())
        return left == right;
    const auto a = left.get<double>();
    const auto b = right.get<double>();
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

/// What differs; empty when nothing does.
QString difference(const json& ours, const json& reference)
{
    for (const auto& [path, expected] : reference.items()) {
        if (path.ends_with("/huge")) // Beyond 64 bits: opaque on our side.
            continue;
        if (!ours.contains(path))
            return QString::fromStdString("lacks " + path);
        for (const auto& [key, value] : expected.items())
            if (!ours[path].contains(key) || !close(ours[path][key], value))
                return QString::fromStdString(path + ": " + ours[path].dump() + " is not " + expected.dump());
    }
    return {};
}

void appendLittle(std::string& bytes, std::uint64_t value, int count)
{
    for (int i = 0; i < count; ++i)
        bytes += static_cast<char>(value >> (8 * i));
}

struct Entry
{
    std::string name;
    std::string data;
    int method = 0;
    std::uint64_t claimedSize = ~std::uint64_t{0};
    std::uint64_t localHeader = ~std::uint64_t{0};
};

/// A zip file with whatever an attacker writes into its directory.
std::string zip(const std::vector<Entry>& entries)
{
    std::string bytes;
    std::string directory;
    for (const auto& entry : entries) {
        const auto size = entry.claimedSize == ~std::uint64_t{0} ? entry.data.size() : entry.claimedSize;
        const auto offset = entry.localHeader == ~std::uint64_t{0} ? bytes.size() : entry.localHeader;
        std::string common;
        appendLittle(common, 20, 2);
        appendLittle(common, 0, 2);
        appendLittle(common, static_cast<std::uint64_t>(entry.method), 2);
        appendLittle(common, 0, 8);
        appendLittle(common, size, 4);
        appendLittle(common, size, 4);
        appendLittle(common, entry.name.size(), 2);
        appendLittle(common, 0, 2);
        bytes += std::string("PK\x03\x04") + common + entry.name + entry.data;
        directory += std::string("PK\x01\x02", 4) + std::string("\x14\0", 2) + common + std::string(10, '\0');
        appendLittle(directory, offset, 4);
        directory += entry.name;
    }
    const auto start = bytes.size();
    bytes += directory + std::string("PK\x05\x06\0\0\0\0", 8);
    appendLittle(bytes, entries.size(), 2);
    appendLittle(bytes, entries.size(), 2);
    appendLittle(bytes, directory.size(), 4);
    appendLittle(bytes, start, 4);
    return bytes + std::string(2, '\0');
}

std::string integers(std::initializer_list<int> values)
{
    std::string result = "(";
    for (const auto value : values) {
        result += "J";
        appendLittle(result, static_cast<std::uint32_t>(value), 4);
    }
    return result + "t";
}

/// What puts one tensor over storage "0" on the stack.
std::string oneTensor(int elements, int offset, const std::string& sizes, const std::string& strides, const char* type)
{
    std::string number = "J";
    appendLittle(number, static_cast<std::uint32_t>(elements), 4);
    std::string start = "J";
    appendLittle(start, static_cast<std::uint32_t>(offset), 4);
    return "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\n" + type + "\n" + text("0")
        + text("cpu") + number + "tQ" + start + sizes + strides + "\x89}tR";
}

/// A pickle of one float tensor.
std::string tensorPickle(
    int elements, int offset, const std::string& sizes, const std::string& strides, const char* type = "FloatStorage")
{
    return "\x80\x02}" + text("w") + oneTensor(elements, offset, sizes, strides, type) + "s.";
}

} // namespace

class TestTorchPickle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void real_files_equal_pytorch();
    void made_files_equal_pytorch();
    void weights_of_the_authors_layout_lose_their_prefix();
    void views_share_one_storage();
    void no_code_runs_data();
    void no_code_runs();
    void hostile_pickles_are_refused_data();
    void hostile_pickles_are_refused();
    void hostile_archives_are_refused_data();
    void hostile_archives_are_refused();
    void tensors_cannot_leave_their_storage_data();
    void tensors_cannot_leave_their_storage();
    void a_ring_of_references_is_harmless();
    void shards_are_joined();
    void a_shard_that_is_not_whole_is_refused_data();
    void a_shard_that_is_not_whole_is_refused();
    void damaged_files_never_crash_data();
    void damaged_files_never_crash();

private:
    static void compareWithPytorch(const std::filesystem::path& folder, const char* summary);
};

void TestTorchPickle::compareWithPytorch(const std::filesystem::path& folder, const char* summary)
{
    std::ifstream stream(kData / summary);
    const auto reference = json::parse(stream, nullptr, false);
    QVERIFY(reference.is_object() && !reference.empty());
    for (const auto& [name, expected] : reference.items()) {
        json ours = json::object();
        const auto opened = models::weights::readTorchFile(folder / name);
        walk(opened.root(), "", ours);
        const auto problem = difference(ours, expected);
        QVERIFY2(problem.isEmpty(), qPrintable(QString::fromStdString(name) + ": " + problem));
    }
}

void TestTorchPickle::real_files_equal_pytorch()
{
    const std::filesystem::path folder = qEnvironmentVariable("LIMN_TEST_DATA").toStdString() + "/torch-files";
    if (!std::filesystem::exists(folder))
        QSKIP("needs LIMN_TEST_DATA/torch-files");
    compareWithPytorch(folder, "real_files.json");
}

void TestTorchPickle::made_files_equal_pytorch()
{
    compareWithPytorch(kData, "made_files.json");
}

void TestTorchPickle::weights_of_the_authors_layout_lose_their_prefix()
{
    for (const char* name : {"authors.zip.pt", "authors.legacy.pt", "authors.protocol4.pt"}) {
        const auto weights = models::weights::readWeights(kData / name);
        QCOMPARE(weights.size(), std::size_t{9});
        QVERIFY(weights.contains("0.weight") && weights.contains("1.num_batches_tracked"));
        const auto file = models::weights::readTorchFile(kData / name);
        QCOMPARE(file.root().find("epoch")->integer, std::int64_t{7});
        QCOMPARE(file.root().find("model")->text, std::string("LViT"));
    }
    QTemporaryDir folder;
    try {
        const auto file = written(folder, legacy(std::string("}") + text("epoch") + "K\x05s"));
        models::weights::readWeights(file);
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        QVERIFY(QString(error.what()).contains("no weights by name"));
    }
}

void TestTorchPickle::views_share_one_storage()
{
    const auto file = models::weights::readTorchFile(kData / "views.zip.pt");
    const auto& base = file.root().find("base")->tensor;
    const auto& row = file.root().find("row")->tensor;
    QVERIFY(base.storage().data() == row.storage().data());
    QCOMPARE(row.storage_offset(), std::int64_t{10});
    QCOMPARE(file.root().find("transposed")->tensor.stride(0), std::int64_t{1});
}

void TestTorchPickle::no_code_runs_data()
{
    QTest::addColumn<QByteArray>("object");
    QTest::addColumn<QString>("name");
    const auto command = text("touch limn-was-here");
    QTest::newRow("os.system") << QByteArray::fromStdString("cos\nsystem\n" + command + "\x85R") << "os.system";
    QTest::newRow("posix.system by stack")
        << QByteArray::fromStdString(text("posix") + text("system") + "\x93" + command + "\x85R") << "posix.system";
    QTest::newRow("builtins.eval") << QByteArray::fromStdString("c__builtin__\neval\n" + command + "\x85R")
                                   << "__builtin__.eval";
    QTest::newRow("class") << QByteArray::fromStdString("csubprocess\nPopen\n" + command + "\x85\x81")
                           << "subprocess.Popen";
    QTest::newRow("state") << QByteArray::fromStdString(std::string("cmodule\nEvil\n)\x81}") + text("x") + "K\x01sb")
                           << "module.Evil";
}

void TestTorchPickle::no_code_runs()
{
    QFETCH(QByteArray, object);
    QFETCH(QString, name);
    QTemporaryDir folder;
    const auto file = models::weights::readTorchFile(written(folder, legacy(object.toStdString())));
    QCOMPARE(file.root().kind, Kind::Opaque);
    QCOMPARE(QString::fromStdString(file.root().text), name);
    QVERIFY(!file.root().items.empty());
    QVERIFY(!std::filesystem::exists("limn-was-here"));
}

void TestTorchPickle::hostile_pickles_are_refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    const auto add = [](const char* name, const std::string& bytes, const char* reason) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(reason);
    };
    add("empty", "", "neither");
    add("text", "hello world", "neither");
    add("another pickle", std::string("\x80\x02K\x05.\x80\x02K\x05.\x80\x02}."), "not one that torch.save wrote");
    add("cut after the magic number", kMagic, "cut off");
    add("big endian", legacy("N", "]", '\x89'), "big endian");
    add("unknown operation", legacy("\xff"), "operation 0xff");
    add("text operations", legacy("I5\n"), "operation 0x49");
    add("newer protocol", legacy("\x80\x09N"), "newer than 5");
    add("empty stack", legacy("0"), "not there");
    add("stop without a value", legacy(""), "not there");
    add("tuple without mark", legacy("t"), "mark");
    add("pop below a mark", legacy("K\x01(a"), "not there");
    add("memo never stored", legacy("h\x07"), "never stored");
    add("length beyond the file", legacy("X\xff\xff\xff\x7f"), "cut off");
    add("length of 2^64-1", legacy(std::string("\x8d") + std::string(8, '\xff')), "cut off");
    add("number of 4 GB", legacy(std::string("\x8b") + std::string(4, '\xff')), "cut off");
    add("append to a number",
        legacy("K\x01K\x02"
               "a"),
        "holds none");
    add("half a pair", legacy("}(K\x01u"), "holds none");
    add("call of a number", legacy("K\x01)R"), "no function");
    add("call without a tuple", legacy("cos\nsystem\nK\x01R"), "no function");
    add("name of 1 MB", legacy(std::string("c") + std::string(1 << 20, 'a') + "\nb\n"), "too long");
    add("tensor without storage", legacy("ctorch._utils\n_rebuild_tensor_v2\n(NK\x05))tR"), "no storage");
    add("persistent id is a number", legacy("K\x05Q"), "not one that torch.save writes");
    add("marks without end", legacy(std::string(9'000'000, '(')), "piles up");
    add("stack without end", legacy(std::string("Nq\x01") + std::string(9'000'000, '2')), "piles up");
    add("objects without end", legacy(std::string(5'000'000, '}')), "more than 4000000 objects");
    std::string memo = "N";
    for (int i = 0; i < 4'100'000; ++i)
        appendLittle(memo += "r", static_cast<std::uint64_t>(i), 4);
    add("memo without end", legacy(memo), "remembers more");
    // A list of 1,000 Nones doubled by references: 1000 * 2^30 items in a few bytes, were each copied.
    std::string copies = std::string("](") + std::string(1000, 'N')
        + "eq\x01"
          "0";
    for (int i = 0; i < 40'000; ++i)
        copies += "c__builtin__\nlist\nh\x01\x85R0";
    add("copies without end", legacy(copies + "N"), "longer than any model");
    std::string bytes = "c_codecs\nencode\nq\x01"
                        "0X"
        + std::string("\0\0\x10\0", 4) + std::string(1 << 20, 'a') + text("latin1")
        + "\x86q\x02"
          "0";
    for (int i = 0; i < 200; ++i)
        bytes += "h\x01h\x02R0";
    add("bytes without end", legacy(bytes + "N"), "unfolds");
    add("tar of 2017", std::string(257, 'a') + "ustar" + std::string(512, '\0'), "before 0.1.10");
}

void TestTorchPickle::hostile_pickles_are_refused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, reason);
    QTemporaryDir folder;
    const auto message = QString::fromStdString(refusal(written(folder, bytes.toStdString())));
    QVERIFY2(message.contains(reason), qPrintable(message));
    QVERIFY(message.contains("file.pt"));
}

void TestTorchPickle::hostile_archives_are_refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("reason");
    const auto add = [](const char* name, const std::string& bytes, const char* reason) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString(reason);
    };
    const auto pickle = tensorPickle(4, 0, integers({4}), integers({1}));
    const Entry data{"a/data.pkl", pickle};
    const Entry numbers{"a/data/0", std::string(16, '\1')};
    add("good", zip({data, numbers}), "");
    add("no pickle", zip({numbers}), "not one that torch.save wrote");
    add("no storage", zip({data}), "not there");
    std::string truths = "\x80\x02(";
    for (int i = 0; i < 100; ++i) // Each would be a copy of 1 MB made of one byte.
        truths += oneTensor(1, 0, integers({1'000'000}), integers({0}), "BoolStorage");
    add("truth values without end", zip({{"a/data.pkl", truths + "t."}, {"a/data/0", "\1"}}), "unfolds");
    add("compressed", zip({{"a/data.pkl", pickle, 8}, numbers}), "compressed");
    add("entry beyond the end", zip({data, {"a/data/0", "abcd", 0, 1'000'000}}), "beyond its end");
    add("entries overlap", zip({data, numbers, {"a/data/1", "", 0, 16, 1'000'000}}), "");
    add("entries share their bytes", zip({data, {"a/data/0", "x", 0, 1, 0}}), "overlap");
    add("one name twice", zip({data, numbers, numbers}), "one name");
    add("big endian", zip({data, numbers, {"a/byteorder", "big"}}), "big endian");
    add("little endian", zip({data, numbers, {"a/byteorder", "little"}}), "");
    const auto whole = zip({data, numbers});
    add("cut off", whole.substr(0, whole.size() - 30), "cut off");
    auto many = whole;
    many.replace(many.size() - 12, 2, "\xff\xff");
    add("more entries than there are", many, "");
}

void TestTorchPickle::hostile_archives_are_refused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, reason);
    QTemporaryDir folder;
    const auto message = QString::fromStdString(refusal(written(folder, bytes.toStdString())));
    const bool good = QString(QTest::currentDataTag()) == "good" || QString(QTest::currentDataTag()) == "little endian";
    QVERIFY2(good == message.isEmpty() && message.contains(reason), qPrintable(message));
}

void TestTorchPickle::tensors_cannot_leave_their_storage_data()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<bool>("good");
    const auto add = [](const char* name, const std::string& pickle, bool good) {
        QTest::newRow(name) << QByteArray::fromStdString(pickle) << good;
    };
    add("whole", tensorPickle(4, 0, integers({2, 2}), integers({2, 1})), true);
    add("empty beyond the end", tensorPickle(4, 4, integers({0}), integers({1})), true);
    add("offset", tensorPickle(4, 1, integers({4}), integers({1})), false);
    add("size", tensorPickle(4, 0, integers({5}), integers({1})), false);
    add("stride", tensorPickle(4, 0, integers({2}), integers({4})), false);
    add("negative stride", tensorPickle(4, 3, integers({4}), integers({-1})), false);
    add("negative size", tensorPickle(4, 0, integers({-4}), integers({1})), false);
    add("negative offset", tensorPickle(4, -1, integers({4}), integers({1})), false);
    add("sizes overflow",
        tensorPickle(4, 0, integers({2147483647, 2147483647, 2147483647}), integers({2147483647, 2147483647, 0})),
        false);
    add("stride 0 of 2^93 elements",
        tensorPickle(4, 0, integers({2147483647, 2147483647, 2147483647}), integers({0, 0, 0})), false);
    add("sizes without strides", tensorPickle(4, 0, integers({4}), integers({})), false);
    add("wider type", tensorPickle(4, 0, integers({4}), integers({1}), "DoubleStorage"), false);
    add("claimed elements", tensorPickle(2147483647, 0, integers({4}), integers({1})), true);
    add("unknown type", tensorPickle(4, 0, integers({4}), integers({1}), "QInt8Storage"), false);
}

void TestTorchPickle::tensors_cannot_leave_their_storage()
{
    QFETCH(QByteArray, pickle);
    QFETCH(bool, good);
    QTemporaryDir folder;
    const auto file = written(folder, zip({{"a/data.pkl", pickle.toStdString()}, {"a/data/0", std::string(16, '\1')}}));
    QCOMPARE(QString::fromStdString(refusal(file)).isEmpty(), good);
}

void TestTorchPickle::a_ring_of_references_is_harmless()
{
    QTemporaryDir folder;
    // A list that holds itself and a dictionary that holds the list.
    const auto file = models::weights::readTorchFile(written(folder,
        legacy("]q\x01h\x01"
               "a0}"
            + text("l") + "h\x01s")));
    const auto* list = file.root().find("l");
    QVERIFY(list && list->items.size() == 1 && list->items.front() == list);
}

void TestTorchPickle::damaged_files_never_crash_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"authors.zip.pt", "authors.legacy.pt", "authors.protocol4.pt", "numpy.legacy.pt",
             "objects.zip.pt", "views.zip.pt"})
        QTest::newRow(name) << QString(name);
}

void TestTorchPickle::damaged_files_never_crash()
{
    QFETCH(QString, name);
    const auto whole = bytesOf(kData / name.toStdString());
    QTemporaryDir folder;
    std::mt19937 random(5);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        auto bytes = whole;
        if (round % 4 == 0)
            bytes.resize(random() % bytes.size());
        for (int change = 0; change < 4 && !bytes.empty(); ++change)
            bytes[random() % std::min<std::size_t>(bytes.size(), 2500)] = static_cast<char>(random());
        try {
            double sum = 0; // Every byte of every tensor is touched.
            for (const auto& [key, tensor] : models::weights::readWeights(written(folder, bytes)))
                sum += at::nan_to_num(tensor.to(at::kDouble)).sum().item<double>();
            Q_UNUSED(sum)
        } catch (const Error&) {
            ++refused;
        }
    }
    QVERIFY(refused > 75); // At least those that were cut off.
}

/// Two files of torch.save as Hugging Face lays a large model out.
std::filesystem::path writeShards(const QTemporaryDir& folder)
{
    json map = json::object();
    int number = 0;
    for (const char* file : {"parameter.zip.pt", "views.zip.pt"}) {
        const auto name = std::string("pytorch_model-0000").append(std::to_string(++number)).append("-of-00002.bin");
        std::filesystem::copy_file(kData / file, pathOf(folder, name.c_str()));
        for (const auto& [key, tensor] : models::weights::readWeights(kData / file))
            map[key] = name;
    }
    const auto index = pathOf(folder, "pytorch_model.bin.index.json");
    std::ofstream(index) << json{{"metadata", json::object()}, {"weight_map", map}}.dump();
    return index;
}

void TestTorchPickle::shards_are_joined()
{
    const QTemporaryDir folder;
    writeShards(folder);
    const auto joined = models::weights::readWeights(folder.path().toStdString());
    for (const char* file : {"parameter.zip.pt", "views.zip.pt"})
        for (const auto& [key, tensor] : models::weights::readWeights(kData / file))
            QVERIFY2(joined.contains(key) && at::equal(joined.at(key), tensor), key.c_str());
    QVERIFY(models::weights::storedNumbers(folder.path().toStdString()) > 0);
}

void TestTorchPickle::a_shard_that_is_not_whole_is_refused_data()
{
    QTest::addColumn<QString>("damage");
    QTest::addColumn<QString>("reason");
    QTest::newRow("missing") << "remove" << "a shard that pytorch_model.bin.index.json names";
    QTest::newRow("cut off") << "cut" << "pytorch_model-00002-of-00002.bin";
    QTest::newRow("of another model") << "other" << "lacks the tensor";
}

void TestTorchPickle::a_shard_that_is_not_whole_is_refused()
{
    QFETCH(QString, damage);
    QFETCH(QString, reason);
    const QTemporaryDir folder;
    const auto index = writeShards(folder);
    const auto shard = pathOf(folder, "pytorch_model-00002-of-00002.bin");
    if (damage == "cut")
        std::filesystem::resize_file(shard, std::filesystem::file_size(shard) / 2);
    else
        std::filesystem::remove(shard);
    if (damage == "other")
        std::filesystem::copy_file(kData / "unsigned.zip.pt", shard);
    QString message;
    try {
        models::weights::readWeights(index);
    } catch (const Error& error) {
        message = error.what();
    }
    QVERIFY2(message.contains(reason), qPrintable(message));
}

QTEST_GUILESS_MAIN(TestTorchPickle)
#include "tst_torch_pickle.moc"
