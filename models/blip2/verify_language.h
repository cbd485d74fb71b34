#pragma once

#include <filesystem>
#include <string>

namespace models::blip2 {

/// Opens a language model's own folder (openLanguage) with its vocabulary and lets it foretell one token. Throws as
/// that and as text::openTokenizer, Error(Model) for a vocabulary of another model and for weights that give values
/// that are no numbers. Returns a line for the user, which calls it `name`.
std::string verifyLanguage(const std::filesystem::path& folder, const std::string& name);

} // namespace models::blip2
