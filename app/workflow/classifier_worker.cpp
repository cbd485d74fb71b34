#include "app/workflow/classifier_worker.h"

#include "annotations/report/report_words.h"
#include "app/workflow/picture_check.h"
#include "app/workflow/sided_texts.h"
#include "app/workflow/warnings.h"
#include "imaging/error.h"
#include "imaging/slice.h"

#include <algorithm>
#include <utility>

namespace app {

namespace {

bool isSame(const models::ClassQuestion& a, const models::ClassQuestion& b)
{
    return a.classes == b.classes && a.templates == b.templates && a.findings == b.findings;
}

/// As it is to be read: UTF-8, and names without the blanks around them.
models::ClassQuestion tidied(models::ClassQuestion question)
{
    for (auto& name : question.classes) {
        requireUtf8(name, "The name of a class");
        name = std::string(annotations::trimmed(name));
    }
    for (const auto& text : question.templates)
        requireUtf8(text, "The template");
    return question;
}

/// The model's own denial of a finding (models::ClassQuestion::findings).
constexpr const char* kDenial = "no";

bool knowsAll(const models::Classifier& classifier, const std::vector<std::string>& texts)
{
    return std::ranges::all_of(texts, [&](const auto& text) { return classifier.unknownWords(text).empty(); });
}

std::vector<std::string> usualTemplates(const models::Classifier& classifier)
{
    return knowsAll(classifier, models::kRadiographTemplates) ? models::kRadiographTemplates
                                                              : std::vector<std::string>{"{}."};
}

std::vector<std::string> exampleClasses(const models::Classifier& classifier)
{
    for (const auto& names : {std::vector<std::string>{"pneumonia", "pleural effusion", "no finding"},
             {"upper left lung", "lower left lung", "upper right lung", "lower right lung"}})
        if (knowsAll(classifier, names))
            return names;
    return {};
}

} // namespace

ClassifierWorker::ClassifierWorker(ClassifierFactory factory)
    : m_factory(std::move(factory))
{
}

ClassifierAbilities ClassifierWorker::open(const ClassifierChoice& choice)
{
    if (!m_classifier || m_choice != choice) {
        m_classifier.reset(); // First: two large models may not fit into memory together.
        m_question.reset();
        m_seen.forget();
        m_classifier = m_factory(choice.model, choice.prompts);
        m_choice = choice;
        m_head = headOf(choice.model);
    }
    return {m_classifier->learntClasses(), usualTemplates(*m_classifier), exampleClasses(*m_classifier)};
}

std::vector<std::string> ClassifierWorker::unknownIn(const models::ClassQuestion& question) const
{
    auto texts = question.classes;
    if (question.findings)
        texts.emplace_back(kDenial);
    texts.insert(texts.end(), question.templates.begin(), question.templates.end());
    std::vector<std::string> words;
    for (const auto& text : texts)
        for (auto& word : m_classifier->unknownWords(text))
            if (std::ranges::find(words, word) == words.end())
                words.push_back(std::move(word));
    return words;
}

/// A question that is refused leaves none: the model may have read a part of it.
void ClassifierWorker::ask(models::ClassQuestion question)
{
    if (m_question && isSame(*m_question, question))
        return;
    m_question.reset();
    m_seen.forget();
    m_classifier->ask(question);
    m_question = std::move(question);
}

/// The model with the task's question, which says what else there is to say of it; nothing after a stop request.
std::optional<ClassifierWorker::Asked> ClassifierWorker::prepare(
    const ClassifyTask& task, const std::stop_token& stop, const imaging::Progress& progress)
{
    auto question = tidied(task.question);
    progress.report(0, "opening the model");
    const auto abilities = open(task.choice);
    if (question.classes.empty())
        question.classes = abilities.learntClasses;
    if (question.templates.empty())
        question.templates = abilities.usualTemplates;
    if (question.classes.empty())
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "No class is named: name at least two, for example pneumonia and no finding.");
    if (stop.stop_requested())
        return std::nullopt;
    progress.report(0.3, "reading the classes");
    auto sided = questionInSides(question, m_classifier->textSides(), !task.choice.prompts.empty(), task.user,
        imaging::sidesOf(*task.picture.volume, task.picture.slice));
    Asked asked{question.classes, sided.question.classes, std::move(sided.warnings), {}};
    if (task.choice.prompts.empty()) // Names that prompts were learnt with are known by them.
        asked.unknownWords = unknownIn(question);
    addWarnings(asked.warnings, warningOfUnknown(asked.unknownWords));
    const auto sideDoubt = m_classifier->sideDoubt();
    if (sideDoubt && task.choice.prompts.empty() && differBySideOnly(question.classes))
        addWarnings(asked.warnings, {*sideDoubt});
    ask(std::move(sided.question));
    return stop.stop_requested() ? std::nullopt : std::optional(std::move(asked));
}

std::optional<models::Classification> ClassifierWorker::classify(
    const ClassifyTask& task, std::stop_token stop, const imaging::Progress& progress)
{
    const auto asked = prepare(task, stop, progress);
    if (!asked)
        return std::nullopt;
    progress.report(0.6, "looking at the picture");
    if (!m_seen.is(task.picture)) {
        const auto slice = imaging::sliceOf(*task.picture.volume, task.picture.slice);
        const auto doubts = checkChosenPicture(m_head, slice, task.user.confirmed);
        m_answer = m_classifier->classify(slice);
        addWarnings(m_answer.warnings, doubts);
        m_seen.remember(task.picture);
    }
    auto answer = m_answer;
    for (std::size_t i = 0; i < answer.scores.size(); ++i)
        answer.scores[i].name = asked->names.at(i);
    addWarnings(answer.warnings, asked->warnings);
    answer.unknownWords = asked->unknownWords;
    return answer;
}

std::optional<models::ClassHeat> ClassifierWorker::explain(
    const ClassifyTask& task, const std::string& name, std::stop_token stop, const imaging::Progress& progress)
{
    const auto asked = prepare(task, stop, progress);
    if (!asked)
        return std::nullopt;
    progress.report(0.6, "looking where the picture speaks for the class");
    const auto& names = asked->names;
    const auto place = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    auto heat = m_classifier->explain(imaging::sliceOf(*task.picture.volume, task.picture.slice),
        place < names.size() ? asked->classes[place] : name);
    heat.name = name;
    return heat;
}

models::Precision ClassifierWorker::precision() const
{
    return m_classifier ? m_classifier->precision() : models::Precision::Auto;
}

} // namespace app
