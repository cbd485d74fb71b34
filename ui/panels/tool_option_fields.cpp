#include "ui/panels/tool_option_fields.h"

#include "ui/panels/range_fields.h"
#include "ui/tools/tool_table.h"
#include "ui/views/view_state.h"

#include <QHBoxLayout>

#include <map>

namespace ui {

ToolOptionFields::ToolOptionFields(const ShownPicture& picture, ViewState& state, QWidget* parent)
    : QWidget(parent)
{
    const std::map<ToolOption, QWidget*> fields{{ToolOption::Range, new RangeFields(picture, state)}};
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    for (const auto& [option, field] : fields)
        row->addWidget(field);
    const auto follow = [this, fields](ToolId tool) {
        const ToolOption wanted = toolRow(tool).option;
        for (const auto& [option, field] : fields)
            field->setVisible(option == wanted);
        setVisible(fields.contains(wanted));
    };
    connect(&state, &ViewState::toolChanged, this, follow);
    follow(state.tool());
}

} // namespace ui
