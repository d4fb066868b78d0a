#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run_tests.py [--filter TEXT] BUILD...: runs every test of the builds, each in a process of its own with a time limit, some more
at once than there are cores. A test that hangs is killed and fails. The last line counts what ran."""
import argparse
import concurrent.futures
import json
import os
import re
import signal
import subprocess
import sys
import time

LIMIT_S = 120           # one test, on a machine with nothing else to do
SANITIZER_FACTOR = 3    # sanitizers slow a program down
JOBS = os.cpu_count() * 3 // 2  # many wait for a server or a clock


def executables(build):
    found = json.loads(subprocess.check_output(['meson', 'introspect', '--tests', build]))
    return [test['cmd'][0] for test in found]


def tests_of(executable):
    """`Suite.Test` names, as --gtest_filter takes them."""
    names, suite = [], ''
    for line in subprocess.check_output([executable, '--gtest_list_tests'], text=True).splitlines():
        text = line.split('#')[0].rstrip()
        if not text.startswith(' ') and text.endswith('.'):
            suite = text
        elif text.startswith('  '):
            names.append(suite + text.strip())
    return names


def run(executable, name, limit):
    """(`passed` | `failed` | `skipped`, output, seconds)"""
    started = time.monotonic()
    environment = dict(os.environ, ASAN_OPTIONS='detect_stack_use_after_return=0:handle_abort=0',
                       UBSAN_OPTIONS='print_stacktrace=1:halt_on_error=1', TSAN_OPTIONS='halt_on_error=1:second_deadlock_stack=1')
    process = subprocess.Popen([executable, '--gtest_filter=' + name, '--gtest_brief=0'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=environment, start_new_session=True, stdin=subprocess.DEVNULL)
    try:
        output = process.communicate(timeout=limit)[0].decode('utf-8', 'replace')
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = process.communicate()[0].decode('utf-8', 'replace') + '\nkilled after %d s' % limit
        return 'failed', output, time.monotonic() - started
    seconds = time.monotonic() - started
    if process.returncode != 0 or '[==========] 1 test from' not in output:
        return 'failed', output, seconds
    return ('skipped' if '[  SKIPPED ]' in output else 'passed'), output, seconds


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument('--filter', default='')
    arguments.add_argument('builds', nargs='+')
    given = arguments.parse_args()
    jobs = []
    for build in given.builds:
        limit = LIMIT_S * (SANITIZER_FACTOR if re.search('asan|tsan', build) else 1)
        for executable in executables(build):
            jobs += [(build, executable, name, limit) for name in tests_of(executable) if given.filter in name]
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    slowest = []
    skipped = set()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        running = {pool.submit(run, executable, name, limit): (build, name) for build, executable, name, limit in jobs}
        for done in concurrent.futures.as_completed(running):
            build, name = running[done]
            result, output, seconds = done.result()
            counts[result] += 1
            slowest.append((seconds, build, name))
            if result == 'failed':
                print('FAILED %s (%s, %.1f s)\n%s' % (name, build, seconds, '\n'.join(output.splitlines()[-60:])), flush=True)
            elif result == 'skipped':
                reason = re.search(r'Skipped\n(.*)', output)
                skipped.add('%s: %s' % (name, reason.group(1).strip() if reason else 'no reason given'))
    for line in sorted(skipped):
        print('skipped', line)
    for seconds, build, name in sorted(slowest, reverse=True)[:3]:
        print('slowest: %.1f s %s (%s)' % (seconds, name, build))
    print('%(passed)d passed, %(failed)d failed, %(skipped)d skipped' % counts)
    sys.exit(1 if counts['failed'] or not counts['passed'] else 0)


if __name__ == '__main__':
    main()
