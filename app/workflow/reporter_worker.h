#pragma once

#include "app/workflow/picture_choice.h"
#include "app/workflow/prompt.h"
#include "app/workflow/text_match.h"
#include "imaging/progress.h"
#include "models/facade/reporter.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Opens the model at a path: the workstation's opens limn-models, a test's gives a fake.
using ReporterFactory = std::function<std::unique_ptr<models::Reporter>(const std::filesystem::path& model)>;

/// What a model can do.
struct ReporterAbilities
{
    bool writes = false; ///< Also without a prompt.
    bool answers = false; ///< The prompt may be a question; it must where it does not write.
    bool compares = false;
    std::string example; ///< How a text may begin, of words that it knows, as far as is known; maybe empty.
};

/// What is asked of which model about which picture.
struct ReporterTask
{
    std::filesystem::path model;
    PictureChoice picture;
    UserSides user = {};
};

/// What a model saw, and what it wrote about it.
struct DraftOutcome
{
    ReporterAbilities abilities;
    models::ReporterView view;
    models::Draft draft;
    std::vector<std::string> sentences; ///< Of the first text.
};

struct MatchOutcome
{
    ReporterAbilities abilities;
    models::ReporterView view;
    ReportMatch match;
};

/// Owns the model that writes and compares, and what it computed of the last picture: a second question about that does
/// not encode it again. Used on one thread only (Lane::Words); made before the JobRunner, so that it outlives the thread.
class ReporterWorker
{
public:
    explicit ReporterWorker(ReporterFactory factory);

    /// Opens the model unless it is open. Throws as ReporterFactory does; then none is open.
    ReporterAbilities open(const std::filesystem::path& model);
    /// writeInSides(); a picture that the model is not for, or on which there is nothing to see, is warned about.
    /// Throws Error(WrongUse) for a model that does not write, for no question to one that only answers, or for one to a
    /// model that answers none,
    /// Error(InvalidInput) for a prompt that is no UTF-8; also as open() and writeInSides do. After a stop request what
    /// is there.
    DraftOutcome write(const ReporterTask& task, const models::DraftRequest& request, std::stop_token stop,
        const imaging::Progress& progress, const std::function<void(const std::string& soFar)>& show);
    /// matchReport(), with the same warnings. Throws Error(WrongUse) for a model that does not compare,
    /// Error(InvalidInput) for a text that is no UTF-8; also as open() and matchReport do.
    MatchOutcome match(const ReporterTask& task, const std::string& text, std::stop_token stop,
        const imaging::Progress& progress);

    /// What the open model computes in; Auto where none is open.
    models::Precision precision() const;

private:
    void look(const PictureChoice& picture, Confirmed confirmed);

    ReporterFactory m_factory;
    std::filesystem::path m_path; ///< Of the open model.
    std::unique_ptr<models::Reporter> m_reporter;
    PictureMemory m_seen;
    models::ReporterView m_view; ///< Of what was seen.
    models::PackageHead m_head; ///< What the open model says of itself.
    imaging::Warnings m_doubts; ///< About what was seen.
};

} // namespace app
