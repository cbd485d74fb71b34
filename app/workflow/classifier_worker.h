#pragma once

#include "app/workflow/picture_choice.h"
#include "app/workflow/prompt.h"
#include "imaging/progress.h"
#include "models/facade/classifier.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Opens the model at a path with the prompts that were learnt for it, or none: the workstation's opens limn-models, a
/// test's gives a fake.
using ClassifierFactory = std::function<std::unique_ptr<models::Classifier>(
    const std::filesystem::path& model, const std::filesystem::path& prompts)>;

struct ClassifierChoice
{
    std::filesystem::path model;
    std::filesystem::path prompts; ///< Empty: none.

    friend bool operator==(const ClassifierChoice&, const ClassifierChoice&) = default;
};

struct ClassifyTask
{
    ClassifierChoice choice;
    PictureChoice picture;
    models::ClassQuestion question; ///< Without classes: those of the learnt prompts; without templates: the usual ones.
    UserSides user = {};
};

/// What a model says before it is asked.
struct ClassifierAbilities
{
    std::vector<std::string> learntClasses; ///< That its prompts were learnt with.
    /// Those of a radiograph, or the name alone, where its package says that it does not know their words.
    std::vector<std::string> usualTemplates;
    std::vector<std::string> examples; ///< Classes whose words it knows, as far as is known; maybe none.
};

/// Owns the model that tells classes apart, the question that it has read and its last answer: the same question about
/// another picture does not encode the texts again, nor the same about the same picture anything. Used on the inference
/// thread only; made before the JobRunner, so that it outlives the thread.
class ClassifierWorker
{
public:
    explicit ClassifierWorker(ClassifierFactory factory);

    /// Opens the model unless it is open. Throws as ClassifierFactory does; then none is open.
    ClassifierAbilities open(const ClassifierChoice& choice);
    /// The question as questionInSides() puts it, without blanks around the names, the answer under the names that were
    /// asked for; a picture that the model is not for, or on which there is nothing to see, is warned about, and words
    /// that the model does not know. Throws
    /// Error(WrongUse) where no class is named, Error(InvalidInput) for one that is no UTF-8, and as open(),
    /// questionInSides() and Classifier do. Nothing after a stop request.
    std::optional<models::Classification> classify(
        const ClassifyTask& task, std::stop_token stop, const imaging::Progress& progress);

    /// Where the picture speaks for one of the task's classes. Throws and stops likewise.
    std::optional<models::ClassHeat> explain(const ClassifyTask& task, const std::string& name, std::stop_token stop,
        const imaging::Progress& progress);

    /// What the open model computes in; Auto where none is open.
    models::Precision precision() const;

private:
    /// The classes as the user names them and as the model is asked for them.
    struct Asked
    {
        std::vector<std::string> names;
        std::vector<std::string> classes;
        imaging::Warnings warnings;
        std::vector<std::string> unknownWords;
    };

    std::vector<std::string> unknownIn(const models::ClassQuestion& question) const;
    std::optional<Asked> prepare(
        const ClassifyTask& task, const std::stop_token& stop, const imaging::Progress& progress);
    void ask(models::ClassQuestion question);

    ClassifierFactory m_factory;
    ClassifierChoice m_choice; ///< Of the open model.
    models::PackageHead m_head; ///< What it says of itself.
    std::unique_ptr<models::Classifier> m_classifier;
    std::optional<models::ClassQuestion> m_question; ///< That the model has read.
    PictureMemory m_seen;
    models::Classification m_answer; ///< To the question about what was seen.
};

} // namespace app
