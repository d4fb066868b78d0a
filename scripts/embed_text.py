#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""embed_text.py FILE NAME OUT: writes a C++ source that holds FILE as `const char* const NAME`."""
import sys

text, name, out = open(sys.argv[1], encoding='utf-8').read(), sys.argv[2], sys.argv[3]
assert ')sql"' not in text
# A string literal has a guaranteed length of 65,536 only, so the text is cut into literals that the compiler joins.
parts = [text[i:i + 8000] for i in range(0, len(text), 8000)]
with open(out, 'w', encoding='utf-8') as f:
    f.write('// Generated from %s.\nnamespace storage {\nextern const char* const %s;\nconst char* const %s =\n' % (sys.argv[1].split('/')[-1], name, name))
    f.write('\n'.join('R"sql(%s)sql"' % part for part in parts) + ';\n}  // namespace storage\n')
