#pragma once

#include "app/workstation/workstation.h"
#include "tests/support/fake_segmenter.h"
#include "tests/support/phantom/phantom.h"
#include "ui/messages.h"
#include "ui/panels/segment_panel.h"
#include "ui/theme.h"
#include "ui/views/slice_view.h"

#include <QAction>
#include <QApplication>
#include <QMouseEvent>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>
#include <optional>

/// The workstation with a model whose answer is known, on a phantom in a folder of its own.
namespace fixtures {

constexpr int kPatience = 30000; ///< ms; builds and trainings may share the machine.

inline models::PackageInfo chestPackage()
{
    models::PackageInfo package;
    package.name = "fake";
    package.version = "1";
    package.sha256 = std::string(64, 'a');
    package.textSides = imaging::Sides::Picture;
    package.modalities = {"CR", "DX"};
    package.finding = "Pulmonary infection";
    return package;
}

class Bench
{
public:
    explicit Bench(models::PackageInfo package = chestPackage())
        : Bench([this, package = std::move(package)]() -> std::unique_ptr<models::Segmenter> {
            auto made = std::make_unique<support::FakeSegmenter>(package);
            fake = made.get();
            return made;
        })
    {
    }

    explicit Bench(app::SegmenterFactory factory)
        : Bench([factory = std::move(factory)](app::WorkstationOptions& options) { options.segmenter = factory; })
    {
    }

    /// `choose` adds to the options, which have a folder of their own.
    explicit Bench(const std::function<void(app::WorkstationOptions&)>& choose)
        : workstation(optionsIn(folder, choose))
    {
        workstation.window.resize(1400, 900);
        workstation.window.show();
    }

    static app::WorkstationOptions optionsIn(
        const QTemporaryDir& folder, const std::function<void(app::WorkstationOptions&)>& choose)
    {
        app::WorkstationOptions options{[] { return std::make_unique<support::FakeSegmenter>(chestPackage()); },
            std::filesystem::path(folder.path().toStdString()) / "data"};
        choose(options);
        return options;
    }

    QString file(const char* name) const { return folder.filePath(QLatin1String(name)); }
    std::filesystem::path path(const char* name) const { return file(name).toStdString(); }

    void writeXray(const char* name, const phantom::XrayOptions& options = {}) const
    {
        phantom::writeXray(path(name), options);
    }
    /// A picture of another series than writeXray()'s.
    void writeOtherXray(const char* name) const
    {
        phantom::XrayOptions options;
        options.seed = 2;
        writeXray(name, options);
    }

    template <typename T> T& part(const char* name)
    {
        T* found = workstation.window.findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("There is no part %s.", name);
        return *found;
    }
    void click(const char* name) { part<QPushButton>(name).click(); }

    bool said(const QString& words) const
    {
        return workstation.messages.texts().join(QLatin1Char('\n')).contains(words);
    }

    ui::SegmentPanel& panel() { return workstation.segmentPage.panel(); }
    ui::SliceView& view() { return workstation.window.view(); }
    ui::ShownPicture& picture() { return workstation.picture; }
    ui::ViewState& state() { return workstation.viewState; }
    app::Session& session() { return workstation.session; }

    /// A stroke with the left button between two positions in picture pixels.
    void stroke(QPointF from, QPointF to) { stroke(view(), from, to); }
    void stroke(ui::SliceView& view, QPointF from, QPointF to)
    {
        const auto send = [&view](QEvent::Type type, QPointF picture, Qt::MouseButton button, Qt::MouseButtons buttons) {
            const QPointF at = view.toWidget(picture);
            QMouseEvent event(type, at, view.mapToGlobal(at), button, buttons, Qt::NoModifier);
            QApplication::sendEvent(&view, &event);
        };
        send(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        send(QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
        send(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
    }

    QTemporaryDir folder;
    support::FakeSegmenter* fake = nullptr; ///< Valid once the model was opened.
    app::Workstation workstation;
};

/// Which slice of the open picture a plane is.
inline std::optional<int> sliceOf(Bench& bench, const imaging::Plane& plane)
{
    return imaging::sliceOn(bench.session().volume()->grid(), plane);
}

} // namespace fixtures

#define OPEN_PATH(bench, name)                                                                                         \
    (bench).workstation.open.open((bench).file(name));                                                                 \
    QTRY_VERIFY_WITH_TIMEOUT((bench).session().isOpen(), fixtures::kPatience)

/// "x.dcm" is written and open.
#define OPEN_XRAY(bench, ...)                                                                                          \
    (bench).writeXray("x.dcm", {__VA_ARGS__});                                                                         \
    OPEN_PATH(bench, "x.dcm")
