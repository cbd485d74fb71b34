#include "app/workflow/relabel/relabel_data.h"

#include "app/workflow/relabel/relabel.h"
#include "app/workflow/relabel/relabel_pictures.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "models/facade/files.h"
#include "models/package/package.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace app {

using annotations::Cohort;
using annotations::Study;
using annotations::TrainingRun;
using imaging::Error;
using imaging::ErrorKind;

namespace {

bool isValidation(const Study& study)
{
    return study.split == "valid" && annotations::hasLabel(study.state);
}

bool isTraining(const Study& study)
{
    return study.split != "valid" && study.split != "test";
}

/// The same file under another name; a copy where the drive has no hard links.
void linkFile(const std::filesystem::path& from, const std::filesystem::path& to)
{
    std::error_code problem;
    std::filesystem::create_directories(to.parent_path(), problem);
    std::filesystem::create_hard_link(from, to, problem);
    if (!problem || std::filesystem::exists(to))
        return;
    imaging::AtomicFile copy(to);
    std::filesystem::copy_file(from, copy.temporaryPath(), problem);
    if (problem)
        throw Error(ErrorKind::Io,
            "The file '" + from.string() + "' cannot be copied to '" + to.string() + "': " + problem.message() + ".",
            to.string());
    copy.commit();
}

/// Where the picture is not as the network is to see it, copies are turned in place of links.
class TrainingPictures
{
public:
    TrainingPictures(const Cohort& cohort, std::filesystem::path folder)
        : m_cohort(cohort)
        , m_folder(std::move(folder))
        , m_sides(textSidesOf(cohort))
    {
    }

    /// The turn that both picture and mask of the case need.
    imaging::Turn turnOf(const Study& study, const std::stop_token& stop) const
    {
        return models::turnFor(m_sides, sidesOfCase(m_cohort, study, stop));
    }

    void addPicture(const Study& study, const std::string& name, imaging::Turn turn) const
    {
        const auto file = m_cohort.pictureFile(study);
        if (turn.isNone())
            return linkFile(file, m_folder / name);
        imaging::Warnings ignored;
        const auto picture = imaging::turned(imaging::sliceOf(*imaging::readImageFile(file, ignored), 0), turn);
        const std::vector<std::uint8_t> pixels(picture.values.begin(), picture.values.end());
        std::filesystem::create_directories((m_folder / name).parent_path());
        imaging::writeGreyPng(m_folder / name, picture.columns, picture.rows, pixels);
    }

    void addMask(const Study& study, const std::string& name, imaging::Turn turn) const
    {
        if (turn.isNone())
            return linkFile(m_cohort.maskFile(study.id, study.maskRevision), m_folder / name);
        const auto mask = m_cohort.readMask(study.id, study.maskRevision);
        imaging::VoxelGrid grid;
        grid.columns = turn.transposed ? mask.rows : mask.columns;
        grid.rows = turn.transposed ? mask.columns : mask.rows;
        grid.slices = 1;
        std::filesystem::create_directories((m_folder / name).parent_path());
        imaging::writeLabels(m_folder / name, grid, imaging::turned(mask.values, mask.columns, mask.rows, turn));
    }

private:
    const Cohort& m_cohort;
    std::filesystem::path m_folder;
    imaging::Sides m_sides;
};

void requirePicture(const Cohort& cohort, const Study& study)
{
    std::error_code problem;
    if (std::filesystem::exists(cohort.pictureFile(study), problem))
        return;
    const auto opened = openCase(cohort, study, {}, {});
    ensurePicture(cohort, study, *opened.volume, opened.slice);
}

} // namespace

std::vector<Study> allStudies(const Cohort& cohort)
{
    constexpr int kPart = 1000;
    std::vector<Study> studies;
    for (auto part = cohort.studiesAfter(0, kPart); !part.empty(); part = cohort.studiesAfter(studies.back().id, kPart))
        studies.insert(studies.end(), part.begin(), part.end());
    return studies;
}

void chooseValidation(Cohort& cohort, std::vector<Study>& studies, double fraction)
{
    if (std::any_of(studies.begin(), studies.end(), isValidation))
        return;
    std::vector<Study*> labelled;
    for (auto& study : studies)
        if (isTraining(study) && annotations::hasLabel(study.state))
            labelled.push_back(&study);
    if (labelled.size() < 2)
        throw Error(ErrorKind::InvalidInput,
            "The cohort '" + cohort.folder().string() + "' has " + std::to_string(labelled.size())
                + " labelled cases; a training needs at least two: import masks, or accept or draw some.",
            cohort.folder().string());
    std::sort(labelled.begin(), labelled.end(), [](const Study* a, const Study* b) { return a->shuffle < b->shuffle; });
    const double wanted = std::round(fraction * static_cast<double>(labelled.size()));
    const auto count = static_cast<std::size_t>(std::clamp(wanted, 1.0, static_cast<double>(labelled.size() - 1)));
    // What is kept aside is a picture with all its sentences.
    std::set<std::string> pictures;
    for (std::size_t place = 0; place < count; ++place)
        pictures.insert(labelled[place]->digest);
    const auto isKeptAside = [&](const Study* study) { return pictures.contains(study->digest); };
    if (std::all_of(labelled.begin(), labelled.end(), isKeptAside))
        throw Error(ErrorKind::InvalidInput,
            "All labelled cases of the cohort '" + cohort.folder().string()
                + "' are sentences about one picture; a training needs at least two pictures.",
            cohort.folder().string());
    for (auto& study : studies)
        if (isTraining(study) && pictures.contains(study.digest)) {
            cohort.setSplit(study.id, "valid");
            study.split = "valid";
        }
}

void countCases(const std::vector<Study>& studies, bool withUnlabelled, TrainingRun& run)
{
    for (const auto& study : studies) {
        const bool labelled = annotations::hasLabel(study.state);
        run.validation += isValidation(study);
        run.labelled += isTraining(study) && labelled;
        run.unlabelled += isTraining(study) && !labelled && withUnlabelled;
    }
}

bool writeTrainingData(const Cohort& cohort, const std::vector<Study>& studies, const std::filesystem::path& folder,
    bool withUnlabelled, const std::stop_token& stop, const imaging::Progress& progress)
{
    std::string manifest = models::data::csvLine({"split", "image", "mask", "text"}) + "\n";
    const TrainingPictures pictures(cohort, folder);
    std::size_t done = 0;
    for (const auto& study : studies) {
        if (stop.stop_requested())
            return false;
        progress.report(static_cast<double>(done++) / static_cast<double>(studies.size()), "gathering the cases");
        const bool labelled = annotations::hasLabel(study.state);
        if (!isValidation(study) && !isTraining(study))
            continue;
        const std::string image = "pictures/" + study.name + ".png";
        const std::string mask = labelled ? "masks/" + study.name + ".png" : std::string();
        if (labelled || withUnlabelled) {
            requirePicture(cohort, study);
            const auto turn = pictures.turnOf(study, stop);
            pictures.addPicture(study, image, turn);
            if (labelled)
                pictures.addMask(study, mask, turn);
        }
        const std::string split = !labelled && !withUnlabelled ? "unlabelled" : isValidation(study) ? "valid" : "train";
        manifest += models::data::csvLine({split, image, mask, study.text}) + "\n";
    }
    imaging::writeFileAtomically(folder / "manifest.csv", manifest);
    return true;
}

} // namespace app
