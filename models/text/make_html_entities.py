#!/usr/bin/env python3
"""Writes html_entities_table.cpp from Python's copy of the HTML standard's table: make_html_entities.py > html_entities_table.cpp"""
import html.entities


def entry(name, text):
    points = [f"0x{ord(c):x}" for c in text]
    return '{"%s", %s}' % (name, ", ".join(points))


print("""#include "models/text/html_entities.h"

namespace models::text::detail {

// HTML Living Standard, section 13.5 "Named character references". Made by make_html_entities.py; sorted by name.
// clang-format off
const std::array<HtmlEntity, %d> kHtmlEntities{{""" % len(html.entities.html5))
line = "   "
for name, text in sorted(html.entities.html5.items()):
    item = " " + entry(name, text) + ","
    if len(line + item) > 119:
        print(line)
        line = "   "
    line += item
print(line)
print("""}};
// clang-format on

} // namespace models::text::detail""")
