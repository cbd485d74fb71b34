#include "ui/panels/tool_option_fields.h"

#include "ui/panels/range_fields.h"
#include "ui/panels/tool_choice_fields.h"
#include "ui/tools/tool_table.h"
#include "ui/views/view_state.h"

#include <QHBoxLayout>

#include <map>

namespace ui {

ToolOptionFields::ToolOptionFields(const ShownPicture& picture, ViewState& state, QWidget* parent)
    : QWidget(parent)
{
    const std::map<ToolOption, QWidget*> fields{{ToolOption::Range, new RangeFields(picture, state, RangeFields::Of::Tool)},
        {ToolOption::Tip, new TipField(state)}, {ToolOption::Region, new RegionFields(state)},
        {ToolOption::Cut, new CutFields(state)}};
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    for (const auto& [option, field] : fields)
        row->addWidget(field);
    const auto follow = [this, fields](ToolId tool) {
        const ToolOptionSet wanted = toolRow(tool).options;
        for (const auto& [option, field] : fields)
            field->setVisible(wanted.testFlag(option));
        setVisible(wanted != ToolOptionSet());
    };
    connect(&state, &ViewState::toolChanged, this, follow);
    follow(state.tool());
}

} // namespace ui
