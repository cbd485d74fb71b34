#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// Sentences with which a mask of the finding is empty: those that deny it, of the patient or of one lung, and those
/// that are about something else. For trainings, which draw them by number: the list grows at its end only.
std::vector<std::string> emptyTexts(std::string_view finding);

} // namespace annotations
