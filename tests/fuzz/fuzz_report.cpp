#include "annotations/report/report_text.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto report = annotations::parse(text);
    const bool kept = report.understood || report.fields.freeText == text;
    if (!kept || (report.understood && annotations::normalized(report.fields) != report.fields))
        std::abort();
    return 0;
}
