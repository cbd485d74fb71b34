#include "annotations/report/sentence_phrases.h"

namespace annotations {

namespace {

/// How many items a side and what it belongs to take, where that is no lung: "right 5th rib", "left IJ".
std::size_t anatomyWithSide(std::span<const Item> items, std::size_t at)
{
    if (items[at].kind != Kind::Side && items[at].kind != Kind::Zone)
        return 0;
    bool zone = false;
    for (std::size_t i = at + 1; i < items.size() && i < at + 5; ++i) {
        const auto kind = items[i].kind;
        zone = zone || kind == Kind::Zone;
        if (zone && kind == Kind::And)
            return 0;
        if (kind == Kind::Anatomy) {
            // "right heart border opacity": a place of the opacity.
            return i - at;
        }
        if (kind != Kind::Direction && kind != Kind::Word && kind != Kind::Side && kind != Kind::Zone
            && kind != Kind::Number && kind != Kind::And)
            return 0;
        if (kind == Kind::And
            && (i + 1 >= items.size() || items[i + 1].kind == Kind::Finding || items[i + 1].kind == Kind::Zone
                || items[i + 1].kind == Kind::Direction))
            return 0;
    }
    return 0;
}

} // namespace

bool isTransparent(Kind kind)
{
    switch (kind) {
    case Kind::Word:
    case Kind::Article:
    case Kind::Whole:
    case Kind::Number:
    case Kind::Extent:
    case Kind::Persist:
    case Kind::Region:
    case Kind::Direction:
    case Kind::Now:
    case Kind::Otherwise:
    case Kind::Emphasis:
    case Kind::Compare:
    case Kind::Pronoun:
    case Kind::Study:
    case Kind::Answer:
    case Kind::Each:
    case Kind::OtherSide:
        return true;
    default:
        return false;
    }
}

bool isJoint(Kind kind)
{
    return kind == Kind::And || kind == Kind::Or || kind == Kind::Comma;
}

std::vector<Phrasing> phrasingsOf(std::span<const Item> items)
{
    std::vector<Phrasing> phrasings;
    for (std::size_t at = 0; at < items.size();) {
        const auto& item = items[at];
        auto last = phrasings.size();
        while (last > 0 && (phrasings[last - 1].kind == Kind::Article || phrasings[last - 1].kind == Kind::Direction))
            --last;
        const auto before = last == 0 ? Kind::Word : phrasings[last - 1].kind;
        if (const auto more = anatomyWithSide(items, at); more > 0) {
            Phrasing anatomy{Kind::Anatomy, items[at + more].value, false, {}, items[at + more].word, item.begin,
                items[at + more].end};
            if (items[at].kind == Kind::Side) {
                anatomy.place.side = items[at].value;
                anatomy.place.noun = true;
                anatomy.place.begin = anatomy.begin;
                anatomy.place.end = anatomy.end;
            }
            phrasings.push_back(std::move(anatomy));
            at += more + 1;
            continue;
        }
        const bool place =
            item.kind == Kind::Side || item.kind == Kind::Zone || item.kind == Kind::Lung || item.kind == Kind::Whole;
        auto read = place ? readPlaces(items, at) : std::vector<PlaceOrJoint>();
        if (read.empty()) {
            phrasings.push_back({item.kind, item.value, false, {}, item.word, item.begin, item.end, item.missing});
            ++at;
            continue;
        }
        bool first = true;
        for (auto& one : read) {
            if (one.isPlace) {
                one.place.behindPreposition = first && before == Kind::Preposition;
                const auto begin = one.place.begin, end = one.place.end;
                phrasings.push_back({Kind::Side, 0, true, one.place, {}, begin, end});
                first = false;
            } else {
                phrasings.push_back(
                    {one.joint.kind, one.joint.value, false, {}, one.joint.word, one.joint.begin, one.joint.end});
            }
        }
    }
    return phrasings;
}

} // namespace annotations
