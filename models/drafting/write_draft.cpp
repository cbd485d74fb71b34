#include "models/drafting/write_draft.h"

#include "imaging/error.h"

#include <algorithm>
#include <utility>

namespace models::drafting {

double secondsSince(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

generate::GenerateOptions optionsOf(const DraftRequest& request, const WritingHabits& habits, std::int64_t endId)
{
    generate::GenerateOptions options;
    options.beams = request.sample ? 1 : request.beams;
    options.returned = request.texts;
    options.maxNewTokens = request.maxTokens.value_or(habits.maxTokens);
    options.minNewTokens = request.minTokens.value_or(std::min(habits.minTokens, options.maxNewTokens));
    options.repetitionPenalty = request.repetitionPenalty.value_or(habits.repetitionPenalty);
    options.lengthPenalty = request.lengthPenalty;
    options.sample = request.sample;
    options.topP = request.topP;
    options.temperature = request.temperature;
    options.seed = request.seed;
    options.endId = endId;
    return options;
}

void requireRoom(std::int64_t room, int wanted)
{
    if (wanted > room)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "A text of " + std::to_string(wanted) + " tokens does not fit: behind this prompt the model has room for "
                + std::to_string(room) + ". Ask for at most so many.")
            .about("maxTokens");
}

Draft writeDraft(generate::Decoder& decoder, const at::Tensor& prompt, const generate::GenerateOptions& options,
    const TextOfIds& textOf, Clock::time_point begin, std::stop_token stop,
    const std::function<void(const std::string& text)>& show)
{
    Draft draft;
    std::vector<std::int64_t> shown;
    const auto showToken = [&](std::int64_t id) {
        if (shown.empty())
            draft.firstTokenSeconds = secondsSince(begin);
        shown.push_back(id);
        if (show)
            show(textOf(shown));
    };
    const auto texts = generate::generate(decoder, prompt, options, stop, showToken);
    for (const auto& one : texts)
        draft.texts.push_back({textOf(one.ids), one.score});
    draft.tokens = texts.empty() ? 0 : static_cast<int>(texts.front().ids.size());
    draft.seconds = secondsSince(begin);
    if (shown.empty())
        draft.firstTokenSeconds = draft.seconds;
    draft.cancelled = stop.stop_requested();
    return draft;
}

} // namespace models::drafting
