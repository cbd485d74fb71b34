#pragma once

#include "app/workflow/prompt.h"
#include "models/facade/reporter.h"

#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace app {

/// The sentences of a text as they stand, without the spaces around them. A sentence ends at . ! ? or their Chinese
/// forms, or at the end of a line; not within a number, nor after an abbreviation of one letter or of those that
/// reports use ("Dr.", "ca.").
std::vector<std::string> textSentences(std::string_view text);

/// How a text fits a picture.
struct ReportMatch
{
    models::TextMatch whole;
    std::vector<std::pair<std::string, models::TextMatch>> sentences; ///< Fewer after a stop request.
    std::vector<std::string> unknownWords; ///< Of the text: see models::Classifier::unknownWords.
};

/// Of the picture that the model looks at, and where its sides are. Throws Error(WrongUse) for a text without a word,
/// and as matchInSides().
ReportMatch matchReport(models::Reporter& reporter, const std::string& text, UserSides user,
    const imaging::PictureSides& picture, std::stop_token stop = {});

} // namespace app
