#include "annotations/report/sentence_scopes.h"

#include "annotations/report/report_tokens.h"

#include <algorithm>

namespace annotations {

bool SentenceScopes::hasMention(std::size_t begin, std::size_t end)
{
    bool any = false;
    forMentions(begin, end, [&](Draft&, Mention&) { any = true; });
    return any;
}

std::size_t SentenceScopes::clauseBegin(std::size_t phrase) const
{
    for (auto i = phrase; i-- > 0;)
        if (isTerminator(i))
            return i + 1;
    return 0;
}

bool SentenceScopes::isTerminator(std::size_t i) const
{
    const auto kind = kindAt(i);
    if (kind == Kind::But || kind == Kind::Apart || kind == Kind::Heading)
        return true;
    return kind == Kind::There && i > 0;
}

std::size_t SentenceScopes::clauseEnd(std::size_t phrase) const
{
    for (auto i = phrase + 1; i < m_phrases.size(); ++i)
        if (isTerminator(i))
            return i;
    return m_phrases.size();
}

unsigned SentenceScopes::ownZones(const Draft& draft)
{
    unsigned bits = 0;
    for (const auto* places : {&draft.before, &draft.after})
        for (const auto& place : *places) {
            const auto zones = static_cast<unsigned>((place.zones & kZones) != 0 ? place.zones & kZones : kZones);
            const auto sides = place.generic ? 0 : place.side == kNoSide ? int(kBothSides) : place.side;
            bits |= ((sides & kLeftSide) != 0 ? zones : 0U) | ((sides & kRightSide) != 0 ? zones << 3U : 0U);
        }
    return bits;
}

std::optional<std::size_t> SentenceScopes::jointBefore(std::size_t phrase) const
{
    for (auto i = phrase; i-- > 0;) {
        const auto kind = m_phrases[i].kind;
        if (isJoint(kind) || kind == Kind::With)
            return i;
        if (!isTransparent(kind) && kind != Kind::AreaNoun && kind != Kind::Preposition && kind != Kind::Possible)
            return std::nullopt;
    }
    return std::nullopt;
}

std::size_t SentenceScopes::backwardBegin(std::size_t trigger) const
{
    auto begin = clauseBegin(trigger);
    bool finding = false;
    for (auto i = trigger; i-- > begin;) {
        const auto kind = m_phrases[i].kind;
        if (kind == Kind::Finding)
            finding = true;
        const bool otherPredicate = finding
            && (kind == Kind::Verb || kind == Kind::Deny || kind == Kind::Persist || kind == Kind::With
                || kind == Kind::DenyEither || kind == Kind::Clear || kind == Kind::Resolve);
        if (otherPredicate)
            return i + 1;
    }
    return begin;
}

std::size_t SentenceScopes::predicateBegin(std::size_t trigger)
{
    const auto begin = backwardBegin(trigger);
    std::vector<Draft*> drafts;
    for (auto& draft : m_drafts)
        if (!draft.clause.mentions.empty() && draft.clause.mentions.front().phrase >= begin && draft.first < trigger)
            drafts.push_back(&draft);
    if (drafts.size() < 2 || saysVerb(trigger, {"are", "have", "were", "sind", "haben", "waren", "wurden"}))
        return begin;
    const auto& last = *drafts.back();
    const auto joint = jointBefore(last.first);
    const bool comma = joint && kindAt(*joint) == Kind::Comma;
    const bool asserted = begin > 0 && kindAt(begin - 1) == Kind::Verb; // "shows opacity and"
    const bool singular = asserted || saysVerb(trigger, {"is", "has", "was", "ist", "hat", "wurde"});
    unsigned before = 0;
    for (auto i = drafts.begin(); i + 1 != drafts.end(); ++i)
        before |= ownZones(**i);
    const bool apart = ownZones(last) != 0 && before != 0 && (ownZones(last) & before) == 0;
    if (!apart)
        return begin;
    if (!comma || (!singular && m_phrases[*joint].word == ","))
        forMentions(begin, last.first, [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                mention.assertion = Assertion::Unclear;
        });
    return last.first;
}

bool SentenceScopes::saysVerb(std::size_t trigger, std::initializer_list<std::string_view> verbs) const
{
    for (auto i = trigger; i-- > 0 && i + 4 > trigger && kindAt(i) != Kind::Finding;)
        if (isOneOf(m_phrases[i].word, verbs))
            return true;
    return false;
}

void SentenceScopes::markPlacesCleared(std::size_t i)
{
    for (auto& draft : m_drafts)
        if (draft.clause.mentions.empty() && draft.last < i && draft.last + 6 > i)
            draft.clause.clear = true;
}

} // namespace annotations
