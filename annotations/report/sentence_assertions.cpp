#include "annotations/report/report_tokens.h"
#include "annotations/report/sentence_clauses.h"

#include <algorithm>
#include <optional>

namespace annotations {

namespace {

class AssertionReader
{
public:
    explicit AssertionReader(SentenceClauses& sentence)
        : m_sentence(sentence)
        , m_phrases(sentence.phrases)
        , m_drafts(sentence.drafts)
    {
    }

    void read()
    {
        sharePlacesBackwards();
        markPossibleAlternatives();
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            applyTrigger(i);
        readYears();
        readArtefacts();
        readOtherExplanations();
        readPersons();
        for (auto& draft : m_drafts)
            draft.clause.otherwise = draft.clause.otherwise || (m_sentence.apart && draft.clause.clear);
    }

private:
    Kind kindAt(std::size_t i) const { return i < m_phrases.size() ? m_phrases[i].kind : Kind::But; }

    /// "opacities, likely scarring, in the left base": the opacities are there too.
    void sharePlacesBackwards()
    {
        for (auto i = m_drafts.size(); i-- > 1;) {
            const auto& behind = m_drafts[i];
            auto& before = m_drafts[i - 1].clause;
            if (behind.join == Join::Link && before.places.empty() && !before.mentions.empty() && behind.before.empty())
                before.places = behind.clause.places;
        }
    }

    static bool holds(const std::vector<std::size_t>& phrases, std::size_t one)
    {
        return std::find(phrases.begin(), phrases.end(), one) != phrases.end();
    }

    template <typename Do> void forMentions(std::size_t begin, std::size_t end, Do act)
    {
        for (auto& draft : m_drafts)
            for (auto& mention : draft.clause.mentions)
                if (mention.phrase >= begin && mention.phrase < end)
                    act(draft, mention);
    }

    bool hasMention(std::size_t begin, std::size_t end)
    {
        bool any = false;
        forMentions(begin, end, [&](Draft&, Mention&) { any = true; });
        return any;
    }

    /// Where the clause around a phrase begins: behind the last terminator.
    std::size_t clauseBegin(std::size_t phrase) const
    {
        for (auto i = phrase; i-- > 0;)
            if (isTerminator(i))
                return i + 1;
        return 0;
    }

    bool isTerminator(std::size_t i) const
    {
        const auto kind = kindAt(i);
        if (kind == Kind::But || kind == Kind::Apart || kind == Kind::Heading)
            return true;
        return kind == Kind::There && i > 0;
    }

    std::size_t clauseEnd(std::size_t phrase) const
    {
        for (auto i = phrase + 1; i < m_phrases.size(); ++i)
            if (isTerminator(i))
                return i;
        return m_phrases.size();
    }

    /// "atelectasis or consolidation" of what is there: one of them.
    void markPossibleAlternatives()
    {
        for (auto& draft : m_drafts) {
            auto& mentions = draft.clause.mentions;
            for (std::size_t i = 1; i < mentions.size(); ++i)
                for (auto at = mentions[i - 1].phrase; at < mentions[i].phrase; ++at)
                    if (kindAt(at) == Kind::Or && m_phrases[at].value != 1)
                        mentions[i].assertion = mentions[i - 1].assertion = Assertion::Possible;
        }
    }

    void applyTrigger(std::size_t i)
    {
        if (holds(m_sentence.consumed, i))
            return;
        switch (m_phrases[i].kind) {
        case Kind::Deny:
            return denyForward(i);
        case Kind::DenyEither:
            return denyEither(i);
        case Kind::Possible:
            return possible(i);
        case Kind::There:
            return m_phrases[i].value == 1 ? possible(i) : void();
        case Kind::History:
            return historical(i);
        case Kind::Resolve:
            return resolve(i);
        case Kind::Clear:
            return holds(m_sentence.clearOf, i) ? denyForward(i) : clearedFinding(i);
        case Kind::Question:
            return question(i);
        default:
            return;
        }
    }

    /// How far a negation reaches: up to what begins anew.
    std::size_t denialEnd(std::size_t trigger, std::vector<Draft*>& ambiguous)
    {
        auto end = clauseEnd(trigger);
        for (auto i = trigger + 1; i + 1 < end; ++i)
            if (kindAt(i) == Kind::Comma && kindAt(i + 1) == Kind::Pronoun)
                end = i; // "Without fever, this is pneumonia."
        for (auto& draft : m_drafts) {
            if (draft.first <= trigger || draft.first >= end || draft.clause.mentions.empty())
                continue;
            const auto joint = jointBefore(draft.first);
            if (!joint || *joint <= trigger)
                continue;
            if (m_phrases[*joint].kind == Kind::Or)
                continue;
            const bool elsewhere = isElsewhere(draft, trigger);
            const bool with = m_phrases[*joint].kind == Kind::With;
            if (with && (m_phrases[*joint - 1].kind == Kind::Comma || !elsewhere))
                return m_phrases[*joint - 1].kind == Kind::Comma ? *joint : end;
            const bool begins = !draft.before.empty() || elsewhere || beginsAnew(draft.first, *joint);
            if (!begins)
                continue;
            if (orBehind(draft.first, end))
                continue;
            const bool afterComma = m_phrases[*joint].kind == Kind::Comma;
            if (draft.topicOnly || (!draft.before.empty() && !with && hasSubject(trigger)) || contrasts(draft, trigger)
                || (elsewhere && (isSeen(draft) || (afterComma && hasSubject(trigger)))))
                return draft.first;
            ambiguous.push_back(&draft);
            return draft.first;
        }
        return end;
    }

    /// The places that a draft names itself, as bits of the six zones; 0: none.
    static unsigned ownZones(const Draft& draft)
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

    /// "no infiltrate in the left base, opacity is seen in the right base": somewhere else than what is denied.
    bool isElsewhere(const Draft& draft, std::size_t trigger) const
    {
        unsigned denied = 0;
        for (const auto& other : m_drafts)
            if (other.last > trigger && other.first < draft.first)
                denied |= ownZones(other);
        const auto own = ownZones(draft);
        return own != 0 && denied != 0 && (own & denied) == 0;
    }

    /// "opacity is seen"
    bool isSeen(const Draft& draft) const
    {
        for (auto i = draft.clause.mentions.back().phrase + 1; i <= draft.last; ++i)
            if (kindAt(i) == Kind::Verb)
                return true;
        return false;
    }

    /// "Right lung without infiltrate": the denial is of one place, another one begins anew.
    bool hasSubject(std::size_t trigger) const
    {
        for (auto i = trigger; i-- > 0 && !isTerminator(i) && kindAt(i) != Kind::Comma;)
            if (m_phrases[i].isPlace && !m_phrases[i].place.generic)
                return true;
        return false;
    }

    /// "No infiltrate on the left, right basal opacity": what is denied has its own side, and this is the other one.
    bool contrasts(const Draft& draft, std::size_t trigger) const
    {
        int denied = 0, here = 0;
        for (const auto& other : m_drafts)
            if (other.first > trigger && other.first < draft.first)
                for (const auto& place : other.after)
                    denied |= place.side;
        for (const auto& place : draft.before)
            here |= place.assumed ? int(kBothSides) : place.side;
        return denied != kNoSide && here != kNoSide && (denied & here) == 0;
    }

    /// The joint in front of a clause, over words.
    std::optional<std::size_t> jointBefore(std::size_t phrase) const
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

    /// ", a new", ", stable"
    bool beginsAnew(std::size_t first, std::size_t joint) const
    {
        for (auto i = joint + 1; i < first; ++i)
            if (m_phrases[i].kind == Kind::Persist || m_phrases[i].kind == Kind::Number
                || (m_phrases[i].kind == Kind::Article && m_phrases[i].word != "any")
                || isOneOf(m_phrases[i].word, {"mild", "small", "moderate", "minimal", "new", "chronic", "left"}))
                return true;
        return false;
    }

    bool orBehind(std::size_t begin, std::size_t end) const
    {
        for (auto i = begin; i < end; ++i)
            if (m_phrases[i].kind == Kind::Or && m_phrases[i].value == 0)
                return true;
        return false;
    }

    void denyForward(std::size_t i)
    {
        std::vector<Draft*> ambiguous;
        auto end = denialEnd(i, ambiguous);
        for (auto* draft : ambiguous)
            draft->clause.ambiguous = true;
        // "without effusion" says nothing of what is linked behind it.
        bool any = false;
        forMentions(i + 1, end, [&](Draft&, Mention& mention) {
            mention.assertion = Assertion::Denied;
            any = true;
        });
        if (!any && endsClause(i) && isDirectlyBehindFinding(i)) // "Infiltrates: none."
            forMentions(backwardBegin(i), i, [](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        if (!any && endsClause(i) && i > 0 && (kindAt(i - 1) == Kind::Colon || m_phrases[i].word == "none"))
            markPlacesCleared(i); // "Right: none."
        if (!any && m_phrases[i].value == 0 && kindAt(i + 1) == Kind::Word && !placesBetween(i + 1, end)
            && isOneOf(m_phrases.back().word, {"evidence", "correlate", "sign", "signs", "none"})) {
            // "no supporting evidence"
            forMentions(0, i, [&](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        }
    }

    /// Whether nothing but words that say nothing stands behind a phrase.
    bool endsClause(std::size_t i) const
    {
        while (++i < m_phrases.size() && !isTerminator(i) && kindAt(i) != Kind::Comma)
            if (!isTransparent(kindAt(i)) || m_phrases[i].isPlace || kindAt(i) == Kind::Word)
                return false;
        return true;
    }

    bool isDirectlyBehindFinding(std::size_t i) const
    {
        while (i-- > 0) {
            const auto kind = kindAt(i);
            if (kind == Kind::Finding)
                return true;
            if (!isTransparent(kind) && kind != Kind::Colon && kind != Kind::Verb)
                return false;
        }
        return false;
    }

    bool placesBetween(std::size_t begin, std::size_t end) const
    {
        for (auto i = begin; i < end; ++i)
            if (m_phrases[i].isPlace)
                return true;
        return false;
    }

    /// The first phrase of the findings that a trigger behind them is about.
    std::size_t backwardBegin(std::size_t trigger) const
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

    /// As backwardBegin; "has resolved" behind two findings at two places is said of the last one. Whether it is said
    /// of both is not clear where "and" joins them.
    std::size_t predicateBegin(std::size_t trigger)
    {
        const auto begin = backwardBegin(trigger);
        std::vector<Draft*> drafts;
        for (auto& draft : m_drafts)
            if (!draft.clause.mentions.empty() && draft.clause.mentions.front().phrase >= begin
                && draft.first < trigger)
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

    bool saysVerb(std::size_t trigger, std::initializer_list<std::string_view> verbs) const
    {
        for (auto i = trigger; i-- > 0 && i + 4 > trigger && kindAt(i) != Kind::Finding;)
            if (isOneOf(m_phrases[i].word, verbs))
                return true;
        return false;
    }

    void denyEither(std::size_t i)
    {
        if (isEarlier(i))
            return;
        auto begin = backwardBegin(i);
        const bool colonBehind = kindAt(i + 1) == Kind::Colon;
        if (hasMention(begin, i) && !colonBehind) {
            // "is not an effusion" behind another finding's clause is about what follows.
            const bool forward = m_phrases[i].word == "not" && hasMention(i + 1, clauseEnd(i))
                && kindAt(i + 1) != Kind::Verb && !isJoint(kindAt(i + 1));
            if (forward)
                return denyForward(i);
            if (deniesRelation(i) || isOnOneView(i, begin))
                return;
            if (m_phrases[i].word == "not" && !deniesPresence(i)) // "not confluent"
                return forMentions(begin, i, [](Draft&, Mention& mention) {
                    if (mention.assertion != Assertion::Denied)
                        mention.assertion = Assertion::Unclear;
                });
            begin = predicateBegin(i);
            return forMentions(begin, i, [](Draft&, Mention& mention) { mention.assertion = Assertion::Denied; });
        }
        denyForward(i);
    }

    /// Whether what "not" is said of is "seen", "present", "there" and the like; false: a word that is not known.
    bool deniesPresence(std::size_t i) const
    {
        if (kindAt(i + 1) != Kind::Word || isOneOf(m_phrases[i + 1].word, {"there", "here"}))
            return true;
        for (auto next = i + 1; next < m_phrases.size() && !isTerminator(next) && !isJoint(kindAt(next)); ++next)
            if (kindAt(next) == Kind::Verb)
                return true;
        return false;
    }

    /// "not obscuring the heart border": the finding is there.
    bool deniesRelation(std::size_t i) const
    {
        if (kindAt(i + 1) != Kind::Preposition)
            return false;
        auto next = i + 2;
        while (next < m_phrases.size() && isTransparent(kindAt(next)) && !m_phrases[next].isPlace)
            ++next;
        return kindAt(next) == Kind::Anatomy;
    }

    /// Whether a denial goes on with "on", "in", "at" and, behind that, a phrase of a kind.
    template <typename Is> bool goesOnWith(std::size_t i, Is is) const
    {
        bool preposition = false;
        for (auto next = i + 1; next < m_phrases.size() && !isTerminator(next) && !isJoint(kindAt(next)); ++next) {
            if (kindAt(next) == Kind::Finding)
                return false;
            if (preposition && is(m_phrases[next]))
                return true;
            preposition = preposition || isOneOf(m_phrases[next].word, {"on", "in", "at", "upon"});
        }
        return false;
    }

    /// "not seen on the prior film": it is new.
    bool isEarlier(std::size_t i) const
    {
        return goesOnWith(i,
                   [](const Phrasing& phrase) {
                       return (phrase.kind == Kind::History && phrase.value == 0)
                           || phrase.word.starts_with("yesterday");
                   })
            || (kindAt(i + 1) == Kind::Verb && i + 2 < m_phrases.size()
                && isOneOf(m_phrases[i + 2].word, {"previously", "earlier", "before"}));
    }

    /// "..., not seen on the lateral view": not to be seen on one view, and only possible. `begin`: where the findings
    /// before begin.
    bool isOnOneView(std::size_t i, std::size_t begin)
    {
        const bool view = goesOnWith(i, [](const Phrasing& phrase) {
            return isOneOf(phrase.word, {"lateral", "frontal", "pa", "ap"}) || phrase.word.starts_with("lateral ");
        });
        if (!view || !isAsserted(i, begin))
            return false;
        forMentions(begin, i, [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present)
                mention.assertion = Assertion::Possible;
        });
        return true;
    }

    /// Whether what stands before says by itself that the finding is there: "an opacity in the left base, which".
    bool isAsserted(std::size_t i, std::size_t begin)
    {
        for (auto before = i; before-- > begin && kindAt(before) != Kind::Finding;)
            if (kindAt(before) == Kind::Comma || isOneOf(m_phrases[before].word, {"which", "that", "though"}))
                return true;
        for (auto before = i; before-- > begin;)
            if (isOneOf(m_phrases[before].word, {"the", "this", "these"}))
                return hasMention(before, i);
        return false;
    }

    void possible(std::size_t i)
    {
        const auto mark = [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present)
                mention.assertion = Assertion::Possible;
        };
        auto end = clauseEnd(i);
        for (auto& draft : m_drafts) // Up to the next clause that is joined loosely.
            if (draft.first > i + 1 && draft.first < end && !draft.clause.mentions.empty()
                && (draft.join == Join::Far || draft.join == Join::With) && hasMention(i + 1, draft.first))
                end = std::min(end, draft.first);
        const bool backwards = m_phrases[i].word.ends_with("excluded") || m_phrases[i].word.ends_with("ruled out");
        if (!backwards && hasMention(i + 1, end))
            return forMentions(i + 1, end, mark);
        const auto begin = backwardBegin(i);
        // "cannot be excluded" is said of the last finding, not of all before a full clause.
        std::size_t last = begin;
        for (const auto& draft : m_drafts)
            if (draft.first >= begin && draft.first < i && !draft.clause.mentions.empty())
                last = draft.first;
        forMentions(std::min(last, i), i, mark);
    }

    bool persistsAround(const Draft& draft) const
    {
        const auto end = clauseEnd(draft.last);
        for (auto i = clauseBegin(draft.first); i < end; ++i)
            if (m_phrases[i].kind == Kind::Persist)
                return true;
        return false;
    }

    /// "prior exam", "since prior": a comparison and no earlier finding.
    bool comparesStudies(std::size_t i) const
    {
        const bool noun = isOneOf(m_phrases[i].word, {"history", "hx"}) || findingFollows(i);
        if (i > 0 && !noun
            && (isOneOf(m_phrases[i - 1].word, {"since", "than", "to", "from", "with", "as", "on", "in", "and"})
                || m_phrases[i - 1].value == 2))
            return true;
        if (i > 1 && !noun && m_phrases[i - 1].kind == Kind::Article
            && isOneOf(m_phrases[i - 2].word, {"since", "than", "to", "from", "with", "on", "in"}))
            return true;
        const auto& next = i + 1 < m_phrases.size() ? m_phrases[i + 1].word : m_phrases[i].word;
        return kindAt(i + 1) == Kind::Chest || namesStudy(next)
            || (kindAt(i + 1) == Kind::Word && i + 2 < m_phrases.size() && namesStudy(m_phrases[i + 2].word));
    }

    static bool namesStudy(std::string_view word)
    {
        return isOneOf(word,
            {"exam", "exams", "study", "studies", "film", "films", "radiograph", "radiographs", "ct", "x", "scan",
                "image", "images", "imaging", "examination", "examinations", "comparison", "report", "date"});
    }

    /// "prior granulomatous infection": nothing but words between.
    bool findingFollows(std::size_t i) const
    {
        while (kindAt(++i) == Kind::Word)
            if (namesStudy(m_phrases[i].word))
                return false;
        return kindAt(i) == Kind::Finding;
    }

    /// "was consolidated on an earlier scan", "had pneumonia in 2019": then, and nothing of now.
    void longAgo(std::size_t i)
    {
        bool then = false;
        for (auto at = clauseBegin(i); at < clauseEnd(i); ++at) {
            const auto& word = m_phrases[at].word;
            if (kindAt(at) == Kind::Persist || kindAt(at) == Kind::Now || kindAt(at) == Kind::There
                || isOneOf(word, {"is", "are", "also", "not", "no", "new", "which", "that"}))
                return;
            then = then || isOneOf(word, {"was", "were", "had", "showed"});
        }
        if (then)
            forMentions(clauseBegin(i), clauseEnd(i), [](Draft&, Mention& mention) {
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = Assertion::Historical;
            });
    }

    /// "in 2019"
    void readYears()
    {
        for (std::size_t i = 1; i < m_phrases.size(); ++i) {
            const auto& word = m_phrases[i].word;
            const bool year = word.size() == 4 && (word.starts_with("19") || word.starts_with("20"))
                && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (year && m_phrases[i - 1].word == "in")
                longAgo(i);
        }
    }

    /// "on [an] outside earlier [scan]"
    bool isOnStudy(std::size_t i) const
    {
        for (auto before = i; before-- > 0 && before + 3 >= i;)
            if (isOneOf(m_phrases[before].word, {"on", "in", "at"}))
                return true;
        return false;
    }

    /// "pneumonia in childhood", "tuberculosis in the past": what stands before it.
    void historicalBefore(std::size_t i)
    {
        const auto next = kindAt(i + 1);
        if (i + 1 < m_phrases.size() && !isTerminator(i + 1) && !isJoint(next) && next != Kind::Verb)
            return; // "in the past two weeks"
        const Draft* nearest = nullptr;
        for (const auto& draft : m_drafts)
            if (draft.first < i && !draft.clause.mentions.empty())
                nearest = &draft;
        if (nearest && nearest->first >= clauseBegin(i) && !persistsAround(*nearest))
            forMentions(nearest->first, i, [](Draft&, Mention& mention) {
                if (mention.assertion != Assertion::Denied)
                    mention.assertion = Assertion::Historical;
            });
    }

    void historical(std::size_t i)
    {
        if (m_phrases[i].value == 1)
            return historicalBefore(i);
        if (comparesStudies(i))
            return isOnStudy(i) ? longAgo(i) : void();
        const bool explains = i > 0 && m_phrases[i - 1].kind == Kind::Link; // "related to old infection, stable"
        const bool wide = explains || m_phrases[i].word.ends_with(" of") || m_phrases[i].word.starts_with("h /")
            || m_phrases[i].word.starts_with("s /") || m_phrases[i].word.ends_with("post");
        const auto end = clauseEnd(i);
        bool done = false;
        for (auto& draft : m_drafts)
            for (auto& mention : draft.clause.mentions) {
                if (mention.phrase <= i || mention.phrase >= end || (done && !wide))
                    continue;
                done = true;
                if (mention.assertion != Assertion::Denied && (!persistsAround(draft) || wide))
                    mention.assertion = Assertion::Historical;
            }
    }

    void resolve(std::size_t i)
    {
        // "partial clearing", "not yet resolved"
        for (auto before = i; before-- > 0 && before + 4 > i;) {
            if (m_phrases[before].kind == Kind::Persist && m_phrases[before].value == 1)
                return;
            if (!isTransparent(m_phrases[before].kind) && m_phrases[before].kind != Kind::Verb)
                break;
        }
        if (isHopedFor(i))
            return forMentions(i + 1, clauseEnd(i), [](Draft&, Mention& mention) {
                if (mention.assertion != Assertion::Denied)
                    mention.assertion = Assertion::Questioned;
            });
        const auto mark = [](Draft&, Mention& mention) {
            if (mention.assertion != Assertion::Denied)
                mention.assertion = Assertion::Resolved;
        };
        const bool next = i + 1 < m_phrases.size() && m_phrases[i + 1].word == "of";
        const bool of = next || m_phrases[i].word.ends_with(" of");
        if (!of && hasMention(backwardBegin(i), i))
            return forMentions(predicateBegin(i), i, mark);
        auto end = clauseEnd(i);
        for (auto& draft : m_drafts)
            if (draft.first > i && draft.first < end && (draft.join == Join::Far || draft.join == Join::With)
                && hasMention(i + 1, draft.first))
                end = std::min(end, draft.first);
        if (hasMention(i + 1, end))
            return forMentions(i + 1, end, mark);
        markPlacesCleared(i);
    }

    /// "to document resolution", "follow up until cleared": what is still to come.
    bool isHopedFor(std::size_t i) const
    {
        for (auto before = i; before-- > 0 && before + 5 > i && !isTerminator(before);) {
            if (isOneOf(m_phrases[before].word, {"document", "confirm", "ensure", "verify", "allow", "until", "await"})
                || m_phrases[before].word.starts_with("assess"))
                return true;
            if (!isTransparent(kindAt(before)) && kindAt(before) != Kind::Preposition && kindAt(before) != Kind::And)
                break;
        }
        if (i == 0 || m_phrases[i - 1].word != "to")
            return false;
        for (auto before = i; before-- > 0 && !isTerminator(before);)
            if (kindAt(before) == Kind::Question)
                return true;
        return false;
    }

    /// "The LLL has cleared."
    void markPlacesCleared(std::size_t i)
    {
        for (auto& draft : m_drafts)
            if (draft.clause.mentions.empty() && draft.last < i && draft.last + 6 > i)
                draft.clause.clear = true;
    }

    /// "Consolidation ... is clear", "now clear"
    void clearedFinding(std::size_t i)
    {
        for (const auto& draft : m_drafts)
            if (draft.clause.clear && draft.first <= i && draft.last >= i)
                return;
        const auto begin = backwardBegin(i);
        bool predicate = false;
        for (auto before = i; before-- > begin && !predicate && before + 4 > i;)
            predicate = m_phrases[before].kind == Kind::Verb || m_phrases[before].kind == Kind::Now;
        if (!predicate || m_phrases[i].word != "clear")
            return;
        forMentions(begin, i, [](Draft&, Mention& mention) {
            if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Historical)
                mention.assertion = Assertion::Resolved;
        });
    }

    void question(std::size_t i)
    {
        if (m_phrases[i].word.ends_with("exclude"))
            for (auto before = i; before-- > 0 && before + 4 > i;)
                if (isOneOf(m_phrases[before].word, {"difficult", "hard", "unable", "not", "impossible"})
                    || kindAt(before) == Kind::Possible)
                    return possible(i);
        forMentions(i + 1, clauseEnd(i), [](Draft&, Mention& mention) {
            if (mention.assertion != Assertion::Denied)
                mention.assertion = Assertion::Questioned;
        });
    }

    /// "The densities are nipple shadows": what is only taken for a finding is none, where it may be one it is asked.
    void readArtefacts()
    {
        for (std::size_t i = 1; i < m_drafts.size(); ++i) {
            const auto& draft = m_drafts[i];
            const auto& mentions = draft.clause.mentions;
            const bool explains = !mentions.empty() && explainsLast(i)
                && std::all_of(mentions.begin(), mentions.end(),
                    [](const Mention& mention) { return mention.kind == Concept::Artefact; });
            if (!explains || mentions.front().assertion == Assertion::Denied)
                continue;
            const auto assertion =
                mentions.front().assertion == Assertion::Present ? Assertion::Denied : Assertion::Unclear;
            for (auto& mention : m_drafts[i - 1].clause.mentions)
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = assertion;
        }
    }

    /// "[densities] represent", "may represent fat or"
    bool explainsLast(std::size_t draft) const
    {
        if (m_drafts[draft].join == Join::Link)
            return true;
        bool either = false;
        for (auto i = m_drafts[draft].clause.mentions.front().phrase; i-- > 0 && kindAt(i) != Kind::Finding;) {
            if (kindAt(i) == Kind::Link || kindAt(i) == Kind::Possible)
                return either;
            either = either || kindAt(i) == Kind::Or;
        }
        return false;
    }

    /// "The opacity is atelectasis rather than pneumonia", "not typical of pneumonia": whether it is what a package of
    /// infections knows is asked.
    void readOtherExplanations()
    {
        for (std::size_t i = 0; i + 1 < m_drafts.size(); ++i) {
            auto& first = m_drafts[i].clause.mentions;
            const auto& next = m_drafts[i + 1];
            if (first.empty() || next.join != Join::Link || next.clause.mentions.empty())
                continue;
            const auto kind = first.front().kind;
            const auto& explanation = next.clause.mentions.front();
            const bool other = explanation.kind != kind && explanation.assertion != Assertion::Denied
                && i + 2 < m_drafts.size() && deniesCause(m_drafts[i + 2], kind);
            if (!other && !deniesCause(next, kind))
                continue;
            for (auto& mention : first)
                if (mention.assertion == Assertion::Present || mention.assertion == Assertion::Possible)
                    mention.assertion = Assertion::Unclear;
        }
    }

    /// Whether "pneumonia" is denied there, without a place of its own; "no opacity" says nothing of a cause.
    static bool deniesCause(const Draft& draft, Concept kind)
    {
        if (draft.clause.mentions.empty() || !draft.before.empty() || !draft.after.empty())
            return false;
        const auto& mention = draft.clause.mentions.front();
        const auto names = [&](const char* word) { return mention.words.find(word) != std::string::npos; };
        return mention.kind == kind && mention.assertion == Assertion::Denied
            && (names("pneumon") || names("infect") || names("pna"));
    }

    void readPersons()
    {
        for (std::size_t i = 0; i < m_phrases.size(); ++i)
            if (m_phrases[i].kind == Kind::Person)
                forMentions(clauseBegin(i), personEnd(i),
                    [](Draft&, Mention& mention) { mention.assertion = Assertion::OtherPerson; });
    }

    /// What is said of the other person ends where the patient is named or a clause with a place of its own begins.
    std::size_t personEnd(std::size_t person) const
    {
        auto end = clauseEnd(person);
        for (auto i = person + 1; i < end; ++i)
            if (m_phrases[i].word.starts_with("patient")
                || (isOneOf(m_phrases[i].word, {"he", "she"}) && (isJoint(kindAt(i - 1)))))
                end = i;
        for (const auto& draft : m_drafts)
            if (draft.first > person && draft.first < end && draft.join == Join::Far
                && (!draft.before.empty() || !draft.after.empty()))
                end = draft.first;
        return end;
    }

    SentenceClauses& m_sentence;
    const std::vector<Phrasing>& m_phrases;
    std::vector<Draft>& m_drafts;
};

} // namespace

void assertFindings(SentenceClauses& sentence)
{
    AssertionReader(sentence).read();
}

} // namespace annotations
