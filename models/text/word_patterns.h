#pragma once

#include <string_view>
#include <vector>

/// How texts are split into the words in which byte pairs are merged: the regular expressions of the originals, by
/// hand.
namespace models::text {

/// CLIP's: <|startoftext|>|<|endoftext|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+, without regard to
/// case.
std::vector<std::u32string_view> clipWords(std::u32string_view text);

/// GPT-2's: 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+. Nothing is left out.
std::vector<std::u32string_view> gpt2Words(std::u32string_view text);

} // namespace models::text
