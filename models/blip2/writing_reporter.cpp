#include "models/blip2/writing_reporter.h"

#include "imaging/error.h"
#include "models/blip2/prompts.h"
#include "models/drafting/write_draft.h"
#include "models/package/text_sides.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/mapped_file.h"

#include <torch/types.h>

#include <algorithm>
#include <utility>

namespace models::blip2 {

namespace {

using drafting::Clock;
using imaging::Error;
using imaging::ErrorKind;

class WritingReporter : public Reporter
{
public:
    WritingReporter(const Places& places, OpenedBlip2 opened, c10::Device device, Precision precision)
        : m_device(device)
        , m_precision(precision)
        , m_blip2(std::move(opened.blip2))
        , m_language(std::move(opened.language))
        , m_prompts(places, m_blip2->config(), m_language->words())
        , m_sides(textSidesOf(places.folder))
    {
        m_blip2->to(m_device);
        m_language->module().to(m_device);
    }

    Precision precision() const override { return m_precision; }
    std::optional<imaging::Sides> textSides() const override { return m_sides; }

    bool canWrite() const override { return !instructed(); }
    bool canAnswer() const override { return true; }
    bool canMatch() const override { return false; }

    ReporterView look(const imaging::Slice& slice) override
    {
        const auto begin = Clock::now();
        const at::InferenceMode inference;
        vision::PictureFit fit;
        fit.size = static_cast<int>(m_blip2->config().vision.imageSize);
        fit.fit = vision::SquareFit::Squash;
        auto picture = vision::seenPixels(slice, fit);
        m_picture = m_blip2->pictureTokens(picture.pixels.to(m_device));
        if (!instructed())
            m_soft = m_blip2->softTokens(m_blip2->queried(m_picture));
        return {picture.size, std::move(picture.grey), drafting::secondsSince(begin)};
    }

    Draft write(const DraftRequest& request, std::stop_token stop,
        const std::function<void(const std::string& text)>& show) override
    {
        if (!m_picture.defined())
            throw Error(ErrorKind::WrongUse, "There is no picture to write about yet.");
        const auto begin = Clock::now();
        const auto asked = m_prompts.asked(request.prompt);
        if (instructed() && asked.empty())
            throw Error(ErrorKind::WrongUse, "This model does what it is told: write a question or an instruction.");
        const at::InferenceMode inference;
        const auto ids = m_prompts.languageIds(asked);
        auto options = drafting::optionsOf(request, habitsFor(ids), m_prompts.endId());
        options.penalizePrompt = m_language->penalizesPrompt();
        requireRoom(ids, options.maxNewTokens);
        const auto soft = instructed() ? instructedTokens(asked) : m_soft;
        const auto decoder =
            m_language->decoder(m_language->promptVectors(row(ids), soft, m_blip2->config().imageTokenId));
        auto draft = drafting::writeDraft(
            *decoder, m_language->firstIds(1), options,
            [this](std::span<const std::int64_t> written) { return m_prompts.text(written); }, begin, std::move(stop),
            show);
        weights::requireFilesUnchanged();
        return draft;
    }

    TextMatch match(const std::string&) override
    {
        throw Error(ErrorKind::WrongUse,
            "This model writes texts and does not compare them with pictures: take one for retrieval.");
    }

private:
    bool instructed() const { return m_blip2->config().instructed; }
    at::Tensor row(const text::TokenIds& ids) const { return torch::tensor(ids).unsqueeze(0).to(m_device); }

    at::Tensor instructedTokens(const std::string& asked)
    {
        const auto ids = m_prompts.instructionIds(asked);
        const auto most = m_blip2->config().qformer.bert.maxPositions;
        if (static_cast<std::int64_t>(ids.size()) > most)
            refusePrompt(static_cast<std::int64_t>(ids.size()), "the Q-Former reads " + std::to_string(most));
        return m_blip2->softTokens(m_blip2->queried(m_picture, row(ids)));
    }

    /// Soft tokens and words.
    std::int64_t tokensOf(const text::TokenIds& ids) const
    {
        const auto& config = m_blip2->config();
        return static_cast<std::int64_t>(ids.size()) + (config.imageTokenId < 0 ? config.queries : 0);
    }

    bool sharesContext() const { return m_language->causal() != nullptr; }

    /// LAVIS'; nothing is refused because of a length that no one asked for.
    drafting::WritingHabits habitsFor(const text::TokenIds& ids) const
    {
        drafting::WritingHabits habits;
        if (instructed())
            habits = {.maxTokens = 256, .minTokens = 1, .repetitionPenalty = 1.5};
        const auto room = m_blip2->config().contextTokens - tokensOf(ids);
        if (sharesContext())
            habits.maxTokens = static_cast<int>(std::clamp<std::int64_t>(room, 1, habits.maxTokens));
        return habits;
    }

    void requireRoom(const text::TokenIds& ids, int more) const
    {
        const auto& config = m_blip2->config();
        const auto all = tokensOf(ids);
        const auto least = sharesContext() ? 1 : 0; // That can be written.
        if (all + least > config.contextTokens)
            refusePrompt(all - config.queries,
                "with " + std::to_string(config.queries) + " for the picture"
                    + (sharesContext() ? " and one to write" : "") + " there are more than the language model's "
                    + std::to_string(config.contextTokens));
        if (sharesContext())
            drafting::requireRoom(config.contextTokens - all, more);
    }

    [[noreturn]] static void refusePrompt(std::int64_t tokens, const std::string& why)
    {
        throw Error(ErrorKind::InvalidInput,
            "The prompt has " + std::to_string(tokens) + " tokens: " + why + ". Make it shorter.");
    }

    c10::Device m_device;
    Precision m_precision;
    Blip2 m_blip2;
    std::unique_ptr<LanguageModel> m_language;
    Prompts m_prompts;
    std::optional<imaging::Sides> m_sides;
    at::Tensor m_picture; ///< [1, S, width]; undefined before look()
    at::Tensor m_soft; ///< [1, queries, languageWidth] where no instruction changes them
};

} // namespace

std::unique_ptr<Reporter> writingReporter(
    const Places& places, OpenedBlip2 opened, c10::Device device, Precision precision)
{
    return std::make_unique<WritingReporter>(places, std::move(opened), device, precision);
}

} // namespace models::blip2
