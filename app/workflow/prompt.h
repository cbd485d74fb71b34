#pragma once

#include "annotations/report/reading.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "models/package/package.h"

#include <string>
#include <string_view>

namespace app {

/// Whether the user has confirmed to go on although the program has doubts (`--force`, or a click).
enum class Confirmed { No, Yes };

/// Whose sides a user's "left" and "right" mean, and whether it was confirmed that the picture lies as usual where it
/// does not say.
struct UserSides
{
    imaging::Sides sides = imaging::Sides::Patient;
    Confirmed confirmed = Confirmed::No;

    friend bool operator==(const UserSides&, const UserSides&) = default;
};

/// Throws Error(InvalidInput) for bytes that are no UTF-8. `what`: "The sentence".
void requireUtf8(std::string_view text, const std::string& what);

/// The sentence as the model must see it.
struct ModelText
{
    std::string text;
    imaging::Warnings warnings;
};

/// Why a side that is named cannot be brought from the user's words to the package's: the picture does not say where
/// the sides are, or lies so that its edges have none. The beginning of a sentence without its stop; empty: nothing
/// stands in the way.
std::string doubtAboutPicture(imaging::Sides user, imaging::Sides package, const imaging::PictureSides& sides);

/// Whether the text names a side, as a word of its own or as a part of one (imaging::namesSide, imaging::hidesSide).
bool mentionsSide(std::string_view text);

/// Why it is not known which of the package's sides the sentence means on this picture: it names a side, and the
/// picture does not say where they are or lies so that its edges have none. A sentence; empty: nothing stands in the
/// way.
std::string doubtAboutSides(
    std::string_view text, imaging::Sides user, imaging::Sides package, const imaging::PictureSides& sides);

/// A text in a package's words, and whether it says that there is something to draw.
struct WordedText
{
    std::string text;
    imaging::Warnings warnings;
    annotations::ReadingVerdict verdict = annotations::ReadingVerdict::Draw;
    std::string why; ///< A sentence; empty for Draw.
};

/// The sentence in the words that the package was trained on. For TextWording::LvitReport the findings of the text that
/// are the package's become one of LViT's training texts; what is left out (other findings, what is denied, extent) is
/// said in a warning. A text in which nothing fits, or that is not understood, goes as it stands and has another
/// verdict than Draw. For TextWording::AsWritten every text goes as it stands; of its verdicts only Nothing is given,
/// and only where the list of findings has the package's.
WordedText inPackageWording(std::string_view text, const models::PackageInfo& package);

/// Throws the doubt as Error(InvalidInput, Confirmable::Sides), with what the user can do about it; confirmed, gives it
/// as a warning. `doubt`: a sentence.
std::string confirmedDoubt(const std::string& doubt, imaging::Sides user, Confirmed confirmed);

/// Brings a sentence from the user's side convention to the package's with the sides of the picture it is about, as the
/// model sees it (models::turnFor); a picture that is turned for the model is said in a warning. Throws
/// Error(InvalidInput) for a sentence without a word, for one whose sides would have to be exchanged and are parts of
/// other words (imaging::hidesSide), and where there is a doubtAboutSides() and the user has not
/// confirmed; confirmed, the usual display (patient's right at the left edge) is assumed and said in a warning.
ModelText withPackageSides(std::string_view text, imaging::Sides user, imaging::Sides package,
    const imaging::PictureSides& sides, Confirmed confirmed);

/// A text that says whose sides it means ("the picture's left", "left in the image") without these words. Throws
/// Error(InvalidInput) where they are not the user's: nothing is exchanged behind a text that says so itself.
std::string inUsersSides(std::string_view text, imaging::Sides user);

/// All of it: what is sent to the model. Throws as withPackageSides, and Error(InvalidInput) for a text by which there is
/// nothing to draw or that is not understood, unless the user has confirmed: then the reason is a warning. Bytes that
/// are no UTF-8 are refused always.
ModelText textForModel(std::string_view text, imaging::Sides user, const models::PackageInfo& package,
    const imaging::PictureSides& sides, Confirmed confirmed);

} // namespace app
