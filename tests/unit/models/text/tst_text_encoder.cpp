#include "tests/unit/models/vlm_goldens.h"

#include "imaging/error.h"
#include "models/text/text_encoder.h"
#include "models/weights/safetensors.h"

#include <QtTest>

#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <algorithm>
#include <memory>

using models::text::TextConvention;
using models::text::TextEncoder;

namespace {

constexpr double kTolerance = 2e-5;

double difference(const at::Tensor& left, const at::Tensor& right)
{
    return left.sizes() == right.sizes() ? (left - right).abs().max().item<double>() : 1e9;
}

int wordsIn(const std::string& text)
{
    return static_cast<int>(QString::fromStdString(text).split(' ', Qt::SkipEmptyParts).size());
}

} // namespace

class TestTextEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void pieces_are_the_rows_of_the_last_layer();
    void words_are_means_of_their_pieces();
    void short_texts_are_padded_as_the_authors_do();
    void only_the_first_line_counts_for_words();
    void a_long_text_says_that_it_was_cut();
    void no_text_gives_zeros_data();
    void no_text_gives_zeros();
    void sides_give_different_vectors();
    void the_cache_is_bounded_and_gives_the_same();
    void vectors_can_take_part_in_training();

private:
    std::unique_ptr<TextEncoder> m_pieces;
    std::unique_ptr<TextEncoder> m_words;
    nlohmann::json m_cases;
    models::weights::StateDict m_golden;
};

void TestTextEncoder::initTestCase()
{
    const auto folder = vlm_goldens::minilm();
    if (folder.empty())
        QSKIP("needs the default text encoder: run packaging/setup.sh");
    torch::set_num_threads(1); // Spinning threads on a busy machine make small models very slow.
    m_pieces = std::make_unique<TextEncoder>(folder, TextConvention::Pieces, 3);
    m_words = std::make_unique<TextEncoder>(folder, TextConvention::MergedWords);
    const auto json = vlm_goldens::find("bert_minilm/golden.json");
    QVERIFY(!json.empty());
    m_cases = vlm_goldens::readJson(json).at("cases");
    m_golden = models::weights::readSafetensors(json.parent_path() / "golden.safetensors");
}

void TestTextEncoder::pieces_are_the_rows_of_the_last_layer()
{
    for (std::size_t i = 0; i < m_cases.size(); ++i) {
        const auto& wanted = m_golden.at(std::to_string(i) + "/last_hidden_state");
        const auto inner = wanted.slice(0, 1, wanted.size(0) - 1); // Without [CLS] and [SEP].
        const auto text = m_pieces->embed(m_cases[i].at("text").get<std::string>(), 24);
        QVERIFY((text.vectors.sizes() == at::IntArrayRef{24, m_pieces->width()}));
        QCOMPARE(text.used, static_cast<int>(inner.size(0)));
        QVERIFY(!text.cut);
        QVERIFY(difference(text.vectors.slice(0, 0, text.used).slice(1, 0, wanted.size(1)), inner) < kTolerance);
        QVERIFY(text.vectors.slice(0, text.used).abs().max().item<double>() == 0);
    }
}

void TestTextEncoder::words_are_means_of_their_pieces()
{
    for (std::size_t i = 0; i < m_cases.size(); ++i) {
        const auto& wanted = m_golden.at(std::to_string(i) + "/word_mean");
        const auto text = m_cases[i].at("text").get<std::string>();
        // So many tokens that nothing needs to be appended to the text.
        const auto tokens = std::min<std::int64_t>(wanted.size(0), wordsIn(text) + 1);
        const auto embedded = m_words->embed(text, static_cast<int>(tokens));
        QCOMPARE(embedded.used, static_cast<int>(tokens));
        QCOMPARE(embedded.cut, tokens < wanted.size(0));
        QVERIFY(difference(embedded.vectors.slice(1, 0, wanted.size(1)), wanted.slice(0, 0, tokens)) < kTolerance);
    }
}

void TestTextEncoder::short_texts_are_padded_as_the_authors_do()
{
    const auto text = m_words->embed("Lungs are clear.", 10);
    const auto written = m_words->embed("Lungs are clear. EOF XXX EOF XXX EOF XXX EOF XXX EOF XXX EOF XXX", 10);
    QVERIFY(torch::equal(text.vectors, written.vectors));
    QCOMPARE(text.used, 10);
    QVERIFY(!text.cut);
    QVERIFY(written.cut);
}

void TestTextEncoder::only_the_first_line_counts_for_words()
{
    const auto one = m_words->embed("one infected area, lower left lung and upper right lung", 10);
    const auto two = m_words->embed("one infected area, lower left lung and upper right lung\nsecond line", 10);
    QVERIFY(torch::equal(one.vectors, two.vectors));
}

void TestTextEncoder::a_long_text_says_that_it_was_cut()
{
    std::string text;
    for (int i = 0; i < 2000; ++i)
        text += "lung ";
    for (auto* encoder : {m_pieces.get(), m_words.get()}) {
        const auto embedded = encoder->embed(text, 10);
        QCOMPARE(embedded.used, 10);
        QVERIFY(embedded.cut);
    }
    QVERIFY(!m_pieces->embed("left lung", 2).cut);
    QVERIFY(m_pieces->embed("left lung.", 2).cut);
}

void TestTextEncoder::no_text_gives_zeros_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("white space") << QByteArray(" \t \n");
    QTest::newRow("control characters") << QByteArray("\x01\x02");
    QTest::newRow("not UTF-8") << QByteArray("\xff\xfe");
}

void TestTextEncoder::no_text_gives_zeros()
{
    QFETCH(QByteArray, text);
    for (auto* encoder : {m_pieces.get(), m_words.get()}) {
        const auto embedded = encoder->embed(text.toStdString(), 5);
        QCOMPARE(embedded.used, 0);
        QVERIFY(!embedded.cut);
        QVERIFY(torch::equal(embedded.vectors, torch::zeros({5, encoder->width()})));
    }
}

void TestTextEncoder::sides_give_different_vectors()
{
    const auto left = m_pieces->embed("upper left lung", 3).vectors;
    const auto right = m_pieces->embed("upper right lung", 3).vectors;
    QVERIFY(difference(left[1], right[1]) > 0.1);
}

void TestTextEncoder::the_cache_is_bounded_and_gives_the_same()
{
    const auto first = m_pieces->embed("one infected area", 8);
    QVERIFY(m_pieces->embed("one infected area", 8).vectors.is_same(first.vectors));
    QVERIFY(!m_pieces->embed("one infected area", 7).vectors.is_same(first.vectors));
    for (const char* text : {"a", "b", "c", "d", "e"})
        m_pieces->embed(text, 8);
    QCOMPARE(m_pieces->cachedTexts(), std::size_t{3});
    const auto again = m_pieces->embed("one infected area", 8);
    QVERIFY(!again.vectors.is_same(first.vectors));
    QVERIFY(torch::equal(again.vectors, first.vectors));
}

void TestTextEncoder::vectors_can_take_part_in_training()
{
    torch::nn::Linear layer(m_pieces->width(), 2);
    layer->forward(m_pieces->embed("left lung", 4).vectors).sum().backward();
    QVERIFY(layer->weight.grad().defined());
}

QTEST_GUILESS_MAIN(TestTextEncoder)
#include "tst_text_encoder.moc"
