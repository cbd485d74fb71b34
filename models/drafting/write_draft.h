#pragma once

#include "models/facade/reporter.h"
#include "models/generate/generate.h"

#include <chrono>
#include <span>

namespace models::drafting {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin);

/// What a request that says nothing of it means: the values of a model's authors.
struct WritingHabits
{
    int maxTokens = 30;
    int minTokens = 1;
    double repetitionPenalty = 1;
};

/// How `request` wants words to be chosen.
generate::GenerateOptions optionsOf(const DraftRequest& request, const WritingHabits& habits, std::int64_t endId);

/// Throws Error(WrongUse) where a text of at most `wanted` tokens is asked for and the model, with its prompt, has room
/// for `room` more.
void requireRoom(std::int64_t room, int wanted);

/// Gives the text of ids behind the prompt.
using TextOfIds = std::function<std::string(std::span<const std::int64_t>)>;

/// The texts of one prompt, ids [1, n]; see Reporter::write. `begin`: when the work on the prompt began. Throws like
/// generate().
Draft writeDraft(generate::Decoder& decoder, const at::Tensor& prompt, const generate::GenerateOptions& options,
    const TextOfIds& textOf, Clock::time_point begin, std::stop_token stop,
    const std::function<void(const std::string& text)>& show);

} // namespace models::drafting
