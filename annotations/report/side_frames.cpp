#include "annotations/report/side_frames.h"

#include "annotations/report/plain_words.h"
#include "annotations/report/report_tokens.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace annotations {

namespace {

bool isSide(std::string_view word)
{
    return isOneOf(word,
        {"left", "right", "left-sided", "right-sided", "links", "rechts", "linke", "linken", "linker", "linkes", "linkem",
            "rechte", "rechten", "rechter", "rechtes", "rechtem"});
}

enum class Whose { Nobody, Picture, Patient };

Whose owner(std::string_view word)
{
    if (isOneOf(word, {"picture's", "image's", "film's", "screen's", "viewer's", "observer's", "reader's"}))
        return Whose::Picture;
    return word == "patient's" || word == "subject's" ? Whose::Patient : Whose::Nobody;
}

Whose place(std::string_view word)
{
    if (isOneOf(word, {"picture", "image", "film", "screen", "bild", "bildes", "bilds"}))
        return Whose::Picture;
    return isOneOf(word, {"patient", "patienten", "patientin"}) ? Whose::Patient : Whose::Nobody;
}

/// How many words before `at` belong to it: "in the image" has two, "im Bild" one.
std::size_t leadOf(const std::vector<PlainWord>& words, std::size_t at)
{
    const auto isAt = [&](std::size_t i, std::initializer_list<std::string_view> these) {
        return i < words.size() && isOneOf(words[i].word, these);
    };
    const auto prepositions = {std::string_view("of"), std::string_view("in"), std::string_view("on"), std::string_view("auf"), std::string_view("von")};
    if (isAt(at - 1, {"the", "this", "dem", "diesem", "der"}) && isAt(at - 2, prepositions))
        return 2;
    return isAt(at - 1, prepositions) || isAt(at - 1, {"im", "am", "des", "beim", "vom"}) ? 1 : 0;
}

bool hasSideNear(const std::vector<PlainWord>& words, std::size_t at)
{
    constexpr std::size_t kNear = 6;
    const auto first = at > kNear ? at - kNear : 0;
    for (auto i = first; i < std::min(words.size(), at + kNear); ++i)
        if (isSide(words[i].word))
            return true;
    return false;
}

/// Words that say whose, from `begin` up to `end`.
struct Frame
{
    Whose whose = Whose::Nobody;
    std::size_t begin = 0;
    std::size_t end = 0;
};

Frame frameAt(const std::vector<PlainWord>& words, std::size_t i)
{
    const auto side = [&](std::size_t at) { return at < words.size() && isSide(words[at].word); };
    if (const auto whose = owner(words[i].word); whose != Whose::Nobody)
        return side(i + 1) || side(i + 2) ? Frame{whose, i, i + 1} : Frame{};
    const auto whose = place(words[i].word);
    if (whose == Whose::Nobody)
        return {};
    if (side(i + 1) && !isSide(i > 0 ? words[i - 1].word : "")) // "image left"
        return {whose, i, i + 1};
    const auto lead = leadOf(words, i);
    return lead > 0 && hasSideNear(words, i) ? Frame{whose, i - lead, i + 1} : Frame{};
}

/// What Chinese puts before a side.
constexpr auto kChinese = std::to_array<std::pair<std::string_view, Whose>>({{"\u56fe\u50cf", Whose::Picture},
    {"\u56fe\u7247", Whose::Picture}, {"\u5f71\u50cf", Whose::Picture}, {"\u60a3\u8005", Whose::Patient}, {"\u75c5\u4eba", Whose::Patient}});

void note(SideFrames& frames, Whose whose, std::string_view words)
{
    frames.picture = frames.picture || whose == Whose::Picture;
    frames.patient = frames.patient || whose == Whose::Patient;
    if (frames.words.empty())
        frames.words = words;
}

void takeChinese(SideFrames& frames)
{
    for (const auto& [name, whose] : kChinese)
        for (std::size_t at = 0; (at = frames.without.find(name, at)) != std::string::npos;) {
            const auto behind = std::string_view(frames.without).substr(at + name.size());
            const bool side = behind.starts_with("\u5de6") || behind.starts_with("\u53f3") || behind.starts_with("\u7684\u5de6")
                || behind.starts_with("\u7684\u53f3");
            if (side) {
                note(frames, whose, name);
                frames.without.erase(at, name.size());
            } else
                at += name.size();
        }
}

} // namespace

SideFrames sideFramesIn(std::string_view text)
{
    SideFrames frames;
    const auto words = plainWordsOf(text);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto frame = frameAt(words, i);
        if (frame.whose == Whose::Nobody)
            continue;
        const auto begin = words[frame.begin].begin, end = words[frame.end - 1].end;
        note(frames, frame.whose, text.substr(begin, end - begin));
        frames.without += text.substr(kept, begin - kept);
        while (!frames.without.empty() && frames.without.back() == ' ')
            frames.without.pop_back();
        const bool joins = end < text.size() && text[end] != ' ';
        if (!joins && frames.without.empty())
            kept = std::min(text.size(), end + 1);
        else
            kept = end;
    }
    frames.without += text.substr(std::min(kept, text.size()));
    takeChinese(frames);
    return frames;
}

} // namespace annotations
