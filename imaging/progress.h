#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace imaging {

/// Receives how far a long operation has come. Called from the working thread; the receiver brings it to its own.
class Progress
{
public:
    using Sink = std::function<void(double fraction, std::string_view stage)>;

    Progress() = default;
    explicit Progress(Sink sink)
        : m_sink(std::move(sink))
    {
    }

    /// `fraction` in 0..1, `stage` a short phrase such as "reading slices". Free when nobody listens.
    void report(double fraction, std::string_view stage) const
    {
        if (m_sink)
            m_sink(fraction, stage);
    }

private:
    Sink m_sink;
};

/// Findings that did not stop the operation, one English sentence each.
using Warnings = std::vector<std::string>;

} // namespace imaging
