#include "models/blip2/reporter.h"

#include "imaging/error.h"
#include "models/blip2/load_blip2.h"
#include "models/layers/device.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/read_weights.h"

#include <torch/types.h>

#include <chrono>

namespace models::blip2 {

namespace {

using imaging::Error;
using imaging::ErrorKind;
using Clock = std::chrono::steady_clock;

/// Compares; the picture's queries do not depend on the text for the cosine and do for the match.
class Blip2Matcher : public Reporter
{
public:
    Blip2Matcher(const std::filesystem::path& model, const std::string& device)
        : m_device(layers::chooseDevice(device))
        , m_blip2(loadBlip2(model, withLavisNames(weights::readWeights(model), model)))
        , m_tokenizer(text::openBertTokenizer(model))
    {
        if (!m_blip2->config().match)
            throw Error(ErrorKind::Model,
                "The BLIP-2 in " + model.string()
                    + " writes with a language model, which Limn does not run yet: take one for "
                      "retrieval (Blip2ForImageTextRetrieval), or a BLIP.",
                model.string());
        text::requireRows(*m_tokenizer, m_blip2->config().qformer.bert.vocabularySize, model);
        m_blip2->to(m_device);
    }

    bool canWrite() const override { return false; }
    bool canAnswer() const override { return false; }
    bool canMatch() const override { return true; }

    ReporterView look(const imaging::Slice& slice) override
    {
        const auto begin = Clock::now();
        const at::InferenceMode inference;
        vision::PictureFit fit;
        fit.size = static_cast<int>(m_blip2->config().vision.imageSize);
        fit.fit = vision::SquareFit::Squash;
        auto picture = vision::seenPixels(slice, fit);
        m_picture = m_blip2->pictureTokens(picture.pixels.to(m_device));
        m_directions = m_blip2->pictureDirections(m_picture);
        return {picture.size, std::move(picture.grey), std::chrono::duration<double>(Clock::now() - begin).count()};
    }

    Draft write(const DraftRequest&, std::stop_token, const std::function<void(const std::string& text)>&) override
    {
        throw Error(ErrorKind::WrongUse, "This model compares texts with pictures and writes none.");
    }

    TextMatch match(const std::string& text) override
    {
        if (!m_picture.defined())
            throw Error(ErrorKind::WrongUse, "There is no picture to compare with yet.");
        const at::InferenceMode inference;
        const auto encoded = m_tokenizer->encode(text, kMatchedIds);
        const auto ids = torch::tensor(encoded.ids).unsqueeze(0).to(m_device);
        const auto mask = torch::ones_like(ids);
        TextMatch match;
        if (encoded.cut)
            match.warnings.push_back("The text is longer than the " + std::to_string(kMatchedIds)
                + " tokens that the model compares: its end was left out.");
        match.probability = torch::softmax(m_blip2->matchLogits(ids, mask, m_picture), 1)[0][1].item<double>();
        match.cosine = bestCosines(m_directions, m_blip2->textDirections(ids, mask)).item<double>();
        return match;
    }

private:
    static constexpr std::size_t kMatchedIds = 32; // max_txt_len of the authors' training.

    c10::Device m_device;
    Blip2 m_blip2;
    std::unique_ptr<text::BertTokenizer> m_tokenizer;
    at::Tensor m_picture; ///< [1, S, width]; undefined before look()
    at::Tensor m_directions; ///< [1, queries, projection]
};

} // namespace

std::unique_ptr<Reporter> openReporter(const std::filesystem::path& model, const std::string& device)
{
    return std::make_unique<Blip2Matcher>(model, device);
}

} // namespace models::blip2
