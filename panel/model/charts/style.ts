/**
 * The look of charts, as one style sheet: adopted by the page, written into the report and into every exported picture.
 * Colours are variables (`--ink`, `--muted`, `--line`, `--paper`, `--persona-N`): the page ties them to the editor's
 * theme, the report to its own.
 */
import { PALETTE } from '../palette';

const slots = PALETTE.map((_, slot) => `.c${slot}{--c:var(--persona-${slot})}`).join('');

const personas = (kind: 'light' | 'dark'): string =>
  PALETTE.map(({ [kind]: colour }, slot) => `--persona-${slot}:${colour}`).join(';');

/** Colours of what is not drawn in an editor: reports and exported pictures. */
export const PAPER = {
  light: `--ink:#24292f;--paper:#fff;--muted:#59636e;--line:#e2e5e9;--axis:#8b949e;--track:#f1f3f5;--hover:#f6f8fa;--focus:#1f6dd7;--good:#1a7f4b;--bad:#b3261e;--for:#1f6dd7;--against:#c25a00;--if:#6a3fc4;color-scheme:light;${personas('light')}`,
  dark: `--ink:#d7dce1;--paper:#16191d;--muted:#9aa4ae;--line:#2b3138;--axis:#6b757f;--track:#22272d;--hover:#1c2126;--focus:#40bcff;--good:#4cc38a;--bad:#ff8b81;--for:#40bcff;--against:#f9a13c;--if:#c3a3ff;color-scheme:dark;${personas('dark')}`,
} as const;

export const CHART_STYLE = `
${slots}
.chart text{fill:var(--ink);font-size:13px;font-variant-numeric:tabular-nums}
.chart text.muted{fill:var(--muted);font-weight:400}
.chart text.group{font-weight:600;font-size:12px;fill:var(--muted)}
.chart text.name{font-weight:400;font-size:12.5px}
.chart text.strong{font-size:12.5px}
.chart text.sub,.chart text.tick{fill:var(--muted);font-size:11px}
.chart text.strong{font-weight:600}
.chart text.if{font-size:12px;font-weight:600;fill:var(--if)}
.chart text.good{fill:var(--good)}
.chart text.bad{fill:var(--bad)}
.chart text.on{fill:var(--paper)}
.chart text.label{font-size:12px}
.chart text.label.strong{font-weight:600}
.main-mark{fill:var(--ink);stroke:var(--paper);stroke-width:1}
.if-mark{fill:var(--paper);stroke:var(--if);stroke-width:2}
.full-mark{fill:var(--muted);stroke:var(--paper);stroke-width:1}
.open-mark{fill:var(--paper);stroke:var(--muted);stroke-width:1.5}
.what-if{fill:var(--if)}
.prior-head{fill:var(--ink)}
.bar.part{stroke:var(--paper);stroke-width:.75}
.track{fill:var(--track)}
.grid{stroke:var(--line);stroke-width:1;shape-rendering:crispEdges}
.zero{stroke:var(--axis);stroke-width:1;shape-rendering:crispEdges}
.bar{fill:var(--c);stroke:var(--c);stroke-width:1}
.bar.soft{fill-opacity:.32}
.bar.if{fill-opacity:.28;stroke-dasharray:none;stroke-width:1.5}
.area{fill:var(--c);fill-opacity:.86;stroke:var(--paper);stroke-width:.75}
.curve{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
.curve.if{stroke-dasharray:5 3}
.plain{--c:var(--axis)}
.swatch-bar{fill:var(--c)}
.row-back{fill:transparent}
.link-bar{fill:var(--c);fill-opacity:.4}
.leader{fill:none;stroke:var(--c);stroke-width:1.5}
.phase{stroke:var(--axis);stroke-width:1;stroke-dasharray:2 3}
.curve.past{stroke:var(--muted);stroke-dasharray:2.5 2}
.mark{fill:var(--c,var(--ink));stroke:var(--paper);stroke-width:1}
.mark.hollow{fill:var(--paper);stroke:var(--c,var(--ink));stroke-width:1.75}
.mark.what-if{fill:var(--if);stroke:var(--paper)}
.mark.ghost,.mark.hollow.ghost{fill:var(--paper);stroke:var(--muted);stroke-width:1.25;stroke-dasharray:2.5 2}
.mark.full-mark{fill:var(--muted);stroke:var(--paper)}
.mark.open-mark{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}
.mark.main-mark{fill:var(--ink);stroke:var(--paper)}
.mark.thin{--c:var(--muted)}
.whisker.thin{stroke:var(--muted)}
.bar.part{stroke-width:.5}
.dot{fill:var(--c);stroke:var(--paper);stroke-width:1.5}
.dot.hollow{fill:var(--paper);stroke:var(--c);stroke-width:2}
.dot.ghost,.ghost{fill:none;stroke:var(--muted);stroke-width:1.25;stroke-dasharray:2.5 2}
.before{stroke:var(--ink);stroke-width:2}
.whisker{stroke:var(--ink);stroke-width:1.25;fill:none}
.below .whisker{stroke:var(--muted);stroke-width:1.5}
.below-mean{fill:var(--muted)}
.link{stroke:var(--c);stroke-width:3;stroke-opacity:.55}
.band{fill:var(--ink);fill-opacity:.13}
.seen{stroke:var(--ink);stroke-width:1.5}
.allowed{fill:var(--good);fill-opacity:.25}
.for{fill:var(--for)}
.against{fill:var(--against)}
.measured{stroke:var(--paper);stroke-width:2.5}
.account{fill:var(--axis)}
.account.bound{fill-opacity:.45;stroke:var(--axis);stroke-dasharray:3 2}
.selection{fill:var(--for)}
.propensity{fill:var(--against)}
.what-if-line{stroke:var(--if);stroke-width:2}
.curve.thin{stroke-width:1.25;stroke-opacity:.65}
.cursor{stroke:var(--focus);stroke-width:1.5;fill:none}
.row-cursor{fill:var(--hover);stroke:var(--focus);stroke-width:1}
.caret{fill:var(--focus)}
.caret-line{stroke:var(--focus);stroke-width:1;stroke-dasharray:3 3}
.cell{stroke:var(--paper);stroke-width:1}
.empty{fill:none;stroke:var(--line);stroke-dasharray:2 2}
.mask{fill:var(--paper);fill-opacity:.72}
.brush{fill:none;stroke:var(--focus);stroke-width:1.5}
`;
