#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ui {
class ViewState;
}

namespace app {

/// How a study is looked at, as JSON: where, by which window, in which layout, with which tool and label. It names
/// neither the patient nor the study.
std::string viewNoteOf(const ui::ViewState& state, std::uint16_t activeLabel);

/// Looks at the open picture as the note says, and gives the label that was in hand. What the note does not say, or says
/// of another version, stays as it is; a damaged note changes nothing.
std::optional<std::uint16_t> applyViewNote(const std::string& note, ui::ViewState& state);

} // namespace app
