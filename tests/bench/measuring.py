# SPDX-License-Identifier: MIT
"""What a child process costs: wall time, CPU time, peak memory, threads; and tables and medians of them."""
import dataclasses
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRAPER = ROOT / 'build/scraper/cli/scraper'
SAMPLE_S = 0.02


def fail(message):
    sys.exit('bench: ' + message)


def progress(text):
    """A line on stderr that says what is being measured now: the tables come at the end."""
    print(f'bench: {text}', file=sys.stderr, flush=True)


class Bystanders:
    """How busy other programs keep the machine during a `with` block: what the table's reader has to know."""

    def __enter__(self):
        self.started, self.before = time.monotonic(), self.foreign_s()
        return self

    def __exit__(self, *_):
        cores = (self.foreign_s() - self.before) / max(0.001, time.monotonic() - self.started)
        self.text = f'other programs kept {max(0, cores):.1f} of {os.cpu_count()} cores busy meanwhile'

    @staticmethod
    def foreign_s():
        """CPU seconds of everything but this process and its children; of those only when they have ended."""
        with open('/proc/stat', encoding='ascii') as file:
            user, nice, system, _, _, irq, softirq, *_ = map(int, file.readline().split()[1:])
        ours = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return (user + nice + system + irq + softirq) / os.sysconf('SC_CLK_TCK') - sum(one.ru_utime + one.ru_stime for one in ours)


@dataclasses.dataclass
class Measured:
    """One finished process. Its CPU time includes that of children it waited for; its memory is its own."""
    began: float      # time.time()
    wall_s: float
    cpu_s: float
    peak_mib: float
    threads: int      # most seen at once
    output: str       # stdout
    samples: list     # (time.time(), resident MiB), about every 20 ms


class Watch(threading.Thread):
    """Samples /proc while a process runs. ru_maxrss will not do for its memory: it begins with that of the process which
    started it."""

    def __init__(self, pid, limit_s):
        super().__init__(daemon=True)
        self.pid, self.limit_s = pid, limit_s
        self.peak_kib, self.threads, self.samples = 0, 0, []
        self.timed_out = False
        self.ended = threading.Event()

    def run(self):
        started = time.monotonic()
        while not self.ended.wait(SAMPLE_S):
            if time.monotonic() - started > self.limit_s:
                self.timed_out = True
                kill_group(self.pid)
                return
            self.sample()

    def sample(self):
        try:
            text = pathlib.Path(f'/proc/{self.pid}/status').read_text(encoding='ascii', errors='replace')
        except OSError:
            return
        values = dict(line.split(':', 1) for line in text.splitlines() if ':' in line)
        if 'VmHWM' not in values:
            return  # it has ended
        self.peak_kib = max(self.peak_kib, int(values['VmHWM'].split()[0]))
        self.threads = max(self.threads, int(values['Threads']))
        self.samples.append((time.time(), int(values['VmRSS'].split()[0]) / 1024))


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def measure(command, limit_s=600, allowed=(0,)):
    """Runs the command to its end; ends the bench when it fails or takes longer than `limit_s`. `allowed`: exit codes that
    are no failure."""
    name = pathlib.Path(command[0]).name
    with tempfile.TemporaryFile() as messages, tempfile.TemporaryFile() as output:
        began, started = time.time(), time.monotonic()
        try:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=messages,
                                       start_new_session=True)
        except FileNotFoundError:
            fail(f'{name} is not there: scripts/dependencies peers')
        watch = Watch(process.pid, limit_s)
        watch.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - started
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            watch.ended.set()
            if process.returncode is None:  # interrupted
                kill_group(process.pid)
                process.wait()
            watch.join()
        if watch.timed_out:
            fail(f'{name} took more than {limit_s} s and was killed')
        if process.returncode not in allowed:
            messages.seek(0)
            fail(f'{name} ended with {process.returncode}:\n{messages.read().decode(errors="replace")[-3000:]}')
        output.seek(0)
        return Measured(began, wall, usage.ru_utime + usage.ru_stime, watch.peak_kib / 1024 or usage.ru_maxrss / 1024, watch.threads,
                        output.read().decode(errors='replace'), watch.samples)


def allow_files(count):
    """Raises this process' limit of open files, which children inherit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))
            return
        except (ValueError, OSError):
            fail(f'{hard} files may be open at most (ulimit -Hn); this needs {count}')
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


def median(values):
    return statistics.median(list(values))


def table(heads, rows):
    """A Markdown table. The first column and `does` are words, the others numbers, already as text."""
    print('| ' + ' | '.join(heads) + ' |')
    print('|---|' + ''.join('---|' if head == 'does' else '---:|' for head in heads[1:]))
    for row in rows:
        print('| ' + ' | '.join(str(cell) for cell in row) + ' |')
    print(flush=True)


def must_show(name, value, least=None, most=None, unit='times'):
    """One line that says whether a target is met."""
    met = (least is None or value >= least) and (most is None or value <= most)
    target = f'at least {least:g}' if least is not None else f'at most {most:g}'
    print(f'{"met   " if met else "MISSED"}  {name}: {value:.2f} {unit} (target: {target})', flush=True)
