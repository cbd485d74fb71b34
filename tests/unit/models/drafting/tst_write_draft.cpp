#include "models/drafting/write_draft.h"

#include <torch/types.h>

#include <QtTest>

namespace {

/// Counts on from the last token.
class Counter : public models::generate::Decoder
{
public:
    at::Tensor next(const at::Tensor& ids) override
    {
        auto logits = torch::zeros({ids.size(0), 10});
        logits.scatter_(1, (ids.narrow(1, ids.size(1) - 1, 1) + 1).clamp_max(9), 5.0);
        return logits;
    }
    void reorder(const at::Tensor&) override { }
};

std::string digits(std::span<const std::int64_t> ids)
{
    std::string text;
    for (const auto id : ids)
        text += std::to_string(id);
    return text;
}

} // namespace

class TestWriteDraft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void what_a_request_does_not_say_is_as_the_authors_have_it()
    {
        const models::drafting::WritingHabits habits{.maxTokens = 20, .minTokens = 5, .repetitionPenalty = 1.5};
        models::DraftRequest request;
        const auto usual = models::drafting::optionsOf(request, habits, 7);
        QCOMPARE(usual.maxNewTokens, 20);
        QCOMPARE(usual.minNewTokens, 5);
        QCOMPARE(usual.repetitionPenalty, 1.5);
        QCOMPARE(usual.endId, std::int64_t(7));
        request.maxTokens = 3;
        QCOMPARE(models::drafting::optionsOf(request, habits, 7).minNewTokens, 3); // Never more than at most.
        request.minTokens = 1;
        request.repetitionPenalty = 1;
        const auto asked = models::drafting::optionsOf(request, habits, 7);
        QCOMPARE(asked.minNewTokens, 1);
        QCOMPARE(asked.repetitionPenalty, 1.0);
    }

    void a_draft_is_shown_token_by_token()
    {
        models::DraftRequest request;
        request.beams = 1;
        const auto options = models::drafting::optionsOf(request, {}, 6);
        Counter counter;
        QStringList shown;
        const auto draft = models::drafting::writeDraft(
            counter, torch::full({1, 1}, 2, torch::kLong), options, digits, models::drafting::Clock::now(), {},
            [&](const std::string& text) { shown << QString::fromStdString(text); });
        QCOMPARE(shown, (QStringList{"3", "34", "345", "3456"}));
        QCOMPARE(draft.texts.front().text, std::string("3456"));
        QCOMPARE(draft.tokens, 4);
        QVERIFY(draft.firstTokenSeconds <= draft.seconds && !draft.cancelled);
    }
};

QTEST_GUILESS_MAIN(TestWriteDraft)
#include "tst_write_draft.moc"
