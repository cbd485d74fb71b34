#pragma once

#include "annotations/cohort/cohort.h"
#include "annotations/cohort/review_queue.h"
#include "annotations/cohort/training_runs.h"
#include "app/workflow/relabel/relabel.h"
#include "tests/gui/workstation_fixture.h"
#include "ui/models/queue_model.h"
#include "ui/panels/cohort_panel.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/review_bar.h"
#include "ui/panels/review_panel.h"

#include <QDir>
#include <QFile>
#include <QImage>

#include <cmath>
#include <string>
#include <vector>

namespace fixtures {

inline constexpr int kColumns = 96;
inline constexpr int kRows = 80;

/// A folder with a manifest of `count` small pictures, the first `labelled` with a mask, all with a sentence.
inline void writeManifest(const QString& folder, int count, int labelled)
{
    QDir().mkpath(folder);
    QFile manifest(QDir(folder).filePath(QStringLiteral("manifest.csv")));
    if (!manifest.open(QIODevice::WriteOnly))
        qFatal("The manifest cannot be written.");
    manifest.write("split,image,mask,text\n");
    for (int i = 0; i < count; ++i) {
        QImage picture(kColumns, kRows, QImage::Format_Grayscale8);
        for (int y = 0; y < kRows; ++y)
            for (int x = 0; x < kColumns; ++x)
                picture.scanLine(y)[x] = static_cast<uchar>((x * 2 + y + i * 7) % 256);
        picture.save(QDir(folder).filePath(QStringLiteral("p%1.png").arg(i)));
        QString mask;
        if (i < labelled) {
            mask = QStringLiteral("m%1.png").arg(i);
            QImage drawn(kColumns, kRows, QImage::Format_Grayscale8);
            drawn.fill(0);
            for (int y = 20; y < 40; ++y)
                std::fill_n(drawn.scanLine(y) + 10, 20, uchar{255});
            drawn.save(QDir(folder).filePath(mask));
        }
        manifest.write(QStringLiteral("train,p%1.png,%2,\"one infected area, lower left lung, number %1\"\n")
                           .arg(QString::number(i), mask)
                           .toUtf8());
    }
}

/// A mask of one rectangle.
inline annotations::StoredMask rectangle(int left, int top, int width, int height)
{
    annotations::StoredMask mask{kColumns, kRows, std::vector<std::uint16_t>(kColumns * kRows)};
    for (int y = top; y < top + height; ++y)
        std::fill_n(mask.values.begin() + y * kColumns + left, width, std::uint16_t{1});
    return mask;
}

/// A cohort of `count` cases that wait: each has a model's mask, the first is the most uncertain. Some more came with
/// a mask.
inline std::filesystem::path makeCohort(const QString& place, int count, int labelled = 0)
{
    const QString source = QDir(place).filePath(QStringLiteral("source"));
    writeManifest(source, count + labelled, labelled);
    const std::filesystem::path folder = QDir(place).filePath(QStringLiteral("cohort")).toStdString();
    annotations::createCohort(folder, {"Ward 7", imaging::Sides::Picture, "Pulmonary infection"});
    annotations::Cohort cohort(folder);
    app::RelabelImportOptions options;
    options.source = source.toStdString();
    options.who = "importer";
    app::importIntoCohort(cohort, options, {}, {});
    double entropy = 0.9;
    for (const auto& study : cohort.studiesAfter(0, count + labelled)) {
        if (study.state != annotations::CaseState::Unlabelled)
            continue;
        annotations::Prediction prediction;
        prediction.mask = rectangle(30, 30, 20, 10);
        prediction.model = {"fake", "1", std::string(64, 'a'), 0};
        prediction.who = "model";
        prediction.text = study.text;
        prediction.scores.entropy = entropy;
        entropy *= 0.97;
        cohort.addPrediction(study.id, prediction);
    }
    return folder;
}

/// The workstation on a cohort as one reader.
class ReviewBench
{
public:
    ReviewBench(const std::filesystem::path& data, const std::filesystem::path& cohort, const std::string& reader,
        const std::filesystem::path& program = "limn", const std::string& package = {})
        : workstation({[]() -> std::unique_ptr<models::Segmenter> {
                           throw imaging::Error(imaging::ErrorKind::NotFound, "There is no model package.");
                       },
            data, package, "cpu", reader, program})
    {
        auto& window = workstation.window;
        window.resize(1400, 900);
        window.show();
        if (!cohort.empty())
            workstation.relabel.openCohort(QString::fromStdString(cohort.string()));
    }

    template <typename T> T& part(const char* name)
    {
        T* found = workstation.window.findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("There is no part %s.", name);
        return *found;
    }
    bool said(const QString& words)
    {
        return workstation.messages.texts().join(QLatin1Char('\n')).contains(words);
    }
    std::int64_t shown() const { return workstation.review.shownCase(); }
    ui::QueueModel& queue() { return workstation.relabelPage.review().queue().model(); }
    ui::ReviewBar::State state() { return workstation.relabelPage.bar().state(); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        auto& window = workstation.window;
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.view().setFocus();
        QTest::keyClick(&window.view(), key, modifiers);
    }
    void paint()
    {
        auto edit = workstation.session.beginEdit();
        edit->paintRun(100, 50, 1);
        workstation.session.commit(*edit, QStringLiteral("Brush"));
    }

    app::Workstation workstation;
};

} // namespace fixtures

/// Waits until a case is on the screen; `id` is its number in the store.
#define SHOWN(bench, id)                                                                                               \
    QTRY_VERIFY_WITH_TIMEOUT((bench).shown() == (id) && !(bench).workstation.review.isBusy(), fixtures::kPatience)
