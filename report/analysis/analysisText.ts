/** `dramatis analyse` for a person at a terminal: what it would take, in sentences that can be quoted. */
import { formatPercent, formatProbability, formatSource, inUnit } from '../../panel/model/numbers';
import type { Analyses } from '../../server/analysis/analyses';
import type { Flip } from '../../server/analysis/flips/flips';
import type { HorizonResult } from '../../server/analysis/horizon/horizon';
import type { Identifiability } from '../../server/analysis/information/identifiability';
import type { Repair } from '../../server/analysis/remedies/remedies';
import type { Remedy } from '../../server/analysis/remedies/remedy';
import type { SweepResult } from '../../server/analysis/sweep/sweep';
import { paint, type Style, table, wrap } from '../text/layout';
import type { AnalysisContext } from './analysisResult';

const NARROWEST = 60;
const MOST_BARS = 12;
const MOST_OPTIONS = 6;

export interface AnalysisTextOptions {
  readonly width: number;
  readonly colour: boolean;
}

export function analysisText(found: Analyses, context: AnalysisContext, options: AnalysisTextOptions): string {
  const style: Style = { width: Math.max(NARROWEST, options.width), colour: options.colour };
  const title = (text: string) => paint(text, 'bold', style);
  const sentences = (list: readonly string[]) => list.flatMap((s) => wrap(s, style.width));
  const sections: (readonly string[])[] = [];
  if (found.sweeps?.length) sections.push([title('Sweeps'), ...sentences(found.sweeps.flatMap(sweepSentences))]);
  if (found.horizons)
    sections.push([title('Horizon'), ...sentences(found.horizons.flatMap((h) => horizonSentences(h, context)))]);
  if (found.repairs?.length)
    sections.push([title('Remedies'), ...found.repairs.flatMap((r) => repairLines(r, context, style))]);
  if (found.powerScaling || found.tornado)
    sections.push([title('Sensitivity'), ...sensitivityLines(found, context, style)]);
  if (found.flips?.length)
    sections.push([title('Smallest flipping sets'), ...sentences(found.flips.map((f) => flipSentence(f, context)))]);
  if (found.identifiability)
    sections.push([title('What to measure next'), ...measuringLines(found.identifiability, style)]);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const number = (value: number): string => formatSource(Number(value.toPrecision(4)));
const where = (condition: string | null): string => (condition === null ? '' : `In ${condition}: `);

function sweepSentences(s: SweepResult): readonly string[] {
  const low = s.x[0] ?? Number.NaN;
  const high = s.x[s.x.length - 1] ?? Number.NaN;
  const header = `${where(s.condition)}${s.name} from ${number(low)} to ${number(high)} (written: ${number(s.written)})`;
  const gaps = s.gaps.map((g) =>
    g.from === g.to ? `At ${number(g.from)}: ${g.reason}` : `From ${number(g.from)} to ${number(g.to)}: ${g.reason}`,
  );
  if (s.crossings.length === 0) return [`${header}: nothing changes its answer.`, ...gaps];
  return [`${header}: ${s.crossings.map((c) => `${c.what} from ${number(c.x)} on`).join('; ')}.`, ...gaps];
}

/** A statement about the training file, and worded so. */
export function horizonSentences(h: HorizonResult, { program }: AnalysisContext): readonly string[] {
  if (h.reason !== undefined) return [`${where(h.condition)}no horizon, because ${h.reason}.`];
  const lines: string[] = [];
  const probes = program.conditions.find((c) => c.name === h.condition)?.program.probes ?? program.probes;
  h.probes.forEach((p, k) => {
    const text = probes[k]?.target.text ?? `probe ${k + 1}`;
    if (Number.isNaN(p.limit)) return;
    lines.push(
      Number.isNaN(p.gone)
        ? `${where(h.condition)}more of this training does not move ${text} (${formatPercent(p.limit)}).`
        : `${where(h.condition)}this training has used up ${formatPercent(p.gone)} of what selection can do to ${text}, which tends to ${formatPercent(p.limit)}.`,
    );
  });
  if (h.leader !== null)
    lines.push(
      h.leaderAt99 === null
        ? `${where(h.condition)}${h.leaderReason ?? 'no persona reaches 99%'}.`
        : `${where(h.condition)}${h.leader} has 99% from ${number(h.leaderAt99)} times this training on.`,
    );
  for (const o of h.overtaken)
    lines.push(
      o.t === null
        ? `${where(h.condition)}${o.account} does not come to explain this file better than selection (${o.reason}).`
        : `${where(h.condition)}from ${number(o.t)} times this training on, a learner free to use ${o.account} would explain this file better than selection (${o.reason}).`,
    );
  for (const d of h.discounted)
    lines.push(
      `Rows of ${d.method} are discounted by ${number(d.discount)}: twice the training takes ${number(d.forTwice)} times the rows.`,
    );
  if (h.overtaken.length > 0)
    lines.push('That is about the training file; only evaluations of more training can say what a network does.');
  return lines;
}

function repairLines(r: Repair, { place, program }: AnalysisContext, style: Style): readonly string[] {
  const lines = wrap(`${where(r.condition)}expect ${r.text} fails: it is ${formatProbability(r.value)}.`, style.width);
  const listed = (options: readonly Remedy[]) =>
    table(
      [
        { header: 'Change', flexible: true },
        { header: 'line', right: true },
        { header: 'from', right: true },
        { header: 'to', right: true },
        { header: 'then', right: true },
      ],
      options.slice(0, MOST_OPTIONS).map((o) => {
        const origin =
          o.number?.origin ?? (o.move?.evidence === 'episode' ? program.episodes[o.move.index]?.origin : undefined);
        return [
          o.what,
          origin ? String(place(origin).line) : '',
          o.from === null ? '' : number(o.from),
          o.to === null ? '' : number(o.to),
          formatPercent(o.after),
        ];
      }),
      style,
    );
  const evidence = r.options.filter((o) => o.kind === 'evidence');
  const beliefs = r.options.filter((o) => o.kind === 'belief');
  if (r.reason !== undefined) lines.push(...wrap(r.reason, style.width));
  if (evidence.length > 0) lines.push(...listed(evidence));
  if (beliefs.length > 0) lines.push('What would have to be true instead:', ...listed(beliefs));
  return lines;
}

const DIAGNOSES = {
  'prior-dominated': 'the priors carry the conclusion, the evidence hardly moves it',
  conflict: 'priors and evidence pull in different directions',
  neither: 'neither the priors nor the evidence alone carry it',
} as const;

function sensitivityLines(found: Analyses, { place }: AnalysisContext, style: Style): readonly string[] {
  const lines: string[] = [];
  for (const { condition, result } of found.powerScaling ?? [])
    lines.push(
      ...wrap(
        `${where(condition)}power-scaling: prior ${result.prior.toFixed(3)}, likelihood ${result.likelihood.toFixed(3)}: ${DIAGNOSES[result.diagnosis]}.`,
        style.width,
      ),
    );
  if (!found.tornado) return lines;
  const { bars, now, watched } = found.tornado;
  lines.push(
    `${watched} is ${formatProbability(now)}; each number moved by half a unit of its scale:`,
    ...table(
      [
        { header: 'Number', flexible: true },
        { header: 'line', right: true },
        { header: 'lower', right: true },
        { header: 'higher', right: true },
        { header: '' },
      ],
      bars
        .slice(0, MOST_BARS)
        .map((bar) => [
          bar.number.label,
          String(place(bar.number.origin).line),
          Number.isNaN(bar.down) ? 'error' : formatPercent(bar.down),
          Number.isNaN(bar.up) ? 'error' : formatPercent(bar.up),
          bar.assumption ? paint('assumption', 'warn', style) : '',
        ]),
      style,
    ),
  );
  return lines;
}

function flipSentence(f: Flip, { program }: AnalysisContext): string {
  const what = f.expectation === undefined ? f.what : `expect ${f.what}`;
  if (f.count === null)
    return `${where(f.condition)}no set of inline episodes was found without which "${what}" changes${f.exact ? '; there is none' : ''}.`;
  const own = program.conditions.find((c) => c.name === f.condition)?.program ?? program;
  const sets = f.episodes
    .map(({ episode, count }) => `${count} of ${own.episodes[episode]?.label ?? `episode ${episode + 1}`}`)
    .join(', ');
  const sure = f.exact ? 'no smaller set does' : `at least ${f.lowerBound ?? 1} are needed`;
  return `${where(f.condition)}"${what}" changes without ${f.count} episode${f.count === 1 ? '' : 's'} (${sets}); ${sure}.`;
}

function measuringLines(found: Identifiability, style: Style): readonly string[] {
  const lines = found.pairs.map(({ a, b }) => `Nothing here tells ${a} from ${b}.`);
  if (found.probes.length === 0) return [...lines, 'Every probe has an evaluation.'];
  lines.push(
    ...table(
      [
        { header: 'Situation', flexible: true },
        { header: `accounts, ${found.answers} answers`, right: true },
        { header: 'persona, 1 answer', right: true },
        { header: `persona, ${found.probes[0]?.persona.length ?? 0} in one`, right: true },
      ],
      found.probes.map((p) => [
        p.given === undefined ? p.situation : `${p.situation} given ${p.given}`,
        Number.isNaN(p.account) ? '–' : bits(p.account),
        bits(p.persona[0] ?? Number.NaN),
        bits(p.persona[p.persona.length - 1] ?? Number.NaN),
      ]),
      style,
    ),
  );
  if (found.probes.some((p) => !p.exact)) lines.push('Some of these are sampled, not enumerated.');
  return lines;
}

const bits = (nats: number): string => `${inUnit(nats, 'bits').toFixed(3)} bits`;
