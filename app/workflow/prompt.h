#pragma once

#include "annotations/report/report_text.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "models/package.h"

#include <string>
#include <string_view>

namespace app {

/// Whose sides the user means by "left" and "right". Clinical text means the patient's.
enum class UserSides { Patient, Picture };

/// Whether the user has confirmed to go on although the program has doubts (`--force`, or a click).
enum class Confirmed { No, Yes };

/// The sentence as the model must see it.
struct ModelText
{
    std::string text;
    imaging::Warnings warnings;
};

/// Whether the sentence can only be brought to the package's sides when the picture says where they are: it names a
/// side, and user and package do not mean the same ones.
bool needsSideTags(std::string_view text, UserSides user, models::TextSides package);

/// What a text says about `finding` where it names none itself: "left lower lobe" is read as a place of the finding.
annotations::ParsedReport reportAbout(std::string_view finding, std::string_view text);

/// The sentence in the words that the package was trained on. For TextWording::LvitReport a text that the report's
/// grammar understands becomes that of LViT's training texts, about the package's own finding; what the model was not
/// taught (another finding, an extent, free text) is left out and said in a warning. Other texts go as they stand.
ModelText inPackageWording(std::string_view text, const models::PackageInfo& package);

/// Brings a sentence from the user's side convention to the package's with the sides of the picture it is about.
/// Throws Error(InvalidInput) for a sentence without a word, and for one that names a side when the picture does not
/// say where its sides are and the user has not confirmed; confirmed, the standard display (patient's right at the
/// left edge) is assumed and said in a warning.
ModelText withPackageSides(std::string_view text, UserSides user, models::TextSides package,
    const imaging::PictureSides& sides, Confirmed confirmed);

/// Both: what is sent to the model. Throws as withPackageSides.
ModelText textForModel(std::string_view text, UserSides user, const models::PackageInfo& package,
    const imaging::PictureSides& sides, Confirmed confirmed);

} // namespace app
