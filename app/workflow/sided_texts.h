#pragma once

#include "app/workflow/prompt.h"
#include "models/facade/classifier.h"
#include "models/facade/reporter.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

// What a user reads and writes names the sides that the user means. A model that compares or writes may mean others
// (models::Reporter::textSides): the words are exchanged for it and back, by how the picture lies, and a warning says
// so. Where that is not known for a model that says what it means, all functions throw Error(InvalidInput,
// Confirmable::Sides) until the user confirms that the picture lies as usual; a model that does not say what it means
// gets its texts as they are, and a warning says that, too.

/// Whether a text names a side, in whatever words: "left", "RLL"; '_' counts as a blank.
bool namesAnySide(const std::string& text);

/// Whether two of the texts have the same words but for "left" and "right".
bool differBySideOnly(const std::vector<std::string>& texts);

/// Reporter::write. A model whose texts mean a side that the picture does not tell is refused before it writes.
models::Draft writeInSides(models::Reporter& reporter, const models::DraftRequest& request, UserSides user,
    const imaging::PictureSides& picture, std::stop_token stop,
    const std::function<void(const std::string& soFar)>& show);

/// Reporter::match, with what was sent to it.
models::TextMatch matchInSides(
    models::Reporter& reporter, const std::string& text, UserSides user, const imaging::PictureSides& picture);

/// A question as a model is to be asked it.
struct SidedQuestion
{
    models::ClassQuestion question;
    imaging::Warnings warnings;
};

/// Classes and templates for a model whose texts mean `model`. `learnt`: what was learnt for the model knows the classes
/// by these very names, so that nothing is exchanged; a side among them is warned about.
SidedQuestion questionInSides(const models::ClassQuestion& question, std::optional<imaging::Sides> model, bool learnt,
    UserSides user, const imaging::PictureSides& picture);

} // namespace app
