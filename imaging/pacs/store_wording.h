#pragma once

#include "imaging/pacs/command_set.h"
#include "imaging/pacs/part10.h"
#include "imaging/pacs/store_scu.h"

#include <cstdint>
#include <string>

namespace imaging::pacs::detail {

/// What an answer means for a file; the predicate follows the file's name.
struct AnswerWording
{
    StoreState state;
    std::string predicate;
};

AnswerWording wordAnswer(const std::string& node, std::uint16_t status, const CommandSet& answer);

/// The predicate for a file whose kind or encoding the other side did not agree to.
std::string wordContextRefusal(const std::string& node, const FileMeta& meta, ContextResult why);

} // namespace imaging::pacs::detail
