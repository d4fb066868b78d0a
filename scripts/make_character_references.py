#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes scraper/parse/character_reference_names.cpp: what the named character references of HTML stand for (HTML 13.5).

The list is Python's html.entities.html5. Each entry is a name with its semicolon, if it has one, and what it stands
for in UTF-8, with a space after each; they stand in the order of their names' bytes.

usage: scripts/make_character_references.py > scraper/parse/character_reference_names.cpp"""
import html.entities
import unicodedata

WIDTH = 108


def escaped(text: str) -> str:
    """As in a C string; what cannot be seen by itself in octal, which ends after three digits."""
    plain = lambda c: c == " " or (unicodedata.category(c)[0] in "LNPS" and c not in '"\\?')
    return "".join(c if plain(c) else "".join(f"\\{b:03o}" for b in c.encode()) for c in text)


lines, line = [], ""
for name, value in sorted(html.entities.html5.items()):
    entry = escaped(f"{name} {value} ")
    if len(line) + len(entry) > WIDTH:
        lines.append(line)
        line = ""
    line += entry
lines.append(line)

print("// SPDX-License-Identifier: MIT")
print("// Made by scripts/make_character_references.py.")
print('#include "scraper/parse/character_reference.h"\n\nnamespace scraper {\n')
print("// clang-format off\nconst std::string_view kCharacterReferenceNames =")
print("\n".join(f'    "{text}"' for text in lines) + ";")
print("// clang-format on\n\n}  // namespace scraper")
