#include "app/workflow/relabel/relabel.h"

#include "annotations/seg/reader.h"
#include "app/workflow/open.h"
#include "app/workflow/open_mask.h"
#include "app/workflow/relabel/relabel_pictures.h"
#include "app/workflow/relabel/relabel_sources.h"
#include "imaging/error.h"
#include "imaging/files/image_file.h"
#include "imaging/slice.h"
#include "models/facade/files.h"

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
    std::vector<Study> add(const std::vector<annotations::NewStudy>& cases);
    bool decideSides(const ImportItem& item, std::shared_ptr<const imaging::Volume>& volume);
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
    int m_sentences = 0; ///< New cases of pictures that were there.
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
    if (m_options.textSides)
        m_cohort.decideTextSides(*m_options.textSides);
    auto sources = findSources(m_options, m_stop, progress);
    m_result.refused = static_cast<int>(sources.refused.size());
    m_result.warnings = std::move(sources.refused);
    m_result.warnings.insert(m_result.warnings.end(), sources.warnings.begin(), sources.warnings.end());
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
    if (m_sentences > 0)
        m_result.warnings.push_back(std::to_string(m_sentences)
            + (m_sentences == 1 ? " new case is" : " new cases are")
            + " another sentence about a picture that was there: each is drawn and reviewed on its own.");
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
    const auto studies = studiesOf(item, volume);
    if (studies.empty())
        return;
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
    if (m_cohort.settings().textSides || !imaging::namesSide(item.text))
        return true;
    volume = openPicture(item.picture, {}, m_stop, {}).volume;
    if (!volume)
        return false; // Cancelled.
    const bool isDicom = !volume->info().sources.empty();
    if (isDicom || imaging::sidesOf(*volume, 0).known()) {
        m_cohort.decideTextSides(imaging::Sides::Patient);
        return true;
    }
    m_result.sidesWanted = true;
    m_result.warnings.push_back("The texts name sides, and the picture '" + item.picture.string()
        + "' does not say where the patient's are: say whose left and right the texts mean, the patient's or the "
          "picture's, and import again.");
    return false;
}

/// One case for each slice, as the store is to have it.
std::vector<annotations::NewStudy> casesOf(
    const Cohort& cohort, const ImportItem& item, const std::string& digest, const imaging::Volume& volume)
{
    std::vector<annotations::NewStudy> cases;
    const auto& sources = volume.info().sources;
    for (int slice = 0; slice < volume.grid().slices; ++slice) {
        const auto place = static_cast<std::size_t>(slice);
        cases.push_back({pathInCohort(cohort, item.picture), slice, digest,
            place < sources.size() ? sources[place].sopInstanceUid : std::string(), volume.grid().columns,
            volume.grid().rows, item.text, item.split});
    }
    return cases;
}

/// The same of a picture that is known, which need not be read.
std::vector<annotations::NewStudy> casesOf(const Cohort& cohort, const ImportItem& item, const std::string& digest)
{
    std::vector<annotations::NewStudy> cases;
    for (auto known = cohort.findByPicture(digest, 0); !known.empty();
         known = cohort.findByPicture(digest, static_cast<int>(cases.size()))) {
        const auto& study = known.front();
        cases.push_back({study.picture, study.slice, digest, study.instanceUid, study.columns, study.rows, item.text,
            item.split});
    }
    return cases;
}

/// The cases of a picture's slices with the item's sentence; new ones are added. Empty when cancelled.
std::vector<Study> Importer::studiesOf(const ImportItem& item, std::shared_ptr<const imaging::Volume>& volume)
{
    const auto digest = models::weights::sha256OfFile(item.picture);
    auto cases = casesOf(m_cohort, item, digest);
    if (!cases.empty()) {
        const int before = m_result.studies;
        auto studies = add(cases);
        m_sentences += m_result.studies - before;
        return studies;
    }
    if (!volume)
        volume = openPicture(item.picture, {}, m_stop, {}).volume;
    return volume ? add(casesOf(m_cohort, item, digest, *volume)) : std::vector<Study>();
}

/// All slices of a file at once, so that a file is known either wholly or not at all. A case that is there already gets
/// the text or split that it lacked.
std::vector<Study> Importer::add(const std::vector<annotations::NewStudy>& cases)
{
    std::set<std::int64_t> lacking;
    for (const auto& one : cases)
        for (const auto& known : m_cohort.findByPicture(one.digest, one.slice))
            if (known.text.empty())
                lacking.insert(known.id);
    std::vector<Study> studies;
    for (const auto& one : m_cohort.addStudies(cases)) {
        studies.push_back(m_cohort.study(one.id));
        ++(one.isNew ? m_result.studies : m_result.known);
        m_result.texts += (one.isNew || lacking.contains(one.id)) && !studies.back().text.empty();
    }
    return studies;
}

/// Throws where a mask that comes without a sentence could belong to several.
void requireOneSentence(const Cohort& cohort, const Study& study, const std::filesystem::path& mask)
{
    if (cohort.findByPicture(study.digest, study.slice).size() > 1)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The picture '" + study.picture + "' has several sentences, and the mask '" + mask.string()
                + "' does not say which it belongs to: name both in a manifest.csv.",
            mask.string());
}

void Importer::takeMask(const ImportItem& item, const std::vector<Study>& studies, const imaging::Volume& volume)
{
    const auto mask = openMask(item.mask, volume);
    warn(item.mask, mask.warnings);
    if (item.text.empty())
        requireOneSentence(m_cohort, studies.front(), item.mask);
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
    const auto laid = layOnPicture(
        object, file, *opened.volume, OtherFrames::Expected, Confirmed::No, mask.warnings);
    mask.runs = runsOf(laid.map);
    mask.labels = laid.labels;
    warn(file, mask.warnings);
    for (int slice = 0; slice < opened.volume->grid().slices; ++slice) {
        const auto stored = sliceOfMask(m_cohort, mask, *opened.volume, slice, file);
        const auto cases = m_cohort.findByPicture(first.digest, slice);
        const bool drawn =
            std::any_of(stored.values.begin(), stored.values.end(), [](auto value) { return value != 0; });
        if (cases.empty() || !drawn)
            continue;
        requireOneSentence(m_cohort, cases.front(), file);
        takeLabel(cases.front(), stored, file);
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
