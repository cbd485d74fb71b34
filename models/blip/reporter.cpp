#include "models/blip/reporter.h"

#include "imaging/error.h"
#include "models/blip/caption_decoder.h"
#include "models/blip/load_blip.h"
#include "models/generate/generate.h"
#include "models/layers/device.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/seen_pixels.h"

#include <torch/types.h>

#include <chrono>

namespace models::blip {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using Clock = std::chrono::steady_clock;

/// Ids of one text, [CLS] ... [SEP], as a network takes them.
struct FramedText
{
    at::Tensor ids; ///< [1, T]
    bool cut = false;
};

double secondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

generate::GenerateOptions optionsOf(const DraftRequest& request, std::int64_t endId)
{
    generate::GenerateOptions options;
    options.beams = request.sample ? 1 : request.beams;
    options.returned = request.texts;
    options.maxNewTokens = request.maxTokens;
    options.minNewTokens = request.minTokens;
    options.repetitionPenalty = request.repetitionPenalty;
    options.lengthPenalty = request.lengthPenalty;
    options.sample = request.sample;
    options.topP = request.topP;
    options.temperature = request.temperature;
    options.seed = request.seed;
    options.endId = endId;
    return options;
}

class BlipReporter : public Reporter
{
public:
    BlipReporter(const std::filesystem::path& model, const std::string& device)
        : m_device(layers::chooseDevice(device))
        , m_blip(openBlip(model))
        , m_tokenizer(text::openBertTokenizer(
              std::filesystem::is_directory(model) ? model : model.parent_path(), {"[DEC]", "[ENC]"}))
    {
        text::requireRows(*m_tokenizer, m_blip->config().text.vocabularySize, model);
        m_blip->to(m_device);
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
        return {picture.size, std::move(picture.grey), secondsSince(begin)};
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
        Draft draft;
        CaptionDecoder decoder(m_blip, sourceOf(request));
        std::vector<std::int64_t> shown;
        const auto showToken = [&](std::int64_t id) {
            if (shown.empty())
                draft.firstTokenSeconds = secondsSince(begin);
            shown.push_back(id);
            if (show)
                show(m_tokenizer->decode(shown));
        };
        const auto texts =
            generate::generate(decoder, promptOf(request), optionsOf(request, m_blip->config().endId), stop, showToken);
        for (const auto& one : texts)
            draft.texts.push_back({m_tokenizer->decode(one.ids), one.score});
        draft.tokens = texts.empty() ? 0 : static_cast<int>(texts.front().ids.size());
        draft.seconds = secondsSince(begin);
        if (shown.empty())
            draft.firstTokenSeconds = draft.seconds;
        draft.cancelled = stop.stop_requested();
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
        if (framed.cut)
            match.warnings.push_back("The text is longer than the " + std::to_string(kMatchedIds)
                + " tokens that the model compares: its end was left out.");
        const auto mask = torch::ones_like(framed.ids);
        match.probability = torch::softmax(m_blip->matchLogits(framed.ids, mask, m_picture), 1)[0][1].item<double>();
        match.cosine =
            (m_blip->pictureDirections(m_picture) * m_blip->textDirections(framed.ids, mask)).sum().item<double>();
        return match;
    }

private:
    static constexpr std::size_t kMatchedIds = 35; // As the authors compare.

    const BlipParts& parts() const { return m_blip->config().parts; }

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
        auto question = framedWhole(request.prompt, 0);
        question.select(1, 0).fill_(m_tokenizer->find("[ENC]"));
        return m_blip->groundedTokens(question, torch::ones_like(question), m_picture);
    }

    at::Tensor promptOf(const DraftRequest& request) const
    {
        const auto begin = m_blip->config().beginId;
        if (canAnswer())
            return torch::full({1, 1}, begin, torch::kLong);
        return promptIds(framedWhole(request.prompt, request.maxTokens), begin);
    }

    /// The text with room for `more` tokens behind it.
    at::Tensor framedWhole(const std::string& text, int more) const
    {
        const auto positions = m_blip->config().text.maxPositions;
        auto framed = framedText(text, 0);
        if (framed.ids.size(1) + more > positions)
            throw Error(ErrorKind::InvalidInput,
                "The prompt has " + std::to_string(framed.ids.size(1) - 2) + " tokens: with " + std::to_string(more)
                    + " new ones there are more than the model's " + std::to_string(positions) + ".");
        return framed.ids;
    }

    c10::Device m_device;
    Blip m_blip;
    std::unique_ptr<text::BertTokenizer> m_tokenizer;
    at::Tensor m_picture; ///< [1, S, width]; undefined before look()
};

} // namespace

std::unique_ptr<Reporter> openReporter(const std::filesystem::path& model, const std::string& device)
{
    return std::make_unique<BlipReporter>(model, device);
}

} // namespace models::blip
