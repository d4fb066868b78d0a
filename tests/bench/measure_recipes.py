#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How much of the recipes of the public corpus structured data gives, against what recipe-scrapers makes of the pages.

 measure_recipes.py --dump build/tests/bench/structured-data-dump     reads the pages themselves
 measure_recipes.py --db results.db                                   reads pages.metadata of a crawl of site_server.py --pages

A page carries a field when a schema.org Recipe in its JSON-LD or microdata has it. Exit code 1 when a field of fewer than 95 % of
these pages equals the gold."""
import argparse
import collections
import gzip
import html
import itertools
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile

CORPORA = os.environ.get('SCRAPER_CORPORA', os.path.join(os.path.dirname(__file__), '../../../shared/corpora'))
FIELDS = ('title', 'ingredients', 'instructions_list')

# Gold whose text is in the structured data too, but which recipe-scrapers takes from elsewhere: its module for the host
# reads the field with selectors of its own. They are set aside, like gold whose text is not in the data at all.
FROM_SELECTORS = {
    ('gourmandize.com-gourmandize', 'title'): 'og:title',
    ('netacooks.com-netacooks_1', 'ingredients'): '.wprm-recipe-ingredient',
    ('potatorolls.com-potatorolls_1', 'ingredients'): 'paragraphs without <strong>',
    ('potatorolls.com-potatorolls_1', 'instructions_list'): 'paragraphs',
    ('dobruchut.aktuality.sk-dobruchutaktualitysk', 'instructions_list'): '.procedure-list p',
    ('kuchnia-domowa.pl-kuchniadomowa', 'instructions_list'): '#recipe-instructions li',
    ('okokorecepten.nl-okokorecepten_1', 'instructions_list'): 'paragraphs behind a heading',
    ('uitpaulineskeuken.nl-uitpaulineskeukennl_1', 'instructions_list'): '.preparation-list p',
}


def normalise(text):
    """As recipe-scrapers does, twice: references resolved, tags removed, white space collapsed; and its double brackets."""
    for _ in range(2):
        text = re.sub('<[^>]*>', '', html.unescape(text))
    text = text.replace('((', '(').replace('))', ')')
    return re.sub(r'\s+', ' ', text.replace('\xa0', ' ').replace('\u200b', '')).strip()


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def is_recipe(thing, key):
    return any(str(t).lower().rstrip('/').endswith('recipe') for t in as_list(thing.get(key)))


def objects(value):
    """All objects in a value, those on top first."""
    level = as_list(value)
    while level:
        below = []
        for one in level:
            if isinstance(one, dict):
                yield one
                below += one.values()
            elif isinstance(one, list):
                below += one
        level = below


def from_microdata(item):
    """An item in the shape of JSON-LD."""
    if not isinstance(item, dict) or not ('properties' in item or 'value' in item):
        return item
    out = {name: [from_microdata(v) for v in as_list(value)] for name, value in item.get('properties', {}).items()}
    out = {name: values[0] if len(values) == 1 else values for name, values in out.items()}
    if 'type' in item:
        out['@type'] = [t.rsplit('/', 1)[-1] for t in as_list(item['type'])]
    if 'value' in item:
        out.setdefault('text', item['value'])
    return out


def recipes(metadata):
    found = [o for o in objects(metadata.get('jsonld')) if is_recipe(o, '@type')]
    for item in objects(metadata.get('microdata')):
        if is_recipe(item, 'type'):
            found.append(from_microdata(item))
    return found


def first(found, *names):
    for recipe in found:
        for name in names:
            if recipe.get(name):
                return recipe[name]
    return None


def ingredient(value):
    if isinstance(value, dict):
        parts = [value.get('value'), value.get('unitText'), value.get('name') or value.get('text')]
        return ' '.join(str(p) for p in parts if p)
    return str(value)


def flat(value):
    for one in as_list(value):
        if isinstance(one, list):
            yield from flat(one)
        elif one is not None:
            yield one


def step_lines(value, sections, names):
    """The lines of instructions; `sections` and `names`: whether the names of sections, and of steps beside their text, count."""
    for one in flat(value):
        if not isinstance(one, dict):
            yield str(one)
            continue
        name, text = one.get('name') or one.get('Name') or '', one.get('text') or one.get('description') or ''
        if isinstance(text, list):
            text = '\n'.join(str(t) for t in text)
        below = one.get('itemListElement') or one.get('steps')
        if below and 'HowToStep' not in as_list(one.get('@type')):
            if name and sections:
                yield name
            yield from step_lines(below, sections, names)
            continue
        if below:
            text = '\n'.join(step_lines(below, sections, names)) or text
        if name and (not text or (names and not text.startswith(name.rstrip('.')))):
            yield name
        if text:
            yield text


def lines(value, sections, names):
    for text in step_lines(value, sections, names):
        for line in re.split(r'\n|<br\s*/?>|</p>|</li>', html.unescape(text)):
            if line := normalise(line):
                yield line


def answers(found, field):
    """What the structured data says for a field, in each of the ways in which recipe-scrapers reads it, or []: nothing."""
    if field == 'title':
        value = first(found, 'name')
        return [normalise(str(v)) for v in as_list(value)[:1]]  # a page may write it twice
    if field == 'ingredients':
        value = first(found, 'recipeIngredient', 'ingredients')
        listed = [n for v in flat(value) if (n := normalise(ingredient(v)))]
        split = [n for v in flat(value) for line in ingredient(v).split('\n') if (n := normalise(line))]
        return [a for a in (listed, split) if a]
    value = first(found, 'recipeInstructions', 'RecipeInstructions', 'instructions')
    ways = [list(lines(value, s, n)) for s, n in itertools.product((True, False), repeat=2)]
    return [way for way in ways if way]


def gold_of(case, field):
    gold = case['gold'].get(field)
    if field == 'title':
        return normalise(gold or '')
    return [n for line in gold or [] if (n := normalise(line))]


def squeezed(value):
    """Without white space: how a text is broken into lines is not asked for here."""
    return re.sub(r'\s', '', ''.join(value))


def in_data(metadata, gold):
    """Whether all the gold's text is somewhere in the structured data; if not, recipe-scrapers has it from elsewhere."""
    everything = []
    stack = [metadata.get('jsonld'), metadata.get('microdata')]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
        elif value is not None:
            everything.append(squeezed(normalise(str(value))))
    everything = '\n'.join(everything)
    return all(squeezed(line) in everything for line in as_list(gold))


def read_dump(program, cases, folder):
    with tempfile.TemporaryDirectory() as pages:
        arguments = []
        for i, case in enumerate(cases):
            path = os.path.join(pages, f'{i}.html')
            with gzip.open(os.path.join(folder, case['file'])) as page, open(path, 'wb') as file:
                file.write(page.read())
            url = case['url']
            arguments += [url if '://' in url else 'https://' + url, path]
        out = subprocess.run([program, *arguments], check=True, capture_output=True).stdout.decode()
    return {case['id']: json.loads(line) for case, line in zip(cases, out.splitlines())}


def read_db(path):
    rows = sqlite3.connect(f'file:{path}?mode=ro', uri=True).execute(
        "SELECT url, metadata FROM pages WHERE url LIKE '%/p/recipes/%.html'")
    return {re.search(r'/p/recipes/(.*)\.html', url)[1]: json.loads(metadata or '{}') for url, metadata in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('--dump', help='the program structured-data-dump')
    source.add_argument('--db', help='a crawl database')
    parser.add_argument('--verbose', action='store_true', help='show gold and answer where they differ')
    arguments = parser.parse_args()
    folder = os.path.join(CORPORA, 'suites/pages/recipes')
    with open(os.path.join(folder, 'cases.jsonl')) as file:
        cases = [json.loads(line) for line in file]
    pages = read_dump(arguments.dump, cases, folder) if arguments.dump else read_db(arguments.db)

    counts = {field: collections.Counter() for field in FIELDS}
    differing = []
    for case in cases:
        metadata = pages.get(case['id'], {})
        found = recipes(metadata)
        for field in FIELDS:
            ways = answers(found, field)
            gold = gold_of(case, field)
            if not ways or not gold:
                counts[field]['not carried'] += 1
                continue
            counts[field]['carried'] += 1
            if gold in ways:
                counts[field]['equal'] += 1
            elif squeezed(gold) in map(squeezed, ways):
                counts[field]['equal but for line ends'] += 1
            else:
                aside = (case['id'], field) in FROM_SELECTORS or not in_data(metadata, gold)
                why = 'gold is not from the structured data' if aside else 'differs'
                counts[field][why] += 1
                differing.append((field, case['id'], why, gold, ways[0]))
    for field, name, why, gold, way in sorted(differing):
        print(f'{field}: {name}: {why}', FROM_SELECTORS.get((name, field), ''))
        if arguments.verbose:
            for line in itertools.zip_longest(as_list(gold), as_list(way), fillvalue=''):
                if line[0] != line[1]:
                    print('    gold', repr(line[0])[:150])
                    print('    ours', repr(line[1])[:150])
    worst = 100.0
    for field in FIELDS:
        count = counts[field]
        good = count['equal'] + count['equal but for line ends']
        mine = count['carried'] - count['gold is not from the structured data']
        share = 100.0 * good / max(mine, 1)
        worst = min(worst, share)
        print(f'{field}: {good} of {mine} = {share:.1f} %', dict(count))
    return 0 if worst >= 95 else 1


if __name__ == '__main__':
    sys.exit(main())
