# SPDX-License-Identifier: MIT
"""A plot of horizontal bars on a logarithmic scale, as SVG that reads well on light and on dark ground."""
import html
import math
import pathlib

WIDTH, LEFT, RIGHT, TOP, ROW = 860, 230, 90, 74, 42
STYLE = '''
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #57606a; }
  .does { font-size: 11px; } .title { font-size: 16px; font-weight: 600; fill: #24292f; } .value { font-weight: 600; fill: #24292f; }
  .ours { fill: #1f6feb; } .peer { fill: #8c959f; } .grid { stroke: #8c959f; stroke-opacity: .28; }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1; } .title, .value { fill: #e6edf3; } .ours { fill: #4493f8; } .peer { fill: #656c76; }
  }
'''


def short(value):
    return f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def write(path, title, note, bars):
    """`bars`: (label, what it does, value, whether it is ours), drawn from top to bottom."""
    values = [bar[2] for bar in bars]
    low = 10 ** math.floor(math.log10(min(values)) - 1e-9)
    high = 10 ** math.ceil(math.log10(max(values)))
    height = TOP + ROW * len(bars) + 40
    bottom = TOP + ROW * len(bars)

    def at(value):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(value / low) / math.log(high / low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
             f'<title>{html.escape(title)}</title><style>{STYLE}</style>',
             f'<text class="title" x="16" y="28">{html.escape(title)}</text><text x="16" y="50">{html.escape(note)}</text>']
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        x = at(10 ** power)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{bottom}"/>'
                     f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{short(10 ** power)}</text>')
    for i, (label, does, value, ours) in enumerate(bars):
        y = TOP + ROW * i
        parts.append(f'<text x="{LEFT - 10}" y="{y + 13}" text-anchor="end">{html.escape(label)}</text>'
                     f'<text class="does" x="{LEFT - 10}" y="{y + 27}" text-anchor="end">{html.escape(does)}</text>'
                     f'<rect class="{"ours" if ours else "peer"}" x="{LEFT}" y="{y + 4}" width="{at(value) - LEFT:.1f}" height="24" rx="3"/>'
                     f'<text class="value" x="{at(value) + 8:.1f}" y="{y + 21}">{short(value)}</text>')
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('\n'.join(parts) + '\n</svg>\n', encoding='utf-8')
