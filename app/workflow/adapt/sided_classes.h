#pragma once

#include "app/workflow/adapt/labelled_folder.h"
#include "app/workflow/prompt.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Where a class names a side: whether every picture tells whose it is, as a CLIP sees it (the patient's right at the
/// left). What was confirmed is the warning. Throws Error(InvalidInput, Confirmable::Sides) until the user confirms
/// that pictures which do not tell it lie as usual, and Error(InvalidInput) where the classes mean the picture's sides
/// and one is stored mirrored, so that its left is not the left that the model sees. Pictures that cannot be read are
/// not judged; after a stop request none is.
imaging::Warnings checkSidesOf(const LabelledFolder& data, UserSides user, const std::stop_token& stop);

} // namespace app
