#include "imaging/error.h"
#include "models/generate/beam_search.h"
#include "models/generate/generate.h"

#include <torch/types.h>

#include <QtTest>

#include <cmath>
#include <limits>
#include <map>

namespace {

using models::generate::Decoder;
using models::generate::EarlyStopping;
using models::generate::generate;
using models::generate::GenerateOptions;
using Ids = std::vector<std::int64_t>;

/// A writer whose next logits depend on the whole text so far, by a rule that a test can repeat.
class RuleDecoder : public Decoder
{
public:
    explicit RuleDecoder(std::int64_t vocabulary)
        : m_vocabulary(vocabulary)
    {
    }

    static double logit(const Ids& text, std::int64_t token)
    {
        double value = 0.3 * static_cast<double>(token);
        for (std::size_t i = 0; i < text.size(); ++i)
            value += std::sin(1.7 * static_cast<double>(text[i] * (token + 2)) + static_cast<double>(i));
        return value;
    }

    at::Tensor next(const at::Tensor& ids) override
    {
        m_texts.resize(static_cast<std::size_t>(ids.size(0)));
        auto logits = torch::zeros({ids.size(0), m_vocabulary});
        for (std::int64_t row = 0; row < ids.size(0); ++row) {
            auto& text = m_texts[static_cast<std::size_t>(row)];
            for (std::int64_t i = 0; i < ids.size(1); ++i)
                text.push_back(ids[row][i].item<std::int64_t>());
            for (std::int64_t token = 0; token < m_vocabulary; ++token)
                logits[row][token] = logit(text, token);
        }
        return logits;
    }

    void reorder(const at::Tensor& rows) override
    {
        std::vector<Ids> texts;
        for (std::int64_t i = 0; i < rows.size(0); ++i)
            texts.push_back(m_texts[static_cast<std::size_t>(rows[i].item<std::int64_t>())]);
        m_texts = std::move(texts);
    }

private:
    std::int64_t m_vocabulary;
    std::vector<Ids> m_texts;
};

std::vector<double> logProbabilities(const Ids& text, std::int64_t vocabulary)
{
    std::vector<double> values;
    double sum = 0;
    for (std::int64_t token = 0; token < vocabulary; ++token) {
        values.push_back(RuleDecoder::logit(text, token));
        sum += std::exp(values.back());
    }
    for (auto& value : values)
        value -= std::log(sum);
    return values;
}

/// The best of all texts of at most `most` tokens, by trying each.
void bestOfAll(const Ids& text, std::size_t prompt, double sum, int most, std::int64_t vocabulary, std::int64_t end,
    double& bestScore, Ids& best)
{
    const auto length = text.size() - prompt;
    const bool finished = length > 0 && text.back() == end;
    if (finished || length == static_cast<std::size_t>(most)) {
        if (const double score = sum / static_cast<double>(length); score > bestScore) {
            bestScore = score;
            best = Ids(text.begin() + static_cast<std::ptrdiff_t>(prompt), text.end());
        }
        return;
    }
    const auto logs = logProbabilities(text, vocabulary);
    for (std::int64_t token = 0; token < vocabulary; ++token) {
        auto longer = text;
        longer.push_back(token);
        bestOfAll(longer, prompt, sum + logs[static_cast<std::size_t>(token)], most, vocabulary, end, bestScore, best);
    }
}

bool refused(const at::Tensor& prompt, const GenerateOptions& options)
{
    RuleDecoder decoder(5);
    try {
        generate(decoder, prompt, options);
    } catch (const imaging::Error& error) {
        return error.kind() == imaging::ErrorKind::WrongUse;
    }
    return false;
}

} // namespace

class TestGenerate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void the_likeliest_token_is_taken_until_the_end()
    {
        constexpr std::int64_t kVocabulary = 7;
        RuleDecoder decoder(kVocabulary);
        GenerateOptions options;
        options.maxNewTokens = 9;
        options.endId = 2;
        Ids shown;
        const auto texts = generate(decoder, torch::tensor(Ids{1, 3, 4, 0}).view({2, 2}), options, {},
            [&](std::int64_t id) { shown.push_back(id); });
        QCOMPARE(texts.size(), std::size_t(2));
        for (std::size_t i = 0; i < 2; ++i) {
            Ids text = i == 0 ? Ids{1, 3} : Ids{4, 0};
            double sum = 0;
            for (const auto id : texts[i].ids) {
                const auto logs = logProbabilities(text, kVocabulary);
                QCOMPARE(id, std::max_element(logs.begin(), logs.end()) - logs.begin());
                sum += logs[static_cast<std::size_t>(id)];
                text.push_back(id);
            }
            QVERIFY(texts[i].ids.size() == 9 || texts[i].ids.back() == 2);
            QVERIFY(std::abs(texts[i].score - sum) < 1e-4);
        }
        QCOMPARE(shown, texts[0].ids);
    }

    void beams_that_hold_all_texts_find_the_best()
    {
        for (std::int64_t prompt = 0; prompt < 6; ++prompt) {
            RuleDecoder decoder(4);
            GenerateOptions options;
            options.beams = 64;
            options.maxNewTokens = 4;
            options.endId = 1;
            double score = -1e9;
            Ids best;
            bestOfAll({prompt}, 1, 0, 4, 4, 1, score, best);
            const auto texts = generate(decoder, torch::tensor(Ids{prompt}).view({1, 1}), options);
            QCOMPARE(texts.front().ids, best);
            QVERIFY(std::abs(texts.front().score - score) < 1e-4);
        }
    }

    void several_texts_come_with_the_best_first()
    {
        RuleDecoder decoder(9);
        GenerateOptions options;
        options.beams = 5;
        options.returned = 3;
        options.endId = 0;
        const auto texts = generate(decoder, torch::tensor(Ids{1, 2}).view({2, 1}), options);
        QCOMPARE(texts.size(), std::size_t(6));
        for (const std::size_t first : {0, 3})
            QVERIFY(texts[first].score >= texts[first + 1].score && texts[first + 1].score >= texts[first + 2].score);
    }

    void of_equal_texts_the_newest_counts_and_a_full_list_takes_better_ones_only()
    {
        models::generate::FinishedTexts texts(2, 1, EarlyStopping::No);
        texts.add({1}, -2, 1);
        texts.add({2}, -2, 1);
        QCOMPARE(texts.best(2).front().ids, Ids{2});
        texts.add({3}, -2, 1); // Not better than the worst.
        QCOMPARE(texts.best(2).front().ids, Ids{2});
        texts.add({4}, -1, 1);
        QCOMPARE(texts.best(2).front().ids, Ids{4});
        QCOMPARE(texts.best(2).back().ids, Ids{2});
    }

    void the_end_waits_for_the_least_length()
    {
        for (const int beams : {1, 3}) {
            for (std::int64_t end = 0; end < 5; ++end) {
                RuleDecoder decoder(5);
                GenerateOptions options;
                options.beams = beams;
                options.minNewTokens = 4;
                options.maxNewTokens = 6;
                options.endId = end;
                const auto ids = generate(decoder, torch::tensor(Ids{3}).view({1, 1}), options).front().ids;
                QVERIFY(ids.size() >= 5 || ids.size() == 6);
                QVERIFY(std::find(ids.begin(), ids.begin() + 4, end) == ids.begin() + 4);
            }
        }
    }

    void a_large_penalty_leaves_no_token_twice()
    {
        RuleDecoder decoder(12);
        GenerateOptions options;
        options.maxNewTokens = 8;
        options.repetitionPenalty = 1e6;
        options.endId = -1;
        const auto ids = generate(decoder, torch::tensor(Ids{3}).view({1, 1}), options).front().ids;
        std::set<std::int64_t> different(ids.begin(), ids.end());
        QCOMPARE(different.size(), ids.size());
        QVERIFY(!different.contains(3)); // It is in the prompt.
    }

    void chance_repeats_itself_with_its_seed_and_stays_among_the_likely()
    {
        GenerateOptions options;
        options.sample = true;
        options.maxNewTokens = 30;
        options.endId = -1;
        std::set<Ids> different;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            options.seed = seed;
            RuleDecoder first(6), second(6);
            const auto prompt = torch::tensor(Ids{3}).view({1, 1});
            const auto ids = generate(first, prompt, options).front().ids;
            QCOMPARE(generate(second, prompt, options).front().ids, ids);
            different.insert(ids);
        }
        QVERIFY(different.size() > 15);
        options.topP = 1e-6; // Only the likeliest is left.
        RuleDecoder narrow(6), greedy(6);
        const auto prompt = torch::tensor(Ids{3}).view({1, 1});
        const auto drawn = generate(narrow, prompt, options).front().ids;
        options.sample = false;
        QCOMPARE(drawn, generate(greedy, prompt, options).front().ids);
    }

    void draws_follow_the_probabilities()
    {
        GenerateOptions options;
        options.sample = true;
        options.maxNewTokens = 1;
        options.endId = -1;
        std::map<std::int64_t, int> counts;
        constexpr int kDraws = 20000;
        for (int i = 0; i < kDraws; ++i) {
            options.seed = static_cast<std::uint64_t>(i);
            RuleDecoder decoder(4);
            ++counts[generate(decoder, torch::tensor(Ids{2}).view({1, 1}), options).front().ids.front()];
        }
        const auto logs = logProbabilities({2}, 4);
        for (std::int64_t token = 0; token < 4; ++token)
            QVERIFY(std::abs(counts[token] / double(kDraws) - std::exp(logs[static_cast<std::size_t>(token)])) < 0.02);
    }

    void a_stop_request_leaves_what_is_there()
    {
        RuleDecoder decoder(6);
        GenerateOptions options;
        options.maxNewTokens = 100;
        options.endId = -1;
        std::stop_source stop;
        int count = 0;
        const auto texts = generate(decoder, torch::tensor(Ids{3}).view({1, 1}), options, stop.get_token(), [&](auto) {
            if (++count == 5)
                stop.request_stop();
        });
        QCOMPARE(texts.front().ids.size(), std::size_t(5));
    }

    void what_contradicts_itself_is_refused()
    {
        const auto prompt = torch::tensor(Ids{3}).view({1, 1});
        const auto with = [&](auto change) {
            GenerateOptions options;
            change(options);
            return refused(prompt, options);
        };
        QVERIFY(with([](auto& o) { o.beams = 0; }));
        QVERIFY(with([](auto& o) { o.returned = 2; }));
        QVERIFY(with([](auto& o) { o.maxNewTokens = 0; }));
        QVERIFY(with([](auto& o) { o.minNewTokens = 21; }));
        QVERIFY(with([](auto& o) { o.sample = true, o.beams = 2; }));
        QVERIFY(with([](auto& o) { o.temperature = 0; }));
        QVERIFY(with([](auto& o) { o.topP = 0; }));
        QVERIFY(with([](auto& o) { o.repetitionPenalty = 0; }));
        QVERIFY(with([](auto& o) { o.repetitionPenalty = std::numeric_limits<double>::infinity(); }));
        QVERIFY(with([](auto& o) { o.temperature = std::numeric_limits<double>::infinity(); }));
        QVERIFY(with([](auto& o) { o.minNewTokens = -1; }));
        for (const double odd : {std::nan(""), 1e300, -1e300})
            QVERIFY(with([odd](auto& o) { o.lengthPenalty = odd; }));
        QVERIFY(refused(torch::zeros({1, 0}, torch::kLong), {}));
        QVERIFY(!with([](auto&) {}));
    }
};

QTEST_GUILESS_MAIN(TestGenerate)
#include "tst_generate.moc"
