#include "ui/word_match.h"

#include <QStringList>

namespace ui {

namespace {

constexpr int kBegins = 100;
constexpr int kWithin = 40;
constexpr int kLetters = 10;

bool beginsWord(const QString& text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber();
}

bool hasLettersInOrder(const QString& word, const QString& text)
{
    qsizetype at = 0;
    for (const QChar letter : word) {
        at = text.indexOf(letter, at) + 1;
        if (at == 0)
            return false;
    }
    return true;
}

int matchOne(const QString& word, const QString& text)
{
    qsizetype found = text.indexOf(word);
    if (found < 0)
        return hasLettersInOrder(word, text) ? kLetters : 0;
    for (; found >= 0; found = text.indexOf(word, found + 1))
        if (beginsWord(text, found))
            return kBegins + (found == 0 ? 1 : 0);
    return kWithin;
}

} // namespace

int wordMatch(const QString& typed, const QString& text)
{
    const QString folded = text.toCaseFolded();
    int sum = 1;
    for (const QString& word : typed.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const int one = matchOne(word, folded);
        if (one == 0)
            return 0;
        sum += one;
    }
    return sum;
}

} // namespace ui
