#include "models/blip/reporter.h"

#include "imaging/error.h"
#include "models/blip/caption_decoder.h"
#include "models/blip/load_blip.h"
#include "models/blip/match_calibration.h"
#include "models/drafting/write_draft.h"
#include "models/facade/choose_precision.h"
#include "models/layers/device.h"
#include "models/package/text_sides.h"
#include "models/text/known_words.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/stored_numbers.h"

#include <torch/types.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace models::blip {

namespace {

using drafting::Clock;
using imaging::Error;
using imaging::ErrorKind;

/// Ids of one text, [CLS] ... [SEP], as a network takes them.
struct FramedText
{
    at::Tensor ids; ///< [1, T]
    bool cut = false;
};

class BlipReporter : public Reporter
{
public:
    BlipReporter(const std::filesystem::path& model, const std::string& device, Precision precision)
        : m_device(layers::chooseDevice(device))
        , m_precision(choosePrecision(precision, weights::storedNumbers(model),
              {.bfloat16 = layers::hasHalfPrecision(m_device)}, weights::availableMemory()))
        , m_blip(openBlip(model, m_precision == Precision::BFloat16 ? torch::kBFloat16 : torch::kFloat))
        , m_tokenizer(openBlipTokenizer(model, m_blip->config()))
        , m_sides(textSidesOf(model))
        , m_calibration(readCalibration(model, m_notUnderstood))
        , m_words(model)
    {
        m_blip->to(m_device);
    }

    Precision precision() const override { return m_precision; }
    std::optional<imaging::Sides> textSides() const override { return m_sides; }
    std::vector<std::string> unknownWords(const std::string& text) const override
    {
        return m_words.unknown(*m_tokenizer, text);
    }

    bool canWrite() const override { return parts().decoder && !canAnswer(); }
    bool canAnswer() const override { return parts().decoder && parts().encoder && !parts().match; }
    bool canMatch() const override { return parts().match; }

    ReporterView look(const imaging::Slice& slice) override
    {
        const auto begin = Clock::now();
        const at::InferenceMode inference;
        vision::PictureFit fit;
        fit.size = static_cast<int>(m_blip->config().vision.imageSize);
        fit.fit = vision::SquareFit::Squash;
        auto picture = vision::seenPixels(slice, fit);
        m_picture = m_blip->pictureTokens(picture.pixels.to(m_device));
        return {picture.size, std::move(picture.grey), drafting::secondsSince(begin)};
    }

    Draft write(const DraftRequest& request, std::stop_token stop,
        const std::function<void(const std::string& text)>& show) override
    {
        requirePicture();
        if (!parts().decoder)
            throw Error(ErrorKind::WrongUse,
                "This model compares texts with pictures and writes none: take one with a text_decoder.");
        const auto begin = Clock::now();
        const at::InferenceMode inference;
        const auto prompt = promptOf(request);
        const auto room = m_blip->config().mostIds() - prompt.size(1) - 1; // The end is one, too.
        const auto options = drafting::optionsOf(request, habits(room), m_blip->config().endId);
        drafting::requireRoom(room, options.maxNewTokens);
        CaptionDecoder decoder(m_blip, sourceOf(request));
        auto draft = drafting::writeDraft(
            decoder, prompt, options, [this](std::span<const std::int64_t> ids) { return m_tokenizer->decode(ids); },
            begin, std::move(stop), show);
        weights::requireFilesUnchanged();
        return draft;
    }

    TextMatch match(const std::string& text) override
    {
        requirePicture();
        if (!canMatch())
            throw Error(ErrorKind::WrongUse,
                "This model writes texts and does not compare them with pictures: take one with an itm_head.");
        const at::InferenceMode inference;
        const auto framed = framedText(text, kMatchedIds);
        TextMatch match;
        match.cut = framed.cut;
        if (framed.cut)
            match.warnings.push_back("The text is longer than the " + std::to_string(kMatchedIds)
                + " tokens that the model compares: its end was left out.");
        const auto mask = torch::ones_like(framed.ids);
        auto looking = framed.ids.clone();
        if (m_blip->config().matchId >= 0)
            looking.select(1, 0).fill_(m_blip->config().matchId);
        match.probability = torch::softmax(m_blip->matchLogits(looking, mask, m_picture), 1)[0][1].item<double>();
        addWorth(match, knowsAWordOf(text));
        match.cosine =
            (m_blip->pictureDirections(m_picture) * m_blip->textDirections(framed.ids, mask)).sum().item<double>();
        weights::requireFilesUnchanged();
        return match;
    }

private:
    bool knowsAWordOf(const std::string& text) const
    {
        const auto words = text::wordsOf(text);
        return std::set<std::string>(words.begin(), words.end()).size() > unknownWords(text).size();
    }

    /// What the score is worth, where the package knows it; of a text without a word that it knows, nothing.
    void addWorth(TextMatch& match, bool understood) const
    {
        match.warnings.insert(match.warnings.end(), m_notUnderstood.begin(), m_notUnderstood.end());
        if (!m_calibration)
            return;
        if (const auto blindness = blindnessOf(*m_calibration))
            match.warnings.push_back(*blindness);
        if (!understood)
            return;
        match.calibrated = shareAt(*m_calibration, match.probability);
        match.fits = *match.calibrated >= 0.5;
        match.threshold = scoreOfHalf(*m_calibration);
    }

    static constexpr std::size_t kMatchedIds = 35; // As the authors compare.

    const BlipParts& parts() const { return m_blip->config().parts; }

    /// The authors' of captions and of answers; nothing is refused because of a length that no one asked for.
    drafting::WritingHabits habits(std::int64_t room) const
    {
        auto habits = canAnswer() ? drafting::WritingHabits{.maxTokens = 10} : drafting::WritingHabits{.minTokens = 5};
        habits.maxTokens = static_cast<int>(std::clamp<std::int64_t>(room, 1, habits.maxTokens));
        return habits;
    }

    void requirePicture() const
    {
        if (!m_picture.defined())
            throw Error(ErrorKind::WrongUse, "There is no picture to write about yet.");
    }

    FramedText framedText(const std::string& text, std::size_t most) const
    {
        const auto encoded = m_tokenizer->encode(text, most);
        return {torch::tensor(encoded.ids).unsqueeze(0).to(m_device), encoded.cut};
    }

    /// What the decoder looks at: the picture, or the question that has looked at it.
    at::Tensor sourceOf(const DraftRequest& request)
    {
        if (!canAnswer())
            return m_picture;
        auto question = framedWhole(request.prompt);
        question.select(1, 0).fill_(m_tokenizer->find("[ENC]"));
        return m_blip->groundedTokens(question, torch::ones_like(question), m_picture);
    }

    at::Tensor promptOf(const DraftRequest& request) const
    {
        const auto begin = m_blip->config().beginId;
        if (canAnswer())
            return torch::full({1, 1}, begin, torch::kLong);
        return promptIds(framedWhole(request.prompt), begin);
    }

    at::Tensor framedWhole(const std::string& text) const
    {
        constexpr std::int64_t kAround = 2; // [CLS] and [SEP]
        const auto positions = m_blip->config().mostIds();
        auto framed = framedText(text, 0);
        if (framed.ids.size(1) >= positions)
            throw Error(ErrorKind::InvalidInput,
                "The prompt has " + std::to_string(framed.ids.size(1) - kAround)
                    + " tokens, and with those around it and one to write there is room for "
                    + std::to_string(positions - kAround - 1) + ": make it shorter.");
        return framed.ids;
    }

    c10::Device m_device;
    Precision m_precision;
    Blip m_blip;
    std::unique_ptr<text::BertTokenizer> m_tokenizer;
    std::optional<imaging::Sides> m_sides;
    imaging::Warnings m_notUnderstood; ///< Of the calibration; before it.
    std::optional<scoring::MatchCalibration> m_calibration;
    text::KnownWords m_words;
    at::Tensor m_picture; ///< [1, S, width]; undefined before look()
};

} // namespace

std::unique_ptr<Reporter> openReporter(const std::filesystem::path& model, const std::string& device, Precision precision)
{
    return std::make_unique<BlipReporter>(model, device, precision);
}

} // namespace models::blip
