#include "models/lvit/grad_cam.h"

#include "imaging/error.h"
#include "models/lvit/explain.h"
#include "models/lvit/segmenter.h"
#include "tests/unit/models/tiny_lvit.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

/// Grad-CAM through the network: against gradients worked out another way, and as the segmenter offers it.
class LvitGradCamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void the_layers_are_named_and_sized_as_they_are();
    void a_network_without_some_parts_has_the_layers_of_the_others_data();
    void a_network_without_some_parts_has_the_layers_of_the_others();
    void the_score_is_the_mean_logit_over_the_region();
    void the_last_block_has_the_gradient_of_the_last_convolution();
    void a_down_layer_has_the_gradient_that_small_steps_show_data();
    void a_down_layer_has_the_gradient_that_small_steps_show();
    void a_decoder_layer_has_the_gradient_of_the_rest_by_hand_data();
    void a_decoder_layer_has_the_gradient_of_the_rest_by_hand();
    void parameters_keep_no_gradient();
    void an_unknown_layer_is_refused();
    void the_segmenter_explains_on_the_slices_own_grid();
    void a_given_region_is_explained_and_an_empty_one_refused();
    void explaining_needs_no_gradients_of_the_caller();

private:
    torch::Tensor m_image;
    torch::Tensor m_text;
    torch::Tensor m_region;
};

namespace {

models::lvit::LViTConfig smallConfig()
{
    auto config = tiny::settings().network;
    config.pictureSize = 32;
    return config;
}

/// Batch norms that do something, and a head whose sign leaves most maps something above 0.
models::lvit::LViT smallNetwork()
{
    auto net = tiny::network(smallConfig());
    torch::manual_seed(3);
    const torch::NoGradGuard noGradients;
    for (auto& buffer : net->named_buffers())
        if (QString::fromStdString(buffer.key()).endsWith("running_mean"))
            buffer.value().normal_(0, 0.1);
        else if (buffer.value().is_floating_point())
            buffer.value().uniform_(0.05, 0.15);
    net->outc->weight.abs_();
    net->to(torch::kDouble);
    return net;
}

torch::Tensor camByHand(const torch::Tensor& output, const torch::Tensor& gradient)
{
    return torch::relu((output * gradient.mean({2, 3}, true)).sum(1))[0];
}

void addLevels()
{
    QTest::addColumn<int>("level");
    for (int level = 0; level < 4; ++level)
        QTest::newRow(qPrintable(QString::number(level))) << level;
}

double largestDifference(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

} // namespace

void LvitGradCamTest::initTestCase()
{
    torch::set_num_threads(1);
    torch::manual_seed(9);
    m_image = torch::rand({1, 1, 32, 32}, torch::kDouble);
    m_text = torch::randn({1, 6, tiny::kTextWidth}, torch::kDouble);
    m_region = torch::zeros({1, 1, 32, 32}, torch::kDouble);
    m_region.narrow(2, 4, 12).narrow(3, 9, 7).fill_(1);
}

void LvitGradCamTest::the_layers_are_named_and_sized_as_they_are()
{
    auto net = smallNetwork();
    const auto layers = models::lvit::camLayers(net->config());
    std::vector<std::string> names;
    for (const auto& layer : layers)
        names.push_back(layer.name);
    QCOMPARE(layers.size(), std::size_t(12));
    const auto modules = net->named_modules("", /*include_self=*/false);
    const auto cams = models::lvit::gradCam(net, m_image, m_text, m_region, names);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        QVERIFY2(modules.contains(names[i]), names[i].c_str());
        QCOMPARE(cams.maps[i].size(0), std::int64_t(layers[i].rows));
        QCOMPARE(cams.maps[i].size(1), std::int64_t(layers[i].columns));
    }
    // The channels, from the modules' own weights.
    QCOMPARE(std::int64_t(layers[3].channels), net->downVit3->Encoder_blocks->parameters()[0].size(0));
    for (std::size_t i = 0; i < 4; ++i) {
        auto block = std::array{net->up4, net->up3, net->up2, net->up1}[i];
        QCOMPARE(std::int64_t(layers[4 + 2 * i].channels), block->pixModule->conv_avg->weight.size(0));
        QCOMPARE(std::int64_t(layers[5 + 2 * i].channels),
            block->nConvs->ptr<models::lvit::ConvBatchNormImpl>(1)->conv->weight.size(0));
    }
}

void LvitGradCamTest::a_network_without_some_parts_has_the_layers_of_the_others_data()
{
    QTest::addColumn<bool>("unet");
    QTest::addColumn<int>("layers");
    QTest::newRow("U-Net") << true << 4;
    QTest::newRow("LViT-TW") << false << 12;
    QTest::newRow("without PLAM") << false << 8;
}

void LvitGradCamTest::a_network_without_some_parts_has_the_layers_of_the_others()
{
    QFETCH(bool, unet);
    auto config = smallConfig();
    config.kind = unet ? models::NetworkKind::UNet : models::NetworkKind::LViT;
    config.text = QTest::currentDataTag() != QByteArray("LViT-TW");
    config.plam = QTest::currentDataTag() != QByteArray("without PLAM");
    auto net = tiny::network(config);
    std::vector<std::string> names;
    for (const auto& layer : models::lvit::camLayers(config))
        names.push_back(layer.name);
    QTEST(int(names.size()), "layers");
    const auto text = config.readsText() ? m_text.to(torch::kFloat) : torch::Tensor();
    const auto cams = models::lvit::gradCam(net, m_image.to(torch::kFloat), text, m_region.to(torch::kFloat), names);
    QCOMPARE(cams.maps.size(), names.size());
}

void LvitGradCamTest::the_score_is_the_mean_logit_over_the_region()
{
    auto net = smallNetwork();
    const auto logits = net->logits(m_image, m_text);
    const double mean = logits[0][0].narrow(0, 4, 12).narrow(1, 9, 7).mean().item<double>();
    QVERIFY(std::abs(models::lvit::gradCam(net, m_image, m_text, m_region, {"up1"}).score - mean) < 1e-12);
}

void LvitGradCamTest::the_last_block_has_the_gradient_of_the_last_convolution()
{
    // score = mean over the region of w.A + b, so every channel's gradient is w/n inside the region and 0 outside: its
    // mean over the 32x32 map is w/1024.
    auto net = smallNetwork();
    const torch::NoGradGuard noGradients;
    const auto prepared = net->prepare(m_image);
    const auto tokens = net->branch(prepared.tokens, net->textChain(m_text));
    models::lvit::LViTImpl::Decoded decoded;
    net->decode(net->fuse(prepared, tokens.up), prepared.x[4], &decoded);
    const auto expected = torch::relu((decoded.up[0] * net->outc->weight / 1024).sum(1))[0]; // [32, 32]
    const auto cams = models::lvit::gradCam(net, m_image, m_text, m_region, {"up1"});
    QVERIFY(expected.max().item<double>() > 0);
    QVERIFY(largestDifference(cams.maps[0], expected) < 1e-12);
}

void LvitGradCamTest::a_down_layer_has_the_gradient_that_small_steps_show_data()
{
    addLevels();
}

/// A channel's weight is the derivative of the score when the whole channel is raised, over the number of its pixels:
/// found by raising it and running the rest of the network again.
void LvitGradCamTest::a_down_layer_has_the_gradient_that_small_steps_show()
{
    QFETCH(int, level);
    constexpr double kStep = 1e-5;
    auto net = smallNetwork();
    const torch::NoGradGuard noGradients;
    const auto prepared = net->prepare(m_image);
    const auto text = net->textChain(m_text);
    const auto score = [&](const torch::Tensor& logits) {
        return ((logits * m_region).sum() / m_region.sum()).item<double>();
    };

    // From a level of the down path on: what comes before it stays.
    const auto down = net->branch(prepared.tokens, text).down;
    const auto fromDown = [&](const torch::Tensor& raised) {
        auto levels = down;
        levels[std::size_t(level)] = raised;
        models::lvit::VisionTransformer lower[] = {net->downVit1, net->downVit2, net->downVit3};
        for (int next = level + 1; next < 4; ++next)
            levels[std::size_t(next)] = lower[next - 1]->down(
                prepared.tokens[std::size_t(next)], levels[std::size_t(next - 1)], text[std::size_t(next)]);
        std::array<torch::Tensor, 4> up;
        up[3] = net->upVit3->up(levels[3], {});
        up[2] = net->upVit2->up(levels[2], up[3]);
        up[1] = net->upVit1->up(levels[1], up[2]);
        up[0] = net->upVit->up(levels[0], up[1]);
        return score(net->decode(net->fuse(prepared, up), prepared.x[4]));
    };
    const auto& tokens = down[std::size_t(level)]; // [1, N, C]
    const auto channels = tokens.size(2);
    const auto weights = torch::zeros({1, channels, 1, 1}, torch::kDouble);
    for (std::int64_t channel = 0; channel < channels; ++channel) {
        auto more = tokens.clone(), less = tokens.clone();
        more.select(2, channel) += kStep;
        less.select(2, channel) -= kStep;
        weights[0][channel] = (fromDown(more) - fromDown(less)) / (2 * kStep) / double(tokens.size(1));
    }
    const auto grid = net->config().grid();
    const auto map = tokens.transpose(1, 2).reshape({1, channels, grid, grid});
    const auto expected = torch::relu((map * weights).sum(1))[0];
    QVERIFY(expected.max().item<double>() > 0);
    const auto name = models::lvit::camLayers(net->config())[std::size_t(level)].name;
    const auto cams = models::lvit::gradCam(net, m_image, m_text, m_region, {name});
    QVERIFY2(largestDifference(cams.maps[0], expected) < 1e-6 * std::max(1.0, expected.max().item<double>()),
        qPrintable(QString::number(largestDifference(cams.maps[0], expected))));
}

void LvitGradCamTest::a_decoder_layer_has_the_gradient_of_the_rest_by_hand_data()
{
    addLevels();
}

void LvitGradCamTest::a_decoder_layer_has_the_gradient_of_the_rest_by_hand()
{
    QFETCH(int, level);
    auto net = smallNetwork();
    const torch::NoGradGuard noGradients;
    const auto prepared = net->prepare(m_image);
    const auto text = net->textChain(m_text);
    models::lvit::UpBlock blocks[] = {net->up1, net->up2, net->up3, net->up4};
    const auto fused = net->fuse(prepared, net->branch(prepared.tokens, text).up);
    models::lvit::LViTImpl::Decoded decoded;
    net->decode(fused, prepared.x[4], &decoded);
    const auto rest = [&](torch::Tensor x) {
        for (int next = level - 1; next >= 0; --next)
            x = blocks[next](x, fused[std::size_t(next)]);
        return (net->outc(x) * m_region).sum() / m_region.sum();
    };
    const auto below = level == 3 ? prepared.x[4] : decoded.up[std::size_t(level + 1)];
    const torch::AutoGradMode withGradients(true);
    auto attended = decoded.attended[std::size_t(level)].detach().clone().requires_grad_();
    const auto enlarged = torch::upsample_nearest2d(below, {attended.size(2), attended.size(3)});
    auto output = blocks[level]->nConvs->forward(torch::cat({attended, enlarged}, 1));
    auto leaf = output.detach().clone().requires_grad_();
    rest(leaf).backward();
    rest(output).backward();
    const std::string block = "up" + std::to_string(level + 1);
    const auto two = models::lvit::gradCam(net, m_image, m_text, m_region, {block + ".pixModule", block});
    QVERIFY(two.maps[0].max().item<double>() > 0 || two.maps[1].max().item<double>() > 0);
    QVERIFY(largestDifference(two.maps[0], camByHand(attended, attended.grad())) < 1e-10);
    QVERIFY(largestDifference(two.maps[1], camByHand(leaf, leaf.grad())) < 1e-10);
}

void LvitGradCamTest::parameters_keep_no_gradient()
{
    auto net = smallNetwork();
    models::lvit::gradCam(net, m_image, m_text, m_region, {"downVit", "up2"});
    for (const auto& parameter : net->parameters())
        QVERIFY(!parameter.grad().defined());
    QVERIFY(!net->is_training());
}

void LvitGradCamTest::an_unknown_layer_is_refused()
{
    auto net = smallNetwork();
    try {
        models::lvit::gradCam(net, m_image, m_text, m_region, {"down4"});
        QFAIL("no error");
    } catch (const imaging::Error& error) {
        QCOMPARE(error.kind(), imaging::ErrorKind::WrongUse);
        QVERIFY(std::string(error.what()).find("down4") != std::string::npos);
    }
}

void LvitGradCamTest::the_segmenter_explains_on_the_slices_own_grid()
{
    QTemporaryDir folder;
    auto package = tiny::settings();
    package.info.threshold = 0.01F; // Everything is drawn, whatever the random weights say.
    const auto segmenter =
        models::lvit::openLViTSegmenter(tiny::writePackage(folder.path().toStdString(), package), "cpu");
    const auto prepared = segmenter->prepare(tiny::slice(50, 40));
    for (const auto& layer : segmenter->layers()) {
        const auto explanation = segmenter->explain(*prepared, "one area", {layer.name, {}});
        QCOMPARE(explanation.layer, layer.name);
        QCOMPARE(explanation.columns, 50);
        QCOMPARE(explanation.heat.size(), std::size_t(50 * 40));
        QCOMPARE(explanation.region, std::vector<std::uint8_t>(50 * 40, 1));
        const auto [least, most] = std::minmax_element(explanation.heat.begin(), explanation.heat.end());
        QVERIFY(*least >= 0);
        QVERIFY(*most == 0 || *most == 1);
    }
    QCOMPARE(segmenter->explain(*prepared, "one area", {}).layer, std::string(models::kDefaultCamLayer));
    // No text is another input than any text.
    QVERIFY(segmenter->explain(*prepared, "", {}).score != segmenter->explain(*prepared, "one area", {}).score);
}

void LvitGradCamTest::a_given_region_is_explained_and_an_empty_one_refused()
{
    QTemporaryDir folder;
    auto package = tiny::settings();
    package.info.threshold = 0.99F; // Nothing is drawn.
    const auto segmenter =
        models::lvit::openLViTSegmenter(tiny::writePackage(folder.path().toStdString(), package), "cpu");
    const auto prepared = segmenter->prepare(tiny::slice(50, 40));
    std::vector<std::uint8_t> region(50 * 40, 0);
    region[777] = 9;
    const auto explanation = segmenter->explain(*prepared, "one area", {"up1", region});
    QCOMPARE(std::count(explanation.region.begin(), explanation.region.end(), 1), std::ptrdiff_t(1));
    const auto refused = [&](const models::ExplainRequest& request) {
        try {
            segmenter->explain(*prepared, "one area", request);
            return false;
        } catch (const imaging::Error& error) {
            return error.kind() == imaging::ErrorKind::InvalidInput;
        }
    };
    QVERIFY(refused({"up1", {}}));
    QVERIFY(refused({"up1", std::vector<std::uint8_t>(50 * 40, 0)}));
    QVERIFY(refused({"up1", std::vector<std::uint8_t>(7, 1)}));
}

void LvitGradCamTest::explaining_needs_no_gradients_of_the_caller()
{
    QTemporaryDir folder;
    auto package = tiny::settings();
    package.info.threshold = 0.01F;
    const auto segmenter =
        models::lvit::openLViTSegmenter(tiny::writePackage(folder.path().toStdString(), package), "cpu");
    const auto prepared = segmenter->prepare(tiny::slice(32, 32));
    const auto with = segmenter->explain(*prepared, "one area", {});
    const torch::NoGradGuard noGradients;
    QCOMPARE(segmenter->explain(*prepared, "one area", {}).heat, with.heat);
}

QTEST_APPLESS_MAIN(LvitGradCamTest)
#include "tst_lvit_grad_cam.moc"
