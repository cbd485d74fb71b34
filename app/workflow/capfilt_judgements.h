#pragma once

#include "app/workflow/capfilt.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace app {

/// What runs of CapFilt to one output have judged, kept in judgedFile() until all is done: a line of JSON for each
/// picture, whole or not at all.
class CapFiltJudgements
{
public:
    /// Reads what earlier runs left. Throws Error(WrongUse) when there is some and the request does not resume, or has
    /// other models or other settings of writing; Error(InvalidInput) when the file is none of ours, Error(Io).
    explicit CapFiltJudgements(const CapFiltRequest& request);

    /// The pairs of a picture; null: not judged yet. `slice` as JudgedPair's.
    const std::vector<JudgedPair>* find(const std::string& image, int slice) const;

    /// All pairs of a picture at once. Throws Error(Io).
    void add(const std::string& image, int slice, const std::vector<JudgedPair>& pairs);

    /// All is done: nothing is to be resumed.
    void remove();

private:
    void open();
    void flush();
    void read();
    void take(const std::string& line);

    std::filesystem::path m_file;
    std::string m_settings; ///< The first line.
    std::ofstream m_stream; ///< Not open before the first judgement.
    std::map<std::pair<std::string, int>, std::vector<JudgedPair>> m_pairs;
};

} // namespace app
