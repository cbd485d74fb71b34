#pragma once

#include <QString>

namespace ui {

/// How well a text fits typed words, for lists that are searched by them; 0: not at all. Each word must begin a word of
/// the text, stand within it, or have its letters in the text in their order, the first being worth most; case does not
/// matter. Without words every text fits alike.
int wordMatch(const QString& typed, const QString& text);

} // namespace ui
