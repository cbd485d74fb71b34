#pragma once

#include <filesystem>
#include <string>

namespace models::text {

/// The bytes of a SentencePiece model (a protocol buffer, `ModelProto`), looked through so that the library, which ends
/// the program or reads beside its tables on some files, can be given them: fields and lengths, pieces (UTF-8, none
/// twice, at most 512 bytes, scores that are numbers), the table of character replacements. Throws Error(NotFound)
/// without the file, Error(Model), which names it, when it is broken.
std::string readSentencePieceFile(const std::filesystem::path& file);

} // namespace models::text
