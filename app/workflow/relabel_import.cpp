#include "app/workflow/relabel.h"

#include "annotations/seg/reader.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/relabel_pictures.h"
#include "app/workflow/relabel_sources.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "models/weights/sha256.h"

#include <algorithm>
#include <set>

namespace app {

namespace {

using annotations::CaseState;
using annotations::Cohort;
using annotations::Study;

/// Takes one file after the other and counts what came of it. One file's trouble is a warning.
class Importer
{
public:
    Importer(Cohort& cohort, const RelabelImportOptions& options, std::stop_token stop)
        : m_cohort(cohort)
        , m_options(options)
        , m_stop(std::move(stop))
    {
    }

    RelabelImportResult run(const imaging::Progress& progress);

private:
    void takeItem(const ImportItem& item);
    std::vector<Study> studiesOf(const ImportItem& item, std::shared_ptr<const imaging::Volume>& volume);
    std::vector<Study> addNew(const ImportItem& item, const std::string& digest, const imaging::Volume& volume);
    bool decideSides(const ImportItem& item, std::shared_ptr<const imaging::Volume>& volume);
    void takeText(const ImportItem& item, std::vector<Study>& studies);
    void takeMask(const ImportItem& item, const std::vector<Study>& studies, const imaging::Volume& volume);
    void takeSegmentation(const std::filesystem::path& file);
    void takeLabel(const Study& study, const annotations::StoredMask& mask, const std::filesystem::path& file);
    bool takeSegmentation(
        const annotations::SegObject& object, const Study& first, const std::filesystem::path& file);
    void warn(const std::filesystem::path& file, const imaging::Warnings& warnings);
    template <typename Work> void attempt(const std::string& where, Work work);

    Cohort& m_cohort;
    const RelabelImportOptions& m_options;
    std::stop_token m_stop;
    RelabelImportResult m_result;
};

template <typename Work> void Importer::attempt(const std::string& where, Work work)
{
    try {
        work();
    } catch (const imaging::Error& error) {
        using imaging::ErrorKind;
        // What is wrong with the store or the disk is wrong for all files.
        if (error.kind() == ErrorKind::Io || error.kind() == ErrorKind::Internal)
            throw;
        ++m_result.refused;
        m_result.warnings.push_back(error.what() + (where.empty() ? std::string() : " (" + where + ")"));
    }
}

RelabelImportResult Importer::run(const imaging::Progress& progress)
{
    if (!m_options.textSides.empty())
        m_cohort.decideTextSides(m_options.textSides);
    auto sources = findSources(m_options, m_stop, progress);
    m_result.refused = static_cast<int>(sources.refused.size());
    m_result.warnings = std::move(sources.refused);
    const double total =
        static_cast<double>(std::max<std::size_t>(1, sources.items.size() + sources.segmentations.size()));
    std::size_t done = 0;
    const auto takeAll = [&](const auto& files, auto take) {
        for (const auto& file : files) {
            if (m_stop.stop_requested() || m_result.sidesWanted)
                return;
            progress.report(static_cast<double>(done++) / total, "importing");
            take(file);
        }
    };
    takeAll(sources.items, [&](const ImportItem& item) { attempt(item.where, [&] { takeItem(item); }); });
    takeAll(sources.segmentations,
        [&](const std::filesystem::path& file) { attempt({}, [&] { takeSegmentation(file); }); });
    m_result.cancelled = sources.cancelled || m_stop.stop_requested();
    return m_result;
}

void Importer::takeItem(const ImportItem& item)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(item.picture, problem))
        throw imaging::Error(imaging::ErrorKind::NotFound, "There is no picture '" + item.picture.string() + "'.",
            item.picture.string());
    std::shared_ptr<const imaging::Volume> volume; // Read only when something of it is not known yet.
    if (!decideSides(item, volume))
        return;
    auto studies = studiesOf(item, volume);
    if (studies.empty())
        return;
    takeText(item, studies);
    for (const auto& study : studies)
        if (!std::filesystem::exists(m_cohort.pictureFile(study), problem)) {
            if (!volume)
                volume = openPicture(item.picture, {}, m_stop, {}).volume;
            if (!volume)
                return;
            ensurePicture(m_cohort, study, *volume, study.slice);
        }
    if (item.mask.empty())
        return;
    if (!volume)
        volume = openPicture(item.picture, {}, m_stop, {}).volume;
    if (volume)
        takeMask(item, studies, *volume);
}

/// The first text that names a side says whose sides the cohort's texts mean, where its picture can say it. False: it
/// cannot, and whoever imports is to be asked.
bool Importer::decideSides(const ImportItem& item, std::shared_ptr<const imaging::Volume>& volume)
{
    if (!m_cohort.settings().textSides.empty() || !imaging::namesSide(item.text))
        return true;
    volume = openPicture(item.picture, {}, m_stop, {}).volume;
    if (!volume)
        return false; // Cancelled.
    const bool isDicom = !volume->info().sources.empty();
    if (isDicom || imaging::sidesOf(*volume, 0).known()) {
        m_cohort.decideTextSides("patient");
        return true;
    }
    m_result.sidesWanted = true;
    m_result.warnings.push_back("The texts name sides, and the picture '" + item.picture.string()
        + "' does not say where the patient's are: say whose left and right the texts mean, the patient's or the "
          "picture's, and import again.");
    return false;
}

/// The studies of a picture's slices; new ones are added. Empty when cancelled.
std::vector<Study> Importer::studiesOf(const ImportItem& item, std::shared_ptr<const imaging::Volume>& volume)
{
    const auto digest = models::sha256OfFile(item.picture);
    std::vector<Study> studies;
    while (auto known = m_cohort.findByPicture(digest, static_cast<int>(studies.size())))
        studies.push_back(std::move(*known));
    if (!studies.empty()) {
        m_result.known += static_cast<int>(studies.size());
        return studies;
    }
    if (!volume)
        volume = openPicture(item.picture, {}, m_stop, {}).volume;
    return volume ? addNew(item, digest, *volume) : studies;
}

/// All slices of a file at once, so that a file is known either wholly or not at all.
std::vector<Study> Importer::addNew(const ImportItem& item, const std::string& digest, const imaging::Volume& volume)
{
    std::vector<annotations::NewStudy> added;
    for (int slice = 0; slice < volume.grid().slices; ++slice) {
        annotations::NewStudy study;
        study.picture = pathInCohort(m_cohort, item.picture);
        study.slice = slice;
        study.digest = digest;
        if (static_cast<std::size_t>(slice) < volume.info().sources.size())
            study.instanceUid = volume.info().sources[static_cast<std::size_t>(slice)].sopInstanceUid;
        study.columns = volume.grid().columns;
        study.rows = volume.grid().rows;
        study.text = item.text;
        study.split = item.split;
        added.push_back(std::move(study));
    }
    std::vector<Study> studies;
    for (const auto& one : m_cohort.addStudies(added)) {
        studies.push_back(m_cohort.study(one.id));
        ++(one.isNew ? m_result.studies : m_result.known);
        m_result.texts += one.isNew && !item.text.empty();
    }
    return studies;
}

/// A picture that is there already gets the text or split that it lacked.
void Importer::takeText(const ImportItem& item, std::vector<Study>& studies)
{
    std::vector<annotations::NewStudy> lacking;
    for (const auto& study : studies) {
        const bool newText = study.text.empty() && !item.text.empty();
        if (!newText && (!study.split.empty() || item.split.empty()))
            continue;
        m_result.texts += newText;
        lacking.push_back({study.picture, study.slice, study.digest, study.instanceUid, study.columns, study.rows,
            item.text, item.split});
    }
    if (lacking.empty())
        return;
    m_cohort.addStudies(lacking);
    for (auto& study : studies)
        study = m_cohort.study(study.id);
}

void Importer::takeMask(const ImportItem& item, const std::vector<Study>& studies, const imaging::Volume& volume)
{
    const auto mask = openMask(item.mask, volume);
    warn(item.mask, mask.warnings);
    for (const auto& study : studies)
        takeLabel(study, sliceOfMask(m_cohort, mask, volume, study.slice, item.mask), item.mask);
}

void Importer::takeLabel(const Study& study, const annotations::StoredMask& mask, const std::filesystem::path& file)
{
    if (!m_cohort.importLabel(study.id, mask, m_options.who, file.filename().string()))
        return;
    const auto last = m_cohort.history(study.id).back();
    ++(last.conflicting ? m_result.conflicts : m_result.labels);
}

void Importer::warn(const std::filesystem::path& file, const imaging::Warnings& warnings)
{
    for (const auto& warning : warnings)
        m_result.warnings.push_back("\"" + file.filename().string() + "\": " + warning);
}

/// A SEG labels the slices that it has frames of.
void Importer::takeSegmentation(const std::filesystem::path& file)
{
    const auto object = annotations::readSeg(file);
    std::set<std::string> seen; // A picture with several frames is named by each.
    std::string trouble;
    int found = 0;
    for (const auto& instance : object.sourceInstances) {
        const auto first = m_cohort.findByInstance(instance);
        if (!first || !seen.insert(first->digest).second)
            continue;
        try {
            if (!takeSegmentation(object, *first, file))
                return;
            ++found;
        } catch (const imaging::Error& error) {
            if (error.kind() != imaging::ErrorKind::InvalidInput)
                throw;
            trouble = error.what(); // Between the planes of a SEG there may be pictures that it names all the same.
        }
    }
    if (found == 0 && !trouble.empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput, trouble, file.string());
    if (found == 0)
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "None of the pictures that the segmentation '" + file.string()
                + "' was made from is in the cohort: import them first.",
            file.string());
}

/// What a SEG draws on one picture, which may have several slices; false when cancelled.
bool Importer::takeSegmentation(
    const annotations::SegObject& object, const Study& first, const std::filesystem::path& file)
{
    const auto opened = openCase(m_cohort, first, m_stop, {});
    if (!opened.volume)
        return false;
    // Frames that lie on other pictures are taken with those.
    OpenedMask mask;
    const auto laid = layOnPicture(object, file, *opened.volume, OtherFrames::Expected, mask.warnings);
    mask.runs = runsOf(laid.map);
    mask.labels = laid.labels;
    warn(file, mask.warnings);
    for (int slice = 0; slice < opened.volume->grid().slices; ++slice) {
        const auto stored = sliceOfMask(m_cohort, mask, *opened.volume, slice, file);
        const auto study = m_cohort.findByPicture(first.digest, slice);
        const bool drawn =
            std::any_of(stored.values.begin(), stored.values.end(), [](auto value) { return value != 0; });
        if (study && drawn)
            takeLabel(*study, stored, file);
    }
    return true;
}

} // namespace

RelabelImportResult importIntoCohort(annotations::Cohort& cohort, const RelabelImportOptions& options,
    std::stop_token stop, const imaging::Progress& progress)
{
    return Importer(cohort, options, std::move(stop)).run(progress);
}

} // namespace app
