#pragma once

#include "ui/filter_actions.h"
#include "ui/models/label_list.h"
#include "ui/models/mask_filters.h"
#include "ui/models/study_list.h"
#include "ui/models/unfinished_list.h"
#include "ui/study_actions.h"

namespace ui {

/// What all pages that show studies have in common: commands and lists, which a page offers with panels of its own and
/// which controllers fill and follow whichever page is shown.
struct StudyParts
{
    StudyActions actions;
    StudyList list;
    LabelList labels;
    FilterActions filterActions;
    MaskFilters filters;
    UnfinishedList unfinished;
};

} // namespace ui
