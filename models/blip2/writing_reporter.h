#pragma once

#include "models/blip2/load_blip2.h"
#include "models/facade/reporter.h"

#include <c10/core/Device.h>

#include <memory>

namespace models::blip2 {

/// Of an opened model with a language model: it writes and answers, InstructBLIP what it is told. `precision`: what
/// it was opened in. Throws as Prompts does.
std::unique_ptr<Reporter> writingReporter(
    const Places& places, OpenedBlip2 opened, c10::Device device, Precision precision);

} // namespace models::blip2
