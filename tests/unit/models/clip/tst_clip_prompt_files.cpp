#include "models/clip/backbone.h"
#include "models/clip/prompt_files.h"
#include "models/weights/load_report.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/clip/clip_goldens.h"

#include <QTemporaryDir>
#include <QtTest>

namespace {

using clip_goldens::json;
using imaging::ErrorKind;
using models::clip::Clip;
using models::clip::PromptMethod;
using models::weights::StateDict;

/// What MaPLe saves: the whole CustomCLIP, matrices in float16, with what belongs to the classes.
StateDict customClip(const Clip& clip, const models::clip::Prompts& prompts)
{
    StateDict all;
    for (const auto& [key, tensor] : models::weights::weightsOf(*clip)) {
        if (key == "token_embedding.weight")
            continue;
        const auto half = tensor.dim() > 1 ? tensor.to(torch::kHalf) : tensor;
        all[key.starts_with("visual.") ? "image_encoder." + key.substr(7)
                : key == "logit_scale" ? key
                                       : "text_encoder." + key] = half;
    }
    for (const auto& [key, tensor] : models::weights::weightsOf(*prompts))
        all[key] = tensor;
    all["prompt_learner.token_prefix"] = torch::zeros({3, 1, 64});
    all["prompt_learner.token_suffix"] = torch::zeros({3, 74, 64});
    return all;
}

} // namespace

class TestClipPromptFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const auto file = vlm_goldens::find("prompt_learning/golden.json");
        if (file.empty())
            QSKIP("The goldens are not here: set LIMN_GOLDENS.");
        m_golden = vlm_goldens::readJson(file);
        m_images = models::weights::readWeights(file.parent_path() / "golden.safetensors").at("images");
        m_clip = clip_goldens::filledClip(m_golden);
    }

    void prompts_come_back_from_every_kind_of_file_data()
    {
        clip_goldens::addCases(m_golden);
    }

    void prompts_come_back_from_every_kind_of_file()
    {
        QFETCH(QString, name);
        const auto& one = clip_goldens::caseOf(m_golden, name.toStdString());
        auto prompts = clip_goldens::promptsOf(m_golden, one, m_clip);
        const auto wanted = logits(prompts);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        const auto sha256 = models::clip::backboneSha256(m_clip);
        models::clip::writePrompts(path / "prompts.safetensors", prompts, {"a", "b", "c"}, sha256);
        const auto own = models::clip::readPrompts(path);
        QCOMPARE(own.classes, (std::vector<std::string>{"a", "b", "c"}));
        QCOMPARE(own.backboneSha256, sha256);
        models::clip::requireSameBackbone(own, m_clip, sha256, "file");
        auto opened = models::clip::openPrompts(own, m_clip, clip_goldens::classesOf(m_golden, one), "file");
        QVERIFY(logits(opened).equal(wanted));

        // The authors' file does not say where the name stands, nor whether prompts were rounded.
        models::weights::writeSafetensors(path / "custom.safetensors", customClip(m_clip, prompts));
        auto custom = models::clip::readPrompts(path / "custom.safetensors");
        custom.config.classPosition = prompts->config().classPosition;
        custom.config.halfRounding = prompts->config().halfRounding;
        models::clip::requireSameBackbone(custom, m_clip, {}, "file");
        auto theirs = models::clip::openPrompts(custom, m_clip, clip_goldens::classesOf(m_golden, one), "file");
        QVERIFY(logits(theirs).equal(wanted));
    }

    void the_authors_checkpoint_folder_of_context_alone_is_read()
    {
        const auto& one = clip_goldens::caseOf(m_golden, "cocoop");
        auto prompts = clip_goldens::promptsOf(m_golden, one, m_clip);
        StateDict bare;
        for (const auto& [key, tensor] : models::weights::weightsOf(*prompts))
            bare[key.substr(std::string_view("prompt_learner.").size())] = tensor;
        bare["token_prefix"] = torch::zeros({3, 1, 64});
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        models::weights::writeSafetensors(path / "model.pth.tar-10", bare);
        QFile list(folder.filePath("checkpoint"));
        QVERIFY(list.open(QIODevice::WriteOnly));
        list.write("model.pth.tar-10\n");
        list.close();
        const auto file = models::clip::readPrompts(path);
        QCOMPARE(file.config.method, PromptMethod::CoCoOp);
        auto opened = models::clip::openPrompts(file, m_clip, clip_goldens::classesOf(m_golden, one), "file");
        QVERIFY(logits(opened).equal(logits(prompts)));
    }

    void another_clip_in_the_file_is_refused()
    {
        const auto& one = clip_goldens::caseOf(m_golden, "maple_deep");
        auto all = customClip(m_clip, clip_goldens::promptsOf(m_golden, one, m_clip));
        all["image_encoder.proj"] = all["image_encoder.proj"] + 0.1;
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.safetensors";
        models::weights::writeSafetensors(path, all);
        const auto file = models::clip::readPrompts(path);
        const auto message = support::sentence(ErrorKind::Model,
            [&] { models::clip::requireSameBackbone(file, m_clip, {}, "file"); });
        QVERIFY2(message.contains("visual.proj"), qPrintable(message));
    }

    void prompts_of_another_clip_are_refused_by_its_digest()
    {
        const auto& one = clip_goldens::caseOf(m_golden, "maple_deep");
        auto prompts = clip_goldens::promptsOf(m_golden, one, m_clip);
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "prompts.safetensors";
        models::clip::writePrompts(path, prompts, {"a", "b", "c"}, std::string(64, '0'));
        const auto file = models::clip::readPrompts(path);
        const auto own = models::clip::backboneSha256(m_clip);
        const auto message = support::sentence(
            ErrorKind::Model, [&] { models::clip::requireSameBackbone(file, m_clip, own, "the file"); });
        QVERIFY2(message.contains("was learnt for another CLIP"), qPrintable(message));
    }

    void what_holds_no_prompts_is_refused()
    {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        const auto read = [&] { models::clip::readPrompts(path); };
        QVERIFY(support::sentence(ErrorKind::NotFound, read).contains("There are no prompts in"));
        models::weights::writeSafetensors(path / "prompts.safetensors", {{"other", torch::zeros({2})}});
        QVERIFY(support::sentence(ErrorKind::Model, read).contains("no learnt prompts are in it"));
        QFile list(folder.filePath("checkpoint"));
        QVERIFY(list.open(QIODevice::WriteOnly));
        list.write("../model.pth.tar");
        list.close();
        QVERIFY(std::filesystem::remove(path / "prompts.safetensors"));
        QVERIFY(support::sentence(ErrorKind::Model, read).contains("leaves the folder"));
    }

    void names_that_are_too_long_and_other_classes_are_refused()
    {
        auto prompts = clip_goldens::promptsOf(m_golden, clip_goldens::caseOf(m_golden, "coop_csc"), m_clip);
        auto classes = clip_goldens::classesOf(m_golden, clip_goldens::caseOf(m_golden, "coop_csc"));
        auto fewer = classes;
        fewer.ids = fewer.ids.narrow(0, 0, 2);
        fewer.nameTokens.pop_back();
        const auto other = support::sentence(ErrorKind::WrongUse, [&] { prompts->setClasses(fewer); });
        QVERIFY2(other.contains("no other classes"), qPrintable(other));
        classes.nameTokens[1] = 60;
        const auto tooLong = support::sentence(ErrorKind::WrongUse, [&] { prompts->setClasses(classes); });
        QVERIFY2(tooLong.contains("too long"), qPrintable(tooLong));
    }

    void the_text_of_a_class_follows_the_method()
    {
        models::clip::PromptConfig config;
        QCOMPARE(models::clip::promptText(config, "pleural_effusion"), std::string("a photo of a pleural effusion."));
        config.contextWords.clear();
        config.textTokens = 3;
        QCOMPARE(models::clip::promptText(config, "edema"), std::string("X X X edema."));
        config.method = PromptMethod::VisualPrompts;
        QCOMPARE(models::clip::promptText(config, "edema"), std::string("a photo of a edema."));
    }

private:
    at::Tensor logits(models::clip::Prompts& prompts)
    {
        const at::NoGradGuard noGrad;
        return prompts->logits(m_images);
    }

    json m_golden;
    at::Tensor m_images;
    Clip m_clip{nullptr};
};

QTEST_GUILESS_MAIN(TestClipPromptFiles)
#include "tst_clip_prompt_files.moc"
