#include "models/blip2/reporter.h"

#include "imaging/error.h"
#include "models/blip2/writing_reporter.h"
#include "models/drafting/write_draft.h"
#include "models/facade/choose_precision.h"
#include "models/layers/device.h"
#include "models/package/text_sides.h"
#include "models/text/known_words.h"
#include "models/text/open_tokenizer.h"
#include "models/vision/seen_pixels.h"
#include "models/weights/mapped_file.h"
#include "models/weights/memory.h"
#include "models/weights/stored_numbers.h"

#include <torch/types.h>

#include <utility>

namespace models::blip2 {

namespace {

using drafting::Clock;
using imaging::Error;
using imaging::ErrorKind;

/// Compares; the picture's queries do not depend on the text for the cosine and do for the match.
class Blip2Matcher : public Reporter
{
public:
    Blip2Matcher(const Places& places, Blip2 blip2, c10::Device device, Precision precision)
        : m_device(device)
        , m_precision(precision)
        , m_blip2(std::move(blip2))
        , m_tokenizer(text::openBertTokenizer(places.folder))
        , m_sides(textSidesOf(places.folder))
        , m_words(places.folder)
    {
        const auto rows = m_blip2->config().qformer.bert.vocabularySize;
        text::requireRows(*m_tokenizer, rows, places.folder);
        text::requireEveryRow(*m_tokenizer, rows, /*spare=*/1, places.folder); // [DEC], which no text here needs.
        m_blip2->to(m_device);
    }

    Precision precision() const override { return m_precision; }

    bool canWrite() const override { return false; }
    bool canAnswer() const override { return false; }
    bool canMatch() const override { return true; }
    std::optional<imaging::Sides> textSides() const override { return m_sides; }
    std::vector<std::string> unknownWords(const std::string& text) const override
    {
        return m_words.unknown(*m_tokenizer, text);
    }

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
        return {picture.size, std::move(picture.grey), drafting::secondsSince(begin)};
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
        match.cut = encoded.cut;
        if (encoded.cut)
            match.warnings.push_back("The text is longer than the " + std::to_string(kMatchedIds)
                + " tokens that the model compares: its end was left out.");
        match.probability = torch::softmax(m_blip2->matchLogits(ids, mask, m_picture), 1)[0][1].item<double>();
        match.cosine = bestCosines(m_directions, m_blip2->textDirections(ids, mask)).item<double>();
        weights::requireFilesUnchanged();
        return match;
    }

private:
    static constexpr std::size_t kMatchedIds = 32; // max_txt_len of the authors' training.

    c10::Device m_device;
    Precision m_precision;
    Blip2 m_blip2;
    std::unique_ptr<text::BertTokenizer> m_tokenizer;
    std::optional<imaging::Sides> m_sides;
    text::KnownWords m_words;
    at::Tensor m_picture; ///< [1, S, width]; undefined before look()
    at::Tensor m_directions; ///< [1, queries, projection]
};

/// How many numbers there are, and how many of them are matrices of a language model.
struct Numbers
{
    std::uint64_t all = 0;
    std::uint64_t matrices = 0;
};

/// Names are not known of what torch.save wrote: half of the numbers are taken for matrices there.
Numbers numbersOf(const Places& places)
{
    Numbers numbers{weights::storedNumbers(places.weights)};
    if (!places.vision.empty())
        numbers.all += weights::storedNumbers(places.vision);
    if (!places.language.empty()) {
        const auto language = weights::storedNumbers(places.language);
        numbers.matrices = weights::storedNumbers(places.language, language::isHeldInBytes);
        numbers.all += language;
        if (numbers.matrices == 0)
            numbers.matrices = language / 2;
    } else if (!places.lavis) {
        const bool named = weights::storedNumbers(places.weights, [](const std::string&) { return true; }) > 0;
        numbers.matrices = named ? weights::storedNumbers(places.weights, isLanguageMatrix) : numbers.all / 2;
    }
    return numbers;
}

HeldIn heldIn(Precision precision)
{
    switch (precision) {
    case Precision::BFloat16:
        return {at::kBFloat16, at::kBFloat16};
    case Precision::Int8:
        return {at::kFloat, at::kChar};
    case Precision::Int8BFloat16:
        return {at::kBFloat16, at::kChar};
    case Precision::Auto:
    case Precision::Float32:
        break;
    }
    return {};
}

} // namespace

std::unique_ptr<Reporter> openReporter(
    const std::filesystem::path& model, const std::string& device, Precision asked)
{
    const auto chosen = layers::chooseDevice(device);
    const auto places = placesOf(model);
    const auto numbers = numbersOf(places);
    PrecisionMeans means{layers::hasHalfPrecision(chosen), chosen.is_cpu() ? numbers.matrices : 0};
    const auto precision = choosePrecision(asked, numbers.all, means, weights::availableMemory());
    const auto held = heldIn(precision);
    auto opened = openBlip2(places, held);
    if (opened.language)
        return writingReporter(places, std::move(opened), chosen, precision);
    means.byteNumbers = 0; // Now it is known that it only compares: nothing of it may be asked for in bytes.
    choosePrecision(asked, numbers.all, means, weights::availableMemory());
    const auto own = held.sight == at::kBFloat16 ? Precision::BFloat16 : Precision::Float32;
    return std::make_unique<Blip2Matcher>(places, std::move(opened.blip2), chosen, own);
}

} // namespace models::blip2
