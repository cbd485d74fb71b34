#include "annotations/report/reading.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto own = annotations::fieldsOfOwnWording(text);
    if (own && annotations::normalized(*own) != *own)
        std::abort();
    const auto reading = annotations::readReport(text);
    for (const auto& finding : reading.findings)
        if (finding.begin > finding.end || finding.end > size)
            std::abort();
    const auto choice = annotations::chooseFor(reading, "pulmonary infection");
    if ((choice.verdict == annotations::ReadingVerdict::Draw) != choice.why.empty())
        std::abort();
    return 0;
}
