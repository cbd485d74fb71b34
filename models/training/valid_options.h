#pragma once

#include <string>

namespace models::training {

struct TrainOptions;

/// Throws Error(WrongUse) with this sentence, which begins with the name of the setting that it is about.
[[noreturn]] void refuseSetting(const std::string& sentence);

/// Throws Error(WrongUse) naming a setting that is below `least` or no number.
void requireAtLeast(const char* name, double value, double least);

/// Throws Error(WrongUse) naming a setting that is no part of a whole: 0 or more, and below 1.
void requireShare(const char* name, double value);

/// Throws Error(WrongUse) naming the first setting of every training that makes no sense. A family looks at its own.
void requireValid(const TrainOptions& options);

} // namespace models::training
