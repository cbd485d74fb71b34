#include "app/cli/relabel_review.h"

#include "annotations/cohort/review_queue.h"
#include "app/cli/number_check.h"
#include "app/cli/relabel_json.h"
#include "app/workflow/relabel/relabel.h"
#include "imaging/error.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace app::cli {

namespace {

using annotations::Cohort;
using annotations::DecisionResult;
using annotations::Study;
using annotations::Verdict;
using imaging::Error;
using imaging::ErrorKind;

struct QueueOptions
{
    std::string cohort;
    std::string order = "uncertainty";
    std::string state;
    std::string after;
    int count = 20;
};

struct NextOptions
{
    std::string cohort;
    std::string order = "uncertainty";
    std::string reader = defaultReader();
    bool skip = false;
};

struct DecisionOptions
{
    Verdict verdict = Verdict::Accept;
    std::string cohort;
    std::vector<std::string> ids;
    std::string reader = defaultReader();
    std::string note;
    std::string mask;
    int revision = -1;
};

const std::vector<std::string> kOrders{"uncertainty", "entropy", "disagreement", "mismatch", "random", "import"};

ExitCode printQueue(const QueueOptions& options, const Console& console)
{
    const Cohort cohort(options.cohort);
    const auto order = *annotations::queueOrderOf(options.order);
    annotations::QueueFilter filter;
    if (!options.state.empty())
        filter.state = annotations::caseStateOf(options.state);
    std::optional<annotations::QueueKey> after;
    if (!options.after.empty())
        after = annotations::keyOf(studyNamed(cohort, options.after), order);
    const auto page = annotations::queuePage(cohort, order, after, options.count, filter);
    const int length = annotations::queueLength(cohort, filter);
    nlohmann::json cases = nlohmann::json::array();
    for (const auto& study : page) {
        console.line(lineOf(study));
        auto json = jsonOf(study);
        if (console.json && study.maskRevision > 0)
            json["mask"] = cohort.maskFile(study.id, study.maskRevision).string();
        cases.push_back(std::move(json));
    }
    console.line(std::to_string(page.size()) + " of " + std::to_string(length) + " cases");
    console.document({{"order", options.order}, {"length", length}, {"cases", cases}});
    return ExitCode::Done;
}

ExitCode showNext(const NextOptions& options, const Console& console)
{
    Cohort cohort(options.cohort);
    auto study = options.skip ? std::nullopt : annotations::resumeCase(cohort, options.reader);
    if (!study)
        study = annotations::nextCase(cohort, options.reader, *annotations::queueOrderOf(options.order));
    if (!study) {
        console.line("No case is left to review.");
        console.document({{"case", nullptr}});
        return ExitCode::Done;
    }
    console.line(lineOf(*study));
    console.line("picture: " + cohort.sourceFile(*study).string());
    auto json = jsonOf(*study);
    json["picture"] = cohort.sourceFile(*study).string();
    if (study->maskRevision > 0) {
        const auto mask = cohort.maskFile(study->id, study->maskRevision).string();
        console.line("mask:    " + mask);
        json["mask"] = mask;
    }
    console.document({{"case", json}});
    return ExitCode::Done;
}

/// The cases that were named, or the one on the reader's screen.
std::vector<Study> casesOf(Cohort& cohort, const DecisionOptions& options)
{
    std::vector<Study> cases;
    for (const auto& name : options.ids)
        cases.push_back(studyNamed(cohort, name));
    if (!cases.empty())
        return cases;
    auto present = annotations::resumeCase(cohort, options.reader);
    if (!present)
        throw Error(ErrorKind::WrongUse,
            "'" + options.reader + "' has no case at hand: take one with `limn relabel next`, or name one with --id.");
    return {*present};
}

std::string sentenceOf(const Study& study, const annotations::DecisionOutcome& outcome)
{
    const std::string now = study.name + " is " + std::string(annotations::nameOf(outcome.study.state));
    if (outcome.result == DecisionResult::Conflict)
        return study.name + " was decided by " + outcome.otherReader + " meanwhile and stays "
            + std::string(annotations::nameOf(outcome.study.state)) + "; this decision is kept in its history only.";
    return outcome.result == DecisionResult::Merged ? now + " (it had changed meanwhile)." : now + ".";
}

ExitCode decide(const DecisionOptions& options, const Console& console)
{
    Cohort cohort(options.cohort);
    nlohmann::json results = nlohmann::json::array();
    std::size_t conflicts = 0;
    const auto cases = casesOf(cohort, options);
    for (const auto& study : cases) {
        annotations::Decision decision;
        decision.verdict = options.verdict;
        decision.revision = options.revision < 0 ? study.revision : options.revision;
        decision.who = options.reader;
        decision.note = options.note;
        if (options.verdict == Verdict::Edit) {
            imaging::Warnings warnings;
            decision.mask = readMaskFor(cohort, study, options.mask, console.stop, warnings);
            console.warn(warnings);
        }
        const auto outcome = cohort.decide(study.id, decision);
        const bool conflict = outcome.result == DecisionResult::Conflict;
        conflicts += conflict;
        console.line(sentenceOf(study, outcome));
        auto json = jsonOf(outcome.study);
        json["result"] = conflict ? "conflict" : outcome.result == DecisionResult::Merged ? "merged" : "applied";
        json["other_reader"] = outcome.otherReader;
        results.push_back(std::move(json));
    }
    console.document({{"cases", results}, {"conflicts", conflicts}});
    if (conflicts == 0)
        return ExitCode::Done;
    return conflicts == cases.size() ? ExitCode::Refused : ExitCode::PartlyDone;
}

ExitCode printHistory(const std::string& folder, const std::string& id, const Console& console)
{
    const Cohort cohort(folder);
    const auto study = studyNamed(cohort, id);
    nlohmann::json entries = nlohmann::json::array();
    console.line(lineOf(study));
    for (const auto& entry : cohort.history(study.id)) {
        console.line(lineOf(entry));
        entries.push_back(jsonOf(entry));
    }
    console.document({{"case", jsonOf(study)}, {"history", entries}});
    return ExitCode::Done;
}

void addQueue(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<QueueOptions>();
    CLI::App* command = relabel.add_subcommand("queue", "List the cases that wait for a reader, the worst first");
    addCohortOption(*command, options->cohort);
    command->add_option("--order", options->order, "What comes first")->check(CLI::IsMember(kOrders));
    command
        ->add_option("--state", options->state, "Cases of this state instead: labelled, accepted, edited, rejected ...")
        ->check(CLI::IsMember({"unlabelled", "predicted", "labelled", "accepted", "edited", "rejected"}));
    command->add_option("--after", options->after, "Those behind this case");
    command->add_option("--count", options->count, "How many")->check(CLI::Range(1, 100'000))->capture_default_str();
    command->footer("Example: limn relabel queue --cohort covid --order mismatch --count 10");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return printQueue(*options, console); }; });
}

void addNext(CLI::App& relabel, std::optional<Run>& run)
{
    auto options = std::make_shared<NextOptions>();
    CLI::App* command = relabel.add_subcommand("next",
        "Take the next case; no other reader gets it for five minutes. Without --skip an undecided one comes again");
    addCohortOption(*command, options->cohort);
    command->add_option("--order", options->order, "What comes first")->check(CLI::IsMember(kOrders));
    command->add_option("--reader", options->reader, "Who reads")->capture_default_str();
    command->add_flag("--skip", options->skip, "Leave the present case for later");
    command->footer("Example: limn relabel next --cohort covid && limn relabel accept --cohort covid");
    command->callback(
        [&run, options] { run = [options](const Console& console) { return showNext(*options, console); }; });
}

void addDecision(CLI::App& relabel, std::optional<Run>& run, const std::string& name, Verdict verdict,
    const std::string& help, const std::string& example)
{
    auto options = std::make_shared<DecisionOptions>();
    options->verdict = verdict;
    CLI::App* command = relabel.add_subcommand(name, help);
    addCohortOption(*command, options->cohort);
    auto* ids = command->add_option("--id", options->ids, "Which case (S000042); without it the one that `next` gave");
    command->add_option("--reader", options->reader, "Who decides")->capture_default_str();
    command->add_option("--note", options->note, "Why");
    command
        ->add_option("--revision", options->revision,
            "The case's revision that the decision is about; refused when another reader decided since")
        ->check(notNegative());
    if (verdict == Verdict::Edit) {
        command->add_option("--mask", options->mask, "The corrected mask: .png, .nii.gz, .nrrd or .dcm (SEG)")
            ->required();
        ids->expected(1);
    }
    command->footer(example);
    command->callback(
        [&run, options] { run = [options](const Console& console) { return decide(*options, console); }; });
}

} // namespace

Study studyNamed(const Cohort& cohort, const std::string& name)
{
    auto study = cohort.findByName(name);
    if (!study)
        throw Error(ErrorKind::NotFound,
            "There is no study '" + name + "' in the cohort; `limn relabel queue` lists them.", name);
    return *study;
}

void addReview(CLI::App& relabel, std::optional<Run>& run)
{
    addQueue(relabel, run);
    addNext(relabel, run);
    addDecision(relabel, run, "accept", Verdict::Accept, "Take the mask of a case as it is",
        "Example: limn relabel accept --cohort covid --id S000042 S000043");
    addDecision(relabel, run, "edit", Verdict::Edit, "Replace the mask of a case by a corrected one",
        "Example: limn relabel edit --cohort covid --id S000042 --mask corrected.png");
    addDecision(relabel, run, "reject", Verdict::Reject, "Refuse the mask of a case; another model may try again",
        "Example: limn relabel reject --cohort covid --id S000042 --note \"misses the apex\"");
    addDecision(relabel, run, "reopen", Verdict::Reopen, "Take a decision back: the case waits for a reader again",
        "Example: limn relabel reopen --cohort covid --id S000042");
    auto options = std::make_shared<std::pair<std::string, std::string>>();
    CLI::App* history =
        relabel.add_subcommand("history", "Who or what made and judged the masks of a case, when, from what text");
    addCohortOption(*history, options->first);
    history->add_option("--id", options->second, "Which case (S000042)")->required();
    history->footer("Example: limn relabel history --cohort covid --id S000042");
    history->callback([&run, options] {
        run = [options](const Console& console) { return printHistory(options->first, options->second, console); };
    });
}

} // namespace app::cli
