#include "app/workflow/warnings.h"

#include <algorithm>

namespace app {

void addWarnings(imaging::Warnings& all, const imaging::Warnings& some)
{
    for (const auto& warning : some)
        if (std::find(all.begin(), all.end(), warning) == all.end())
            all.push_back(warning);
}

} // namespace app
