#include "app/cli/commands.h"
#include "app/cli/model_option.h"
#include "app/cli/one_picture.h"
#include "app/cli/precision_option.h"
#include "app/workflow/reporter_worker.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace app::cli {

namespace {

struct CaptionOptions
{
    std::string model;
    std::string device = "auto";
    models::Precision precision = models::Precision::Auto;
    OnePictureOptions picture;
    models::DraftRequest request;
};

/// `computed`: what the model computed in.
nlohmann::json draftDocument(const CaptionOptions& options, int slice, const models::Draft& draft,
    double pictureSeconds, models::Precision computed, const imaging::Warnings& warnings)
{
    auto texts = nlohmann::json::array();
    for (const auto& one : draft.texts)
        texts.push_back({{"text", one.text}, {"score", one.score}});
    return {{"model", options.model}, {"prompt", options.request.prompt}, {"slice", slice + 1},
        {"sides", imaging::nameOf(options.picture.user.sides)}, {"texts", texts}, {"tokens", draft.tokens},
        {"picture_seconds", pictureSeconds}, {"first_token_seconds", draft.firstTokenSeconds},
        {"seconds", draft.seconds}, {"cancelled", draft.cancelled}, {"precision", models::precisionName(computed)},
        {"warnings", warnings}};
}

ExitCode caption(const CaptionOptions& options, const Console& console)
{
    const auto picture = openOnePicture(options.picture, options.model, console);
    if (!picture)
        return ExitCode::Cancelled;
    ReporterWorker worker(openReportersBy(options.device, options.precision));
    const auto outcome = worker.write(
        {options.model, *picture, options.picture.user}, options.request, console.stop, console.progress(), {});
    const auto& draft = outcome.draft;
    console.warn(draft.warnings);
    sayPrecision(worker.precision(), console);
    for (const auto& one : draft.texts)
        console.line(one.text);
    if (draft.cancelled)
        console.line(draft.texts.empty() ? "Stopped before a word was written."
                                         : "Stopped: what stands above is the beginning.");
    console.document(
        draftDocument(options, picture->slice, draft, outcome.view.seconds, worker.precision(), console.warned()));
    return draft.cancelled ? ExitCode::Cancelled : ExitCode::Done;
}

} // namespace

void addCaption(CLI::App& parent, std::optional<Run>& run)
{
    auto options = std::make_shared<CaptionOptions>();
    auto& request = options->request;
    CLI::App* command = parent.add_subcommand("caption",
        "A text about a picture, or the answer to a question (BLIP, BLIP-2, InstructBLIP): a machine's draft, to be read "
        "before use");
    addModel(*command, options->model,
        "Hugging Face folder of a BLIP, BLIP-2 or InstructBLIP, BLIP's own .pth with vocab.txt beside it, or a folder with "
        "LAVIS' .pth (below)");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->capture_default_str();
    addPrecision(*command, options->precision);
    addOnePicture(*command, options->picture, "Whose left and right the prompt means, and the text is to mean");
    command->add_option("--prompt", request.prompt, "Words that the text goes on from and that are not repeated, a question (a BLIP for questions; BLIP-2 takes what "
        "ends in ? as \"Question: ... Answer:\"), or what InstructBLIP is told to do");
    auto* beams = command
                      ->add_option("--beams", request.beams, "Texts that are followed at once; 1: the likeliest word each time")
                      ->capture_default_str()
                      ->check(CLI::PositiveNumber);
    auto* texts = command->add_option("--texts", request.texts, "The best so many, at most as many as beams")
                      ->capture_default_str()
                      ->check(CLI::PositiveNumber);
    command->add_option(
        "--max-tokens", request.maxTokens, "Tokens at most (default: 30; of BLIP's answers 10, of InstructBLIP's 256)");
    command->add_option("--min-tokens", request.minTokens, "Tokens at least (default: 1; of BLIP's captions 5)");
    command->add_option("--repetition-penalty", request.repetitionPenalty,
        "Above 1: words come again less often (default: 1; of InstructBLIP 1.5)");
    command
        ->add_option("--length-penalty", request.lengthPenalty, "Of beams: above 0 longer texts, below 0 shorter ones")
        ->capture_default_str();
    auto* sample = command->add_flag("--sample", request.sample, "Draw words by chance instead of following beams");
    sample->excludes(beams);
    sample->excludes(texts);
    command
        ->add_option("--top-p", request.topP, "With --sample: among the likeliest words with this probability together")
        ->capture_default_str()
        ->needs(sample);
    command->add_option("--temperature", request.temperature, "With --sample: above 1 bolder")
        ->capture_default_str()
        ->needs(sample);
    command->add_option("--seed", request.seed, "With --sample: the same seed gives the same text")
        ->capture_default_str()
        ->needs(sample)
        ->check(CLI::Range(0.0, 9e18));
    command->footer(
        "A .pth of LAVIS holds only what was trained. Its folder has a config.json that names it and the two other parts,\n"
        "by paths from the folder: {\"model_type\": \"blip-2\" or \"instructblip\", \"weights\": "
        "\"blip2_pretrained_opt2.7b.pth\",\n\"vision_weights\": \"eva_vit_g.pth\", \"language_model\": \"../opt-2.7b\"}; and "
        "bert-base-uncased's vocab.txt\nwhere the Q-Former reads texts (InstructBLIP).\n"
        "Example: limn caption --model blip-image-captioning-base --input cxr.dcm --prompt \"a radiograph of\"");
    runWithModel(*command, run, options->model, models::kWriters,
        [options](const Console& console) { return caption(*options, console); });
}

} // namespace app::cli
