#pragma once

#include "models/facade/reporter.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <string>
#include <vector>

namespace support {

/// Writes what it is told to, word by word, and finds that a text fits unless it says "left". Remembers what it was
/// asked.
class FakeReporter : public models::Reporter
{
public:
    bool canWrite() const override { return writes; }
    bool canAnswer() const override { return answers; }
    bool canMatch() const override { return compares; }
    std::optional<imaging::Sides> textSides() const override { return sides; }
    std::vector<std::string> unknownWords(const std::string& said) const override
    {
        return !unknown.empty() && said.find(unknown) != std::string::npos ? std::vector{unknown}
                                                                          : std::vector<std::string>();
    }

    models::ReporterView look(const imaging::Slice& slice) override
    {
        ++looks;
        brightest = 0;
        for (const float value : slice.values)
            brightest = std::max(brightest, value);
        return {4, std::vector<std::uint8_t>(16, 200), 0.25};
    }

    models::Draft write(const models::DraftRequest& request, std::stop_token stop,
        const std::function<void(const std::string& soFar)>& show) override
    {
        requests.push_back(request);
        models::Draft draft{{{}}, 0, 0.5, 2, false, warnings};
        std::string& soFar = draft.texts.front().text;
        for (std::size_t begin = 0; begin < text.size() && !draft.cancelled; ++draft.tokens) {
            const auto end = std::min(text.find(' ', begin + 1), text.size());
            soFar = text.substr(0, end);
            begin = end;
            if (show && request.beams == 1)
                show(soFar);
            // Never longer than a test may last, whatever goes wrong.
            while (waits && !stop.stop_requested() && !goOn.try_acquire_for(std::chrono::milliseconds(5))) { }
            draft.cancelled = stop.stop_requested();
        }
        for (const auto& other : otherBeams)
            if (static_cast<int>(draft.texts.size()) < request.texts)
                draft.texts.push_back({other});
        return draft;
    }

    models::TextMatch match(const std::string& asked) override
    {
        matched.push_back(asked);
        const bool fits = asked.find("left") == std::string::npos;
        models::TextMatch match{fits ? 0.875 : 0.125, 0.5, {}};
        if (calibrated) {
            match.calibrated = fits ? 0.75 : 0.25;
            match.fits = fits;
        }
        return match;
    }

    bool writes = true;
    bool answers = false;
    bool compares = true;
    std::optional<imaging::Sides> sides; ///< Of its texts.
    std::string unknown; ///< A word that it does not know; empty: it knows all.
    bool calibrated = false; ///< Its package says what scores are worth.
    bool waits = false; ///< After each word, for `goOn` or a stop request.
    std::counting_semaphore<> goOn{0};
    std::string text = "The heart is enlarged. A shadow in the left lung.";
    std::vector<std::string> otherBeams; ///< Of several that are asked for, after `text`.
    imaging::Warnings warnings;
    int looks = 0;
    float brightest = 0; ///< Of the last picture.
    std::vector<models::DraftRequest> requests;
    std::vector<std::string> matched;
};

} // namespace support
