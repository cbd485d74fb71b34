#pragma once

#include "imaging/slice.h"
#include "models/weights/read_weights.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>

/// Small BLIP-2s with tokenizers, made by tests/support/make_blip2.py.
namespace made_blip2 {

inline const std::vector<const char*> kKinds{"opt", "t5", "instruct-t5", "instruct-llama"};

inline imaging::Slice gradient(int columns, int rows)
{
    imaging::Slice slice;
    slice.columns = columns;
    slice.rows = rows;
    slice.window = {50, 100};
    for (int i = 0; i < columns * rows; ++i)
        slice.values.push_back(static_cast<float>(13 * i % 101));
    return slice;
}

/// A folder that is changed and opened, and goes with this.
class Folder
{
public:
    explicit Folder(const QString& kind)
    {
        const QString python = qEnvironmentVariable("LIMN_PYTHON", QStringLiteral("python3"));
        QProcess script;
        script.start(python, {QStringLiteral("tests/support/make_blip2.py"), kind, m_home.filePath("model")});
        if (!script.waitForFinished() || script.exitCode() != 0)
            qFatal("tests/support/make_blip2.py failed: %s", script.readAllStandardError().constData());
    }

    std::filesystem::path path() const { return m_home.filePath("model").toStdString(); }
    std::filesystem::path beside(const char* name) const { return m_home.filePath(QLatin1String(name)).toStdString(); }

    models::weights::StateDict weights() const { return models::weights::readWeights(path()); }

    /// Writes the weights as `change` leaves them.
    template <typename Change> void changeWeights(const Change& change) const
    {
        auto all = weights();
        change(all);
        models::weights::writeSafetensors(path() / "model.safetensors", all);
    }

    nlohmann::json config() const { return nlohmann::json::parse(std::ifstream(path() / "config.json")); }

    template <typename Change> void changeConfig(const Change& change) const
    {
        auto document = config();
        change(document);
        std::ofstream(path() / "config.json") << document;
    }

private:
    QTemporaryDir m_home;
};

inline void addKinds()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : kKinds)
        QTest::newRow(kind) << kind;
}

} // namespace made_blip2
