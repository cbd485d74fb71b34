#include "imaging/error.h"
#include "models/package/choose_package.h"
#include "models/package/model_folders.h"
#include "models/package/model_list.h"
#include "models/package/package.h"
#include "models/package/package_json.h"
#include "models/package/text_sides.h"
#include "models/text/encoder_path.h"
#include "models/weights/sha256.h"
#include "tests/support/error_sentence.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <array>
#include <fstream>
#include <string_view>

using imaging::Error;
using imaging::ErrorKind;
using nlohmann::json;

namespace {

json goodConfig()
{
    return {{"model_type", "lvit"}, {"name", "qata"}, {"version", "1"}, {"text_sides", "picture"},
        {"picture_size", 224}, {"threshold", 0.35}, {"modalities", {"CR", "DX"}}, {"body_parts", {"CHEST"}},
        {"views", {"AP", "PA"}}, {"finding", "Pulmonary infection"}, {"text_encoder", "all-MiniLM-L6-v2"},
        {"width", 8}};
}

std::string digest(const std::string& bytes, std::size_t part)
{
    models::weights::Sha256 sha;
    for (std::size_t i = 0; i < bytes.size(); i += part)
        sha.update(std::as_bytes(std::span(bytes).subspan(i, std::min(part, bytes.size() - i))));
    return sha.hexDigest();
}

} // namespace

class TestPackage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void digests_equal_the_standard_data();
    void digests_equal_the_standard();
    void a_package_tells_what_it_is();
    void a_package_of_another_kind_has_the_same_head();
    void settings_survive_a_round_trip();
    void wrong_settings_are_refused_data();
    void wrong_settings_are_refused();
    void a_folder_without_settings_is_not_found();
    void whose_sides_texts_mean_is_read();
    void pictures_of_another_kind_are_named_data();
    void pictures_of_another_kind_are_named();
    void packages_are_found_by_name_path_and_default();
    void the_package_that_ships_is_the_default_beside_others();
    void a_picture_gets_the_package_that_fits_it_data();
    void a_picture_gets_the_package_that_fits_it();
    void a_name_cannot_leave_the_search_path();
    void a_missing_package_names_the_folders();
    void text_encoder_is_found_beside_its_package_first();
    void text_encoder_is_named_so_that_it_is_found_again();
    void digest_of_weights_in_shards_follows_each_of_them();
    void digest_is_of_the_file_that_is_read_data();
    void digest_is_of_the_file_that_is_read();
    void a_broken_package_does_not_hide_the_others();
    void the_first_of_two_equal_names_counts();
    void models_of_every_kind_are_listed_with_what_they_say();
    void what_was_learnt_for_a_clip_is_listed_with_its_classes();
    void damage_in_what_was_learnt_is_said();

private:
    std::filesystem::path write(const std::string& folder, const std::string& config);
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_root;
};

void TestPackage::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = m_folder->path().toStdString();
    qputenv("LIMN_MODELS", QByteArray::fromStdString((m_root / "first").string() + ":" + (m_root / "second").string()));
    qputenv("XDG_DATA_HOME", QByteArray::fromStdString((m_root / "home").string()));
}

void TestPackage::cleanup()
{
    qunsetenv("LIMN_MODELS");
    qunsetenv("XDG_DATA_HOME");
}

std::filesystem::path TestPackage::write(const std::string& folder, const std::string& config)
{
    std::filesystem::create_directories(m_root / folder);
    std::ofstream(m_root / folder / "config.json") << config;
    return m_root / folder;
}

void TestPackage::digests_equal_the_standard_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    // FIPS 180-4's examples, and the lengths around a block from Python's hashlib.
    QTest::newRow("empty") << QByteArray() << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    QTest::newRow("abc") << QByteArray("abc") << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    QTest::newRow("two blocks") << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                                << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    QTest::newRow("a million") << QByteArray(1000000, 'a')
                               << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    for (const int length : {55, 56, 63, 64, 65, 119, 120})
        QTest::addRow("%d", length)
            << QByteArray(length, 'x')
            << QString::fromLatin1(
                   QCryptographicHash::hash(QByteArray(length, 'x'), QCryptographicHash::Sha256).toHex());
}

void TestPackage::digests_equal_the_standard()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    for (const std::size_t part : {std::size_t{7}, std::size_t{64}, std::size_t{1000}})
        QCOMPARE(QString::fromStdString(digest(bytes.toStdString(), part)), expected);
    std::ofstream(m_root / "file", std::ios::binary).write(bytes.data(), bytes.size());
    QCOMPARE(QString::fromStdString(models::weights::sha256OfFile(m_root / "file")), expected);
}

void TestPackage::a_package_tells_what_it_is()
{
    const auto folder = write("first/qata", goodConfig().dump());
    std::ofstream(folder / "model.safetensors") << "abc";
    const auto info = models::readPackageInfo(folder);
    QCOMPARE(info.modelType, std::string("lvit"));
    QCOMPARE(info.name, std::string("qata"));
    QVERIFY(info.textSides == imaging::Sides::Picture);
    QCOMPARE(info.threshold, 0.35F);
    QCOMPARE(info.modalities, (std::vector<std::string>{"CR", "DX"}));
    QCOMPARE(info.folder, folder);
    QCOMPARE(info.sha256, std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void TestPackage::a_package_of_another_kind_has_the_same_head()
{
    const json config{{"model_type", "clip"}, {"name", "cxr"}, {"version", "2"}, {"licence", "Apache-2.0"},
        {"provenance", "Trained on QaTa-COV19-v2."}, {"modalities", {"CR"}}, {"body_parts", json::array()},
        {"views", json::array()}};
    const auto folder = write("first/cxr", config.dump());
    const auto head = models::readPackageHead(folder);
    QCOMPARE(head.modelType, std::string("clip"));
    QCOMPARE(head.licence, std::string("Apache-2.0"));
    QCOMPARE(head.provenance, std::string("Trained on QaTa-COV19-v2."));
    json written;
    models::packageHeadToJson(head, written);
    QVERIFY(written == config);
    QVERIFY_THROWS_EXCEPTION(Error, models::readPackageInfo(folder)); // It draws no masks.
}

void TestPackage::settings_survive_a_round_trip()
{
    auto config = goodConfig();
    config["text_sides"] = "patient";
    config["text_wording"] = "lvit_report";
    config.erase("width");
    json written;
    models::packageInfoToJson(models::packageInfoFromJson(config, "test"), written);
    QCOMPARE(written.dump(), config.dump());
}

void TestPackage::wrong_settings_are_refused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    for (const char* key : {"model_type", "name", "version", "text_sides", "picture_size", "threshold", "modalities",
             "body_parts", "views", "finding", "text_encoder"}) {
        QTest::addRow("without %s", key) << key << "";
        QTest::addRow("%s is an object", key) << key << "{}";
    }
    QTest::newRow("unknown sides") << "text_sides"
                                   << "\"mirror\"";
    QTest::newRow("unknown wording") << "text_wording"
                                     << "\"poem\"";
    QTest::newRow("no picture") << "picture_size"
                                << "0";
    QTest::newRow("huge picture") << "picture_size"
                                  << "99999999999999999999";
    QTest::newRow("threshold of 1") << "threshold"
                                    << "1.0";
    QTest::newRow("threshold below 0") << "threshold"
                                       << "-0.5";
    QTest::newRow("short digest") << "text_encoder_sha256"
                                  << "\"abc\"";
    QTest::newRow("digest of other letters") << "text_encoder_sha256"
                                             << QString("\"%1\"").arg(QString(64, 'G'));
    QTest::newRow("list of numbers") << "views"
                                     << "[1, 2]";
}

void TestPackage::wrong_settings_are_refused()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    auto config = goodConfig();
    config.erase(key.toStdString());
    if (!value.isEmpty())
        config[key.toStdString()] = json::parse(value.toStdString());
    try {
        models::readPackageInfo(write("first/bad", config.dump()));
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        QVERIFY(error.kind() == ErrorKind::Model);
        QVERIFY2(QString(error.what()).contains("\"" + key + "\""), error.what());
        QVERIFY(QString(error.what()).contains("config.json"));
    }
}

void TestPackage::whose_sides_texts_mean_is_read()
{
    using imaging::Sides;
    QVERIFY(models::textSidesOf(write("picture", R"({"texts_mean_sides_of": "picture"})")) == Sides::Picture);
    QVERIFY(models::textSidesOf(write("patient", R"({"texts_mean_sides_of": "patient"})")) == Sides::Patient);
    QVERIFY(!models::textSidesOf(write("silent", "{}")));
    QVERIFY(!models::textSidesOf(m_root / "nothing"));
    for (const char* wrong : {R"({"texts_mean_sides_of": "viewer"})", R"({"texts_mean_sides_of": 1})"})
        QVERIFY_EXCEPTION_THROWN(models::textSidesOf(write("wrong", wrong)), Error);
}

void TestPackage::a_folder_without_settings_is_not_found()
{
    const auto kindOf = [](const std::filesystem::path& folder) {
        try {
            models::readPackageInfo(folder);
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::Internal;
    };
    QVERIFY(kindOf(m_root / "nothing") == ErrorKind::NotFound);
    QVERIFY(kindOf(m_root) == ErrorKind::NotFound);
    QVERIFY(kindOf(write("list", "[1]")) == ErrorKind::Model);
    QVERIFY(kindOf(write("broken", "{\"model_type\":")) == ErrorKind::Model);
    QVERIFY(kindOf(write("large", std::string(5 << 20, ' '))) == ErrorKind::Model);
}

void TestPackage::pictures_of_another_kind_are_named_data()
{
    QTest::addColumn<QString>("modality");
    QTest::addColumn<QString>("bodyPart");
    QTest::addColumn<QString>("view");
    QTest::addColumn<int>("misfits");
    QTest::addColumn<int>("untold");
    QTest::newRow("fits") << "DX"
                          << "CHEST"
                          << "PA" << 0 << 0;
    QTest::newRow("in lower case") << "dx"
                                   << "Chest"
                                   << "pa" << 0 << 0;
    QTest::newRow("CT") << "CT"
                        << "CHEST"
                        << "" << 1 << 1;
    QTest::newRow("ankle") << "CR"
                           << "ANKLE"
                           << "LL" << 2 << 0;
    QTest::newRow("without tags") << ""
                                  << ""
                                  << "" << 0 << 3;
}

void TestPackage::pictures_of_another_kind_are_named()
{
    QFETCH(QString, modality);
    QFETCH(QString, bodyPart);
    QFETCH(QString, view);
    imaging::Slice slice;
    slice.modality = modality.toStdString();
    slice.bodyPart = bodyPart.toStdString();
    slice.viewPosition = view.toStdString();
    const auto info = models::packageInfoFromJson(goodConfig(), "test");
    QTEST(static_cast<int>(models::misfits(info, slice).size()), "misfits");
    QTEST(static_cast<int>(models::untold(info, slice).size()), "untold");
    QVERIFY(models::misfits({}, slice).empty());
}

void TestPackage::packages_are_found_by_name_path_and_default()
{
    const auto encoder = write("first/a-bert", R"({"model_type":"bert","hidden_size":8})");
    const auto package = write("second/qata", goodConfig().dump());
    QCOMPARE(models::findPackage("qata"), package);
    QCOMPARE(models::findPackage(package.string()), package);
    QCOMPARE(models::findPackage("a-bert"), encoder);
    std::filesystem::create_directories(m_root / "first/qata"); // A folder without settings is no package.
    QCOMPARE(models::findPackage("qata"), package);
    QCOMPARE(models::findPackage(""), package);
    const auto listed = models::listPackages();
    QVERIFY(!listed.empty());
    QCOMPARE(listed.front().folder, package); // An encoder is not a package.
}

void TestPackage::the_package_that_ships_is_the_default_beside_others()
{
    const auto other = write("first/a-model", goodConfig().dump());
    QCOMPARE(models::findPackage(""), other);
    const auto shipped = write("first/lvit-qata", goodConfig().dump());
    QCOMPARE(models::findPackage(""), shipped);
}

void TestPackage::a_picture_gets_the_package_that_fits_it_data()
{
    QTest::addColumn<QString>("modality");
    QTest::addColumn<QString>("bodyPart");
    QTest::addColumn<QString>("folder");
    QTest::newRow("radiograph") << "DX" << "CHEST" << "lvit-qata";
    QTest::newRow("CT") << "CT" << "CHEST" << "a-ct";
    QTest::newRow("CT without a body part") << "CT" << "" << "a-ct";
    QTest::newRow("CT of the head") << "CT" << "HEAD" << "lvit-qata"; // Nothing fits: the default asks.
    QTest::newRow("MR") << "MR" << "CHEST" << "lvit-qata";
    QTest::newRow("tells nothing") << "" << "" << "lvit-qata";
}

void TestPackage::a_picture_gets_the_package_that_fits_it()
{
    QFETCH(QString, modality);
    QFETCH(QString, bodyPart);
    QFETCH(QString, folder);
    write("first/lvit-qata", goodConfig().dump());
    auto ct = goodConfig();
    ct["modalities"] = {"CT"};
    ct["views"] = nlohmann::json::array();
    write("first/a-ct", ct.dump());
    ct["model_type"] = "clip"; // Draws nothing.
    write("first/a-clip", ct.dump());
    imaging::Slice slice;
    slice.modality = modality.toStdString();
    slice.bodyPart = bodyPart.toStdString();
    QCOMPARE(models::findPackageFor(slice), m_root / "first" / folder.toStdString());
}

void TestPackage::a_name_cannot_leave_the_search_path()
{
    write("first/qata", goodConfig().dump());
    write("secret", goodConfig().dump());
    QVERIFY_EXCEPTION_THROWN(models::findPackage("../secret"), Error);
    QVERIFY_EXCEPTION_THROWN(models::findPackage(std::string("qata\0x", 6)), Error);
}

void TestPackage::a_missing_package_names_the_folders()
{
    try {
        models::findPackage("no-such-model");
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        QVERIFY(error.kind() == ErrorKind::NotFound);
        const QString text = error.what();
        for (const auto& folder : models::packageSearchPath())
            QVERIFY2(text.contains(QString::fromStdString(folder.string())), qPrintable(text));
        QVERIFY(text.contains("no-such-model") && text.contains("LIMN_MODELS"));
    }
}

void TestPackage::text_encoder_is_found_beside_its_package_first()
{
    write("first/a-bert", R"({"model_type":"bert"})");
    const auto beside = write("elsewhere/a-bert", R"({"model_type":"bert"})");
    auto package = models::packageInfoFromJson(goodConfig(), "test");
    package.textEncoder = "a-bert";
    package.folder = m_root / "elsewhere" / "model";
    QCOMPARE(models::text::findTextEncoder(package), beside);
    package.folder = (m_root / "elsewhere" / "model").string() + "/";
    QCOMPARE(models::text::findTextEncoder(package), beside);
    package.folder = m_root / "nowhere" / "model";
    QCOMPARE(models::text::findTextEncoder(package), m_root / "first/a-bert");
    package.textEncoder = "no-bert";
    try {
        models::text::findTextEncoder(package);
        QFAIL("nothing was thrown");
    } catch (const Error& error) {
        QVERIFY(error.kind() == ErrorKind::NotFound);
        QVERIFY2(QString(error.what()).contains("no-bert"), error.what());
    }
}

void TestPackage::text_encoder_is_named_so_that_it_is_found_again()
{
    const auto known = write("first/a-bert", R"({"model_type":"bert"})");
    const auto sameName = write("elsewhere/a-bert", R"({"model_type":"bert"})");
    const auto unknown = write("elsewhere/b-bert", R"({"model_type":"bert"})");
    QCOMPARE(models::text::textEncoderReference("a-bert", m_root / "out" / "model"), std::string("a-bert"));
    QCOMPARE(models::text::textEncoderReference(known.string() + "/", m_root / "out" / "model"), std::string("a-bert"));
    QCOMPARE(models::text::textEncoderReference(sameName.string(), m_root / "out" / "model"), sameName.string());
    QCOMPARE(
        models::text::textEncoderReference(sameName.string(), m_root / "elsewhere" / "model"), std::string("a-bert"));
    QCOMPARE(models::text::textEncoderReference(unknown.string(), m_root / "out" / "model"), unknown.string());
}

void TestPackage::digest_of_weights_in_shards_follows_each_of_them()
{
    const auto folder = write("first/sharded", goodConfig().dump());
    QVERIFY(models::readPackageInfo(folder).sha256.empty());
    const auto put = [&](const char* name, const char* content) { std::ofstream(folder / name) << content; };
    put("model.safetensors.index.json", "{}");
    put("m-1.safetensors", "one");
    const auto before = models::readPackageInfo(folder).sha256;
    QCOMPARE(before.size(), std::size_t{64});
    QCOMPARE(models::readPackageInfo(folder).sha256, before);
    put("m-1.safetensors", "two");
    QVERIFY(models::readPackageInfo(folder).sha256 != before);
}

void TestPackage::digest_is_of_the_file_that_is_read_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("openClip");
    QTest::newRow("Hugging Face's") << "model.safetensors" << false;
    QTest::newRow("of torch.save") << "pytorch_model.bin" << false;
    QTest::newRow("learnt for a CLIP") << "prompts.safetensors" << false;
    for (const char* name : {"open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"})
        QTest::newRow(name) << name << true;
}

void TestPackage::digest_is_of_the_file_that_is_read()
{
    QFETCH(QString, name);
    QFETCH(bool, openClip);
    const auto folder = write("first/named", "{}");
    if (openClip) {
        std::ofstream(folder / "open_clip_config.json") << "{}";
        std::ofstream(folder / "model.safetensors") << "The same model by Hugging Face's names.";
    }
    std::ofstream(folder / name.toStdString()) << "abc";
    QCOMPARE(models::weightsSha256(folder),
        std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

void TestPackage::a_broken_package_does_not_hide_the_others()
{
    write("first/bad", R"({"model_type":"lvit","text_sides":"mirror"})");
    const auto package = write("first/good", goodConfig().dump());
    const auto listed = models::listPackages();
    QVERIFY(!listed.empty());
    QCOMPARE(listed.front().folder, package);
}

void TestPackage::the_first_of_two_equal_names_counts()
{
    const auto first = write("first/qata", goodConfig().dump());
    write("second/qata", goodConfig().dump());
    QCOMPARE(models::findPackage("qata"), first);
    const auto listed = models::listPackages();
    QCOMPARE(
        std::count_if(listed.begin(), listed.end(), [](const auto& info) { return info.folder.filename() == "qata"; }),
        std::ptrdiff_t{1});
}

void TestPackage::models_of_every_kind_are_listed_with_what_they_say()
{
    write("first/a-lvit", goodConfig().dump());
    write("first/b-trained", R"({"model_type":"clip","name":"cxr","version":"2","licence":"Apache-2.0",
        "modalities":["CR"],"body_parts":[],"views":[],"vision_config":{"hidden_size":8}})");
    for (const char* kind : {"clip", "siglip", "blip", "blip-2", "instructblip", "bert"})
        write(std::string("first/c-") + kind, json{{"model_type", kind}, {"projection_dim", 4}}.dump());
    write("first/c-opt", R"({"model_type":"opt","name":"words","texts_mean_sides_of":"picture"})");
    write("first/d-other", R"({"model_type":"gpt2"})");
    const auto open = write("first/e-open", "{}");
    std::filesystem::rename(open / "config.json", open / "open_clip_config.json");
    QStringList said;
    for (const auto& model : models::listModels())
        if (model.folder.parent_path() == m_root / "first")
            said << QString::fromStdString(model.name + " " + model.modelType + " " + model.version);
    const auto& first = m_root / "first";
    QCOMPARE(models::findModel("", models::kClassifiers), first / "b-trained");
    QCOMPARE(models::findModel("", models::kWriters), first / "c-blip");
    QCOMPARE(models::findModel("c-blip-2", models::kMatchers), first / "c-blip-2");
    QCOMPARE(models::findModel((first / "a-lvit").string(), models::kWriters), first / "a-lvit"); // As it is named.
    QVERIFY(models::firstModelOf(std::array<std::string_view, 1>{"gpt2"}).empty());
    QVERIFY(support::sentence(ErrorKind::NotFound, [&] {
        models::findModel("", std::array<std::string_view, 1>{"gpt2"});
    }).contains("gpt2"));
    QCOMPARE(said, (QStringList{"qata lvit 1", "cxr clip 2", "c-bert bert ", "c-blip blip ", "c-blip-2 blip-2 ",
                       "c-clip clip ", "c-instructblip instructblip ", "words opt ", "c-siglip siglip ", "e-open clip "}));
    const auto lvit = models::readModel(m_root / "first" / "a-lvit" / "");
    QCOMPARE(lvit->segmenter->finding, std::string("Pulmonary infection"));
    QVERIFY(!models::readModel(m_root / "first" / "b-trained")->segmenter);
    QVERIFY(!models::readModel(m_root / "first" / "d-other"));
    const auto drawing = models::listPackages();
    QCOMPARE(std::count_if(drawing.begin(), drawing.end(),
                 [&](const auto& info) { return info.folder.parent_path() == m_root / "first"; }),
        std::ptrdiff_t{1}); // Who is to choose one that draws masks is given no others.
}

/// A safetensors file without tensors.
void writeMetadata(const std::filesystem::path& file, const json& metadata)
{
    std::filesystem::create_directories(file.parent_path());
    const auto header = json{{"__metadata__", metadata}}.dump();
    std::ofstream stream(file, std::ios::binary);
    for (int byte = 0; byte < 8; ++byte)
        stream.put(static_cast<char>(header.size() >> (8 * byte) & 0xFFU));
    stream << header;
}

void TestPackage::what_was_learnt_for_a_clip_is_listed_with_its_classes()
{
    const auto file = m_root / "first" / "learnt" / "prompts.safetensors";
    for (const auto& [key, kind] : {std::pair{"limn_prompts", "clip-prompts"}, {"limn_probe", "clip-probe"}}) {
        const json said{{"method", "coop"}, {"classes", {"a", "b"}}, {"backbone_sha256", "12"}};
        writeMetadata(file, {{key, said.dump()}});
        const auto listed = models::listModels();
        QVERIFY(!listed.empty());
        QCOMPARE(listed.front().modelType, std::string(kind));
        QCOMPARE(listed.front().name, std::string("learnt"));
        QCOMPARE(listed.front().learnt->method, std::string("coop"));
        QCOMPARE(listed.front().learnt->classes, (std::vector<std::string>{"a", "b"}));
    }
    QCOMPARE(models::weightsSha256(file.parent_path()), models::weights::sha256OfFile(file));
    QCOMPARE(models::findPackage("learnt"), file.parent_path());
    writeMetadata(file, {{"format", "pt"}}); // Of other programs.
    QVERIFY(!models::readModel(file.parent_path()));
}

void TestPackage::damage_in_what_was_learnt_is_said()
{
    const auto folder = m_root / "first" / "learnt";
    std::filesystem::create_directories(folder);
    const std::vector<std::string> damaged{"", "short", std::string(8, '\xff') + "{}", std::string("\2\0\0\0\0\0\0\0[]", 10)};
    for (const auto& bytes : damaged) {
        std::ofstream(folder / "prompts.safetensors", std::ios::binary) << bytes;
        QVERIFY_EXCEPTION_THROWN(models::readModel(folder), Error);
    }
    writeMetadata(folder / "prompts.safetensors", {{"limn_prompts", "{"}});
    QVERIFY_EXCEPTION_THROWN(models::readModel(folder), Error);
}

QTEST_GUILESS_MAIN(TestPackage)
#include "tst_package.moc"
