#include "app/workflow/adapt/adapt_worker.h"

#include "imaging/error.h"
#include "models/facade/files.h"

#include <cstdlib>

namespace app {

namespace {

namespace fs = std::filesystem;

/// Of an output that was made for one run, unless it is kept.
class FreshFolder
{
public:
    explicit FreshFolder(fs::path folder)
        : m_folder(std::move(folder))
    {
        if (fs::exists(m_folder))
            throw imaging::Error(
                imaging::ErrorKind::WrongUse, "'" + m_folder.string() + "' is there already.", m_folder.string());
    }
    ~FreshFolder()
    {
        std::error_code ignored;
        if (!m_kept)
            fs::remove_all(m_folder, ignored);
    }
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;

    void keep() { m_kept = true; }

private:
    fs::path m_folder;
    bool m_kept = false;
};

} // namespace

std::vector<AdaptPoint> readAdaptCurve(const fs::path& output)
{
    const auto file = output / "training" / "log.csv";
    if (!fs::exists(file))
        return {};
    const auto table = models::data::readCsv(file);
    const auto value = [&](const models::data::CsvTable::Row& row, const char* name) {
        const int column = table.column(name);
        return column < 0 ? 0.0 : std::atof(row.fields[std::size_t(column)].c_str());
    };
    std::vector<AdaptPoint> points;
    for (const auto& row : table.rows)
        points.push_back(
            {int(value(row, "epoch")), value(row, "loss"), value(row, "train_accuracy"), value(row, "valid_accuracy")});
    return points;
}

AdaptReport adaptStudies(const AdapterFactory& open, const models::ClipAdaptOptions& options,
    const std::function<void(const std::vector<AdaptPoint>&)>& curve, std::stop_token stop,
    const imaging::Progress& progress)
{
    FreshFolder folder(options.output);
    progress.report(0, "opening the model");
    const auto adapter = open(options.model);
    std::size_t told = 0;
    const auto tellEpochs = [&] {
        const auto points = readAdaptCurve(options.output);
        if (points.size() > told)
            curve(points);
        told = std::max(told, points.size());
    };
    const imaging::Progress watched([&](double fraction, std::string_view stage) {
        progress.report(fraction, stage);
        tellEpochs();
    });
    // Nobody can be asked in the middle of it: what is not known is taken to be as usual, and said.
    auto report = adaptAndScore(*adapter, options, {imaging::Sides::Patient, Confirmed::Yes}, stop, watched);
    if (report.cancelled)
        return report;
    tellEpochs();
    writeReport(report);
    folder.keep();
    return report;
}

} // namespace app
