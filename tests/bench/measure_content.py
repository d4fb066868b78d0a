#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""measure_content.py BENCH CORPORA: how well extract_content finds the text, the author and the date of real pages.

The score of article-benchmark is that of scrapinghub/article-extraction-benchmark: of the multisets of four words in a row that the
truth and what was found hold, the true positives and the false ones and the misses of each page, divided by their sum, and then added
up over all pages; F1 is of these sums. Beside it stands the plain mean of each page's F1, and both for two halves of the pages, which
tell whether the rules were made for pages that were looked at."""
import argparse
import collections
import datetime
import json
import pathlib
import re
import subprocess
import unicodedata

WORD = re.compile(r'\w+', re.UNICODE)


def shingles(text):
    words = WORD.findall(text or '')
    if not words:
        return collections.Counter()
    return collections.Counter(tuple(words[i:i + 4]) for i in range(max(1, len(words) - 3)))


def compare(truth, found):
    """(tp, fp, fn), which add up to 1 unless both are empty."""
    truth, found = shingles(truth), shingles(found)
    common = sum((truth & found).values())
    false, missed = sum(found.values()) - common, sum(truth.values()) - common
    total = common + false + missed
    return (common / total, false / total, missed / total) if total else (1.0, 0.0, 0.0)


def f1_of(tp, fp, fn):
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def score(triples):
    tp, fp, fn = (sum(column) for column in zip(*triples))
    mean = sum(f1_of(*triple) for triple in triples) / len(triples)
    return tp / (tp + fp), tp / (tp + fn), f1_of(tp, fp, fn), mean


def read_suite(corpora, name):
    folder = corpora / 'suites/pages' / name
    with open(folder / 'cases.jsonl', encoding='utf-8') as file:
        return [dict(case, path=str(folder / case['file'])) for case in map(json.loads, file)]


def extract(bench, cases):
    lines = ''.join('%s\t%s\n' % (case['url'], case['path']) for case in cases)
    printed = subprocess.run([bench], input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
    found = {line['id']: line for line in map(json.loads, printed.splitlines())}
    return [found.get(case['path'], {}) for case in cases]


def measure_articles(bench, corpora, worst):
    cases = sorted(read_suite(corpora, 'article-benchmark'), key=lambda case: case['id'])
    found = extract(bench, cases)
    triples = [compare(case['gold']['articleBody'], page.get('content')) for case, page in zip(cases, found)]
    print('| pages | precision | recall | F1 | mean of F1 |\n|---|---:|---:|---:|---:|')
    for name, part in (('all', triples), ('first half', triples[:len(triples) // 2]), ('second half', triples[len(triples) // 2:])):
        print('| article-benchmark, %s (%d) | %.4f | %.4f | %.4f | %.4f |' % (name, len(part), *score(part)))
    times = sorted(page.get('ms', 0) for page in found)
    print('\ntime a page: median %.2f ms, largest %.2f ms' % (times[len(times) // 2], times[-1]))
    for triple, case in sorted(zip(triples, cases), key=lambda pair: f1_of(*pair[0]))[:worst]:
        print('  %.3f (-%.2f +%.2f) %s %s' % (f1_of(*triple), triple[2], triple[1], case['id'], case['url']))


def flat(text):
    return ' '.join(unicodedata.normalize('NFKC', text).split())


def measure_segments(bench, corpora, worst):
    cases = read_suite(corpora, 'trafilatura')
    found = extract(bench, cases)
    tp = fp = fn = tn = 0
    faults = []
    for case, page in zip(cases, found):
        text = flat(page.get('content') or '')
        missed = [part for part in case['gold']['must_contain'] if flat(part) not in text]
        wrong = [part for part in case['gold']['must_not_contain_in_main_text'] if flat(part) in text]
        fn, fp = fn + len(missed), fp + len(wrong)
        tp += len(case['gold']['must_contain']) - len(missed)
        tn += len(case['gold']['must_not_contain_in_main_text']) - len(wrong)
        faults.append((len(missed) + len(wrong), case['id'], missed, wrong))
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    print('\ntrafilatura (%d pages, %d segments): precision %.4f, recall %.4f, F1 %.4f, accuracy %.4f' % (
        len(cases), tp + fp + fn + tn, precision, recall, f1_of(tp, fp, fn), (tp + tn) / (tp + fp + fn + tn)))
    for count, name, missed, wrong in sorted(faults, reverse=True)[:worst]:
        print('  %s misses %s, has %s' % (name, missed, wrong))


def people(text):
    text = re.sub(r'(?i)^\W*(by|von|par|de|por|autor|author)\b\W*', '', flat(text or ''))
    return {part for part in re.split(r'\s*(?:,|;|&|\band\b|\bund\b|\|)\s*', text.casefold()) if part}


def day(text):
    return re.match(r'\d{4}-\d\d-\d\d', text or '') and text[:10]


def moment(text):
    try:
        at = datetime.datetime.fromisoformat((text or '').replace('Z', '+00:00'))
        return at.timestamp() if at.tzinfo else None
    except ValueError:
        return None


def same_day(found, gold):
    """The same moment or the same date as written; or less than a day apart, where the page does not name its zone: the truth is in UTC."""
    if day(found) == day(gold) or (moment(found) is not None and moment(found) == moment(gold)):
        return True
    local, at = moment((found or '')[:19] + 'Z') or moment((found or '')[:10] + 'T12:00:00Z'), moment(gold)
    return moment(found) is None and local is not None and at is not None and abs(local - at) < 86400


def measure_facts(bench, corpora, name, author_of, date_of, worst):
    cases = read_suite(corpora, name)
    found = extract(bench, cases)
    rows = {'author': [], 'date': []}
    for case, page in zip(cases, found):
        if author := author_of(case['gold']):
            rows['author'].append((people(author) == people(page.get('author')), case['id'], page.get('author'), author))
        if date := date_of(case['gold']):
            rows['date'].append((same_day(page.get('published_at'), date), case['id'], page.get('published_at'), date))
    for fact, checks in rows.items():
        if checks:
            right, given = sum(check[0] for check in checks), sum(bool(check[2]) for check in checks)
            print('%s, %s: %d of %d right (%.3f), %d found at all' % (name, fact, right, len(checks), right / len(checks), given))
        for _, page, is_, should in [check for check in checks if not check[0]][:worst]:
            print('  %s: %r, should be %r' % (page, is_, should))


def field(name):
    return lambda gold: gold['fields'].get(name, {}).get('expect')


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('bench', help='the program content_bench')
    arguments.add_argument('corpora', type=pathlib.Path)
    arguments.add_argument('--worst', type=int, default=0, metavar='N', help='also name the N pages that came out worst')
    given = arguments.parse_args()
    measure_articles(given.bench, given.corpora, given.worst)
    measure_segments(given.bench, given.corpora, given.worst)
    facts = (
        ('postlight', field('author'), field('date_published')),
        ('readability', lambda gold: gold['readability'].get('byline'), lambda gold: gold['readability'].get('publishedTime')),
        ('newspaper4k', lambda gold: ', '.join(gold['authors']), lambda gold: gold['publish_date']),
        ('recipes', lambda gold: gold.get('author'), lambda gold: None))
    for name, author_of, date_of in facts:
        measure_facts(given.bench, given.corpora, name, author_of, date_of, given.worst)


if __name__ == '__main__':
    main()
