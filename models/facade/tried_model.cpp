#include "models/facade/tried_model.h"

#include "imaging/error.h"

#include <cmath>
#include <cstdio>

namespace models {

namespace {

imaging::Slice rampSlice()
{
    imaging::Slice slice;
    slice.columns = 64;
    slice.rows = 48;
    slice.window = {0.5, 1};
    for (int pixel = 0; pixel < slice.columns * slice.rows; ++pixel)
        slice.values.push_back(static_cast<float>(pixel % slice.columns) / static_cast<float>(slice.columns));
    return slice;
}

void requireNumber(double value, const std::string& name)
{
    if (!std::isfinite(value))
        throw imaging::Error(imaging::ErrorKind::Model,
            "The model '" + name + "' gives values that are no numbers: its weights are damaged.", name);
}

std::string line(const std::string& name, const std::string& does, int size, double seconds)
{
    char numbers[96];
    std::snprintf(numbers, sizeof numbers, ", %dx%d pixels; one picture in %.2f s", size, size, seconds);
    return name + ": " + does + numbers;
}

} // namespace

std::string tried(Classifier& classifier, const std::string& name)
{
    classifier.ask({{"pneumonia", "no finding"}, kRadiographTemplates});
    const auto answer = classifier.classify(rampSlice());
    for (const auto& score : answer.scores)
        requireNumber(score.logit, name);
    return line(name, "compares pictures with texts", answer.size, answer.pictureSeconds);
}

std::string tried(Reporter& reporter, const std::string& name)
{
    const auto view = reporter.look(rampSlice());
    std::string does;
    const auto add = [&](const char* word) { does += (does.empty() ? "" : ", ") + std::string(word); };
    if (reporter.canWrite() || reporter.canAnswer()) {
        DraftRequest request;
        request.prompt = reporter.canWrite() ? "" : "what is shown?";
        request.beams = 1;
        request.maxTokens = 4;
        request.minTokens = 1;
        for (const auto& text : reporter.write(request).texts)
            requireNumber(text.score, name);
    }
    if (reporter.canWrite())
        add("writes about pictures");
    if (reporter.canAnswer())
        add("answers questions");
    if (reporter.canMatch()) {
        const auto match = reporter.match("a picture");
        requireNumber(match.probability, name);
        requireNumber(match.cosine, name);
        add("compares pictures with texts");
    }
    return line(name, does, view.size, view.seconds);
}

} // namespace models
