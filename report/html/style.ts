/** The look of a report: the charts' own style sheet with paper colours, light and dark by the reader's system. */
import { CHART_STYLE } from '../../panel/model/charts/style';
import { PALETTE } from '../../panel/model/palette';

const colours = (kind: 'light' | 'dark'): string =>
  PALETTE.map(({ [kind]: colour }, slot) => `--persona-${slot}:${colour};`).join('');

const LIGHT =
  '--ink:#24292f;--paper:#fff;--muted:#59636e;--line:#e2e5e9;--axis:#8b949e;--track:#f1f3f5;--hover:#f6f8fa;--focus:#1f6dd7;--good:#1a7f4b;--bad:#b3261e;--for:#1f6dd7;--against:#c25a00;--if:#6a3fc4;color-scheme:light;';
const DARK =
  '--ink:#d7dce1;--paper:#16191d;--muted:#9aa4ae;--line:#2b3138;--axis:#6b757f;--track:#22272d;--hover:#1c2126;--focus:#40bcff;--good:#4cc38a;--bad:#ff8b81;--for:#40bcff;--against:#f9a13c;--if:#c3a3ff;color-scheme:dark;';

export const REPORT_STYLE = `
:root{${LIGHT}${colours('light')}}
@media (prefers-color-scheme:dark){:root{${DARK}${colours('dark')}}}
@media print{:root{${LIGHT}${colours('light')}}section,figure{break-inside:avoid}}
body{margin:0 auto;padding:32px 24px 64px;max-width:800px;background:var(--paper);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.7em;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.2em;margin:44px 0 8px;padding-bottom:4px;border-bottom:1px solid var(--line)}
h3{font-size:1em;margin:24px 0 6px}
p{margin:8px 0}
.muted,figcaption,.legend{color:var(--muted)}
figure{margin:12px 0 20px}
figcaption{font-size:.9em}
svg.chart{display:block;max-width:100%;height:auto;font-family:inherit}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:.9em;margin:0 0 8px;padding:0;list-style:none}
.legend li::before{content:"";display:inline-block;width:11px;height:9px;border-radius:2px;background:var(--c);margin-right:6px}
.notice{border-left:3px solid var(--bad);padding:8px 14px;background:var(--track)}
.verdict{border-left:3px solid var(--focus);padding:8px 14px;background:var(--track);font-size:1.05em}
details{margin:6px 0 0}
summary{cursor:pointer;color:var(--muted);font-size:.9em}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.86em;font-variant-numeric:tabular-nums;margin:8px 0}
th,td{padding:3px 12px 3px 0;text-align:right;vertical-align:top;font-weight:400}
th:first-child,td:first-child{text-align:left}
thead th{color:var(--muted);border-bottom:1px solid var(--line)}
${CHART_STYLE}
pre{font:12.5px/1.5 ui-monospace,Consolas,monospace;background:var(--track);padding:14px 16px;border-radius:6px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
`;
