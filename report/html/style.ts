/** The look of a report: the charts' own style sheet with paper colours, light and dark by the reader's system. */
import { CHART_STYLE, PAPER } from '../../panel/model/charts/style';

export const REPORT_STYLE = `
:root{${PAPER.light}}
@media (prefers-color-scheme:dark){:root{${PAPER.dark}}}
@media print{:root{${PAPER.light}}section,figure{break-inside:avoid}}
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
.legend svg{display:inline-block;vertical-align:-1px;margin-right:6px}
.notice{border-left:3px solid var(--bad);padding:8px 14px;background:var(--track)}
.headline{border-left:3px solid var(--focus);padding:8px 14px;background:var(--track);font-size:1.05em}
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
