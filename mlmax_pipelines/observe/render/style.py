"""The style sheet of a report's page: light and dark, narrow and wide, and on paper.

What goes out: one constant. Never: names a file or an address.
"""

from __future__ import annotations

CSS = """
:root {
  color-scheme: light dark;
  --page: #f5f7f9; --card: #ffffff; --ink: #1b2430; --faint: #55606d;
  --line: #dde3ea; --code: #eef2f6; --accent: #2f6fb5;
  --good: #1f7a47; --bad: #b3261e; --warn: #9a5b00; --busy: #2f6fb5; --off: #6f6480;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --card: #1d232a; --ink: #e6eaef; --faint: #a3aebb;
    --line: #36404b; --code: #262e37; --accent: #7db4f0;
    --good: #6fce97; --bad: #ff8f85; --warn: #eeb45e; --busy: #7db4f0; --off: #b9aecb;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 24px; max-width: 1240px; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue",
  Arial, sans-serif;
}
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; }
h3 { font-size: 14px; margin: 16px 0 4px; }
p { margin: 4px 0; }
a { color: var(--accent); }
header { margin-bottom: 20px; }
.faint, caption { color: var(--faint); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 10px 0 0; }
.facts div { display: flex; gap: 6px; min-width: 0; }
.facts dt { color: var(--faint); }
.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.status { font-weight: 600; white-space: nowrap; }
.badge {
  display: inline-block; border: 1.5px solid; border-radius: 999px;
  padding: 1px 12px; font-size: 14px; vertical-align: middle;
}
.SUCCEEDED { color: var(--good); } .FAILED, .TIMED_OUT { color: var(--bad); }
.CAUGHT, .RETRYING { color: var(--warn); } .RUNNING { color: var(--busy); }
.ABORTED { color: var(--off); }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 18px 20px; margin: 0 0 18px; min-width: 0;
}
section.failure { border: 1.5px solid var(--bad); }
.columns { display: grid; gap: 0 18px; grid-template-columns: minmax(0, 1fr); }
.columns > div { min-width: 0; }
@media (min-width: 900px) {
  .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.graph { overflow: auto; max-height: 1000px; background: #ffffff; border-radius: 6px; }
.graph svg { display: block; margin: 0 auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td {
  text-align: left; vertical-align: top; padding: 5px 14px 5px 0;
  border-bottom: 1px solid var(--line);
}
tbody tr:last-child > * { border-bottom: 0; }
th { color: var(--faint); font-weight: 600; white-space: nowrap; }
th[scope=row] {
  color: var(--ink); font-weight: 400; white-space: normal; overflow-wrap: anywhere;
  min-width: 7em;
}
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
tr > :last-child { padding-right: 0; }
.any { overflow-wrap: anywhere; min-width: 6em; }
.pair td { width: 60%; }
code, pre, .mono {
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono",
  monospace; font-size: 12.5px;
}
code { overflow-wrap: anywhere; }
pre {
  background: var(--code); border-radius: 6px; padding: 12px; margin: 8px 0 0;
  overflow-x: auto; line-height: 1.45; max-height: 420px;
}
td.bars { width: 46%; min-width: 150px; vertical-align: middle; }
.track { position: relative; height: 14px; }
.bar {
  position: absolute; top: 2px; height: 10px; min-width: 3px; border-radius: 3px;
  background: currentColor;
}
.pictures {
  display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr));
}
figure { margin: 0; min-width: 0; }
figure img {
  max-width: 100%; height: auto; background: #ffffff; border-radius: 6px;
  border: 1px solid var(--line);
}
figcaption { color: var(--faint); font-size: 13px; overflow-wrap: anywhere; }
footer { color: var(--faint); font-size: 13px; }
@media screen and (prefers-color-scheme: dark) {
  /* A graph is drawn dark on white: the other way round, white is the card. */
  .graph { background: none; }
  .graph svg { filter: invert(1) hue-rotate(180deg); mix-blend-mode: screen; }
}
@media (max-width: 500px) {
  body { padding: 14px; }
  section { padding: 14px; }
}
@media print {
  :root {
    --page: #ffffff; --card: #ffffff; --ink: #000000; --faint: #444444;
    --line: #bbbbbb; --code: #f2f2f2;
    --good: #1f7a47; --bad: #b3261e; --warn: #9a5b00; --busy: #2f6fb5;
  }
  body { padding: 0; max-width: none; font-size: 11pt; }
  /* What cannot be cut and fills a page would leave the one before it empty. */
  section { padding: 10px 0; border-width: 1px 0 0; border-radius: 0; }
  .columns { display: block; }
  h2, h3 { break-after: avoid; }
  .graph, pre, .scroll { max-height: none; overflow: visible; }
  pre { white-space: pre-wrap; }
  .graph svg { max-width: 100%; max-height: 150mm; height: auto; }
  .bar, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, figure { break-inside: avoid; }
}
"""
