#include "annotations/cohort/cohort.h"

#include "annotations/cohort/cohort_database.h"
#include "annotations/cohort/decide.h"
#include "annotations/cohort/mask_store.h"
#include "imaging/error.h"

#include <algorithm>

namespace annotations {

using detail::inTransaction;

namespace {

using imaging::Error;
using imaging::ErrorKind;

/// A fixed order that has nothing to do with the order of import (the finalizer of splitmix64).
std::int64_t shuffled(std::int64_t id)
{
    auto value = static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15U;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<std::int64_t>((value ^ (value >> 31U)) >> 1U);
}

void requireComplete(const NewStudy& study)
{
    const bool hexadecimal = study.digest.size() == 64
        && std::all_of(study.digest.begin(), study.digest.end(),
            [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (study.picture.empty() || !hexadecimal || study.slice < 0 || study.columns < 1 || study.rows < 1)
        throw Error(ErrorKind::InvalidInput,
            "The picture '" + study.picture + "' cannot be taken into the cohort: path, digest or size is missing.",
            study.picture);
}

std::int64_t insertStudy(SQLite::Database& database, const NewStudy& study)
{
    SQLite::Statement next(database, "SELECT COALESCE(MAX(id), 0) + 1 FROM studies");
    next.executeStep();
    const std::int64_t id = next.getColumn(0).getInt64();
    SQLite::Statement insert(
        database, "INSERT INTO studies VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, -1, -1, -1, -1, ?, '', 0, '', ?)");
    SQLite::bind(insert, id, study.picture, study.slice, study.digest, study.instanceUid, study.columns, study.rows,
        study.text, study.split, shuffled(id), study.text);
    insert.exec();
    return id;
}

void updateText(const Cohort& cohort, Study study, const std::string& text, const std::string& who)
{
    study.text = text;
    study.warnings.clear(); // They were about another sentence.
    HistoryEntry entry;
    entry.action = Action::TextChanged;
    entry.who = who;
    entry.maskRevision = study.maskRevision;
    detail::addEntry(cohort, study, entry);
    detail::writeStudy(cohort, study);
}

/// Which of a picture's cases the text belongs to; none for another sentence of the picture.
const Study* caseOf(const std::vector<Study>& cases, const std::string& text)
{
    const auto first = [&](auto isMeant) {
        const auto found = std::find_if(cases.begin(), cases.end(), isMeant);
        return found == cases.end() ? nullptr : &*found;
    };
    if (text.empty())
        return cases.empty() ? nullptr : &cases.front();
    if (const auto* known = first([&](const Study& one) { return one.sentence == text || one.text == text; }))
        return known;
    return first([](const Study& one) { return one.text.empty() && one.sentence.empty(); });
}

void setColumn(const Cohort& cohort, const std::string& column, const std::string& value, std::int64_t id)
{
    SQLite::Statement update(cohort.database(), "UPDATE studies SET " + column + " = ? WHERE id = ?");
    SQLite::bind(update, value, id);
    update.exec();
}

AddedStudy addOne(const Cohort& cohort, const NewStudy& added)
{
    const auto cases = cohort.findByPicture(added.digest, added.slice);
    const auto* known = caseOf(cases, added.text);
    if (!known)
        return {insertStudy(cohort.database(), added), true};
    if (known->split.empty() && !added.split.empty())
        setColumn(cohort, "split", added.split, known->id);
    if (known->text.empty() && known->sentence.empty() && !added.text.empty()) {
        setColumn(cohort, "sentence", added.text, known->id);
        updateText(cohort, cohort.study(known->id), added.text, "import");
    }
    return {known->id, false};
}

void requireSize(const Study& study, const StoredMask& mask)
{
    if (mask.columns != study.columns || mask.rows != study.rows)
        throw Error(ErrorKind::WrongUse,
            "The mask of " + std::to_string(mask.columns) + " x " + std::to_string(mask.rows)
                + " pixels does not fit the picture of study " + study.name + ", which has "
                + std::to_string(study.columns) + " x " + std::to_string(study.rows) + ".",
            study.name);
}

/// Whether a prediction of this model may replace what the case has.
bool wantsPrediction(const Cohort& cohort, const Study& study, const Prediction& prediction)
{
    if (study.text != prediction.text)
        return false;
    if (isOpen(study.state))
        return true;
    if (study.state != CaseState::Rejected)
        return false;
    const auto history = detail::historyOf(cohort, study.id);
    const auto* rejected = detail::entryAt(history, study.maskRevision);
    return !rejected || rejected->model.sha256 != prediction.model.sha256;
}

/// What a model's run leaves in the history, whether it drew or not.
HistoryEntry entryOf(const Prediction& prediction, Action action)
{
    HistoryEntry entry;
    entry.action = action;
    entry.who = prediction.who;
    entry.model = prediction.model;
    entry.modelText = prediction.modelText;
    entry.warnings = prediction.warnings;
    return entry;
}

} // namespace

std::vector<AddedStudy> Cohort::addStudies(std::span<const NewStudy> studies)
{
    std::for_each(studies.begin(), studies.end(), requireComplete);
    return inTransaction(*this, [&] {
        std::vector<AddedStudy> added;
        for (const auto& study : studies)
            added.push_back(addOne(*this, study));
        return added;
    });
}

bool Cohort::setText(std::int64_t id, int revision, const std::string& text, const std::string& who)
{
    return inTransaction(*this, [&] {
        const auto now = detail::findStudy(*this, id);
        if (now.revision != revision)
            return false;
        if (now.text != text)
            updateText(*this, now, text, who);
        return true;
    });
}

void Cohort::setSplit(std::int64_t id, const std::string& split)
{
    inTransaction(*this, [&] { setColumn(*this, "split", split, id); });
}

void Cohort::decideTextSides(imaging::Sides sides)
{
    m_settings = inTransaction(*this, [&] {
        auto settings = detail::readSettings(*m_database);
        if (settings.textSides && settings.textSides != sides)
            throw Error(ErrorKind::WrongUse,
                "The texts of the cohort '" + m_folder.string() + "' mean the sides of the "
                    + std::string(nameOf(*settings.textSides))
                    + "; that was decided when the cohort was made or its first texts came.",
                m_folder.string());
        settings.textSides = sides;
        SQLite::Statement update(*m_database, "INSERT OR REPLACE INTO settings VALUES('textSides', ?)");
        SQLite::bind(update, std::string(nameOf(sides)));
        update.exec();
        return settings;
    });
}

bool Cohort::importLabel(std::int64_t id, const StoredMask& mask, const std::string& who, const std::string& note)
{
    const auto before = study(id);
    requireSize(before, mask);
    const auto file = detail::writeMaskFile(m_folder, before.name, mask);
    return inTransaction(*this, [&] {
        const auto history = detail::historyOf(*this, id);
        if (std::any_of(history.begin(), history.end(),
                [&](const HistoryEntry& entry) { return entry.action == Action::Imported && entry.maskFile == file; }))
            return false;
        auto now = detail::findStudy(*this, id);
        HistoryEntry entry;
        entry.action = Action::Imported;
        entry.who = who;
        entry.note = note;
        entry.maskFile = file;
        entry.conflicting = !isOpen(now.state) && now.state != CaseState::Labelled;
        const int revision = detail::addEntry(*this, now, entry);
        if (!entry.conflicting) {
            now.state = CaseState::Labelled;
            now.maskRevision = revision;
        }
        detail::writeStudy(*this, now);
        return true;
    });
}

bool Cohort::addPrediction(std::int64_t id, const Prediction& prediction)
{
    const auto before = study(id);
    requireSize(before, prediction.mask);
    const auto file = detail::writeMaskFile(m_folder, before.name, prediction.mask);
    return inTransaction(*this, [&] {
        auto now = detail::findStudy(*this, id);
        if (!wantsPrediction(*this, now, prediction))
            return false;
        auto entry = entryOf(prediction, Action::Predicted);
        entry.threshold = prediction.threshold;
        entry.scores = prediction.scores;
        entry.maskFile = file;
        now.maskRevision = detail::addEntry(*this, now, entry);
        now.state = CaseState::Predicted;
        now.scores = prediction.scores;
        now.uncertainty = uncertaintyOf(prediction.scores);
        now.warnings = prediction.warnings;
        detail::writeStudy(*this, now);
        return true;
    });
}

bool Cohort::addNotDrawn(std::int64_t id, const Prediction& prediction)
{
    return inTransaction(*this, [&] {
        auto now = detail::findStudy(*this, id);
        if (!wantsPrediction(*this, now, prediction))
            return false;
        detail::addEntry(*this, now, entryOf(prediction, Action::NotDrawn));
        now.maskRevision = 0;
        now.state = CaseState::Unlabelled;
        now.scores = Scores{{}, {}, 1.0}; // Sentence and mask agree in nothing: a reader is to look at it first.
        now.uncertainty = uncertaintyOf(now.scores);
        now.warnings = prediction.warnings;
        detail::writeStudy(*this, now);
        return true;
    });
}

DecisionOutcome Cohort::decide(std::int64_t id, const Decision& decision)
{
    const auto before = study(id);
    std::string file;
    if (decision.verdict == Verdict::Edit) {
        if (!decision.mask)
            throw Error(ErrorKind::WrongUse, "An edited case needs its mask.", before.name);
        requireSize(before, *decision.mask);
        file = detail::writeMaskFile(m_folder, before.name, *decision.mask);
    }
    return inTransaction(*this, [&] { return detail::decide(*this, id, decision, file); });
}

} // namespace annotations
