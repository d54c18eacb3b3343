/**
 * How the factors of a likelihood hang the latent capabilities together: a factor of one capability stays with it, a factor of
 * two is an edge between them. On a tree of edges every integral is a chain of integrals over one capability each: what the
 * far side of an edge comes to, as a function of the capability on the near side, is a message, tabulated once.
 */

import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import { integrateLine, type LineDensity } from '../numbers/quadrature';
import { SmoothLine } from '../numbers/smoothLine';
import type { Stepwise } from '../stepwise';
import { type Curve, lineOf } from './betaLine';
import { capabilitiesOf, type Term, termCurve, termKey } from './terms';

/** What each of the terms of a log adds to its rounding. */
const ROUNDING = 4e-16;

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly term: Term;
}

export class Coupling {
  /** Groups of capabilities that edges connect, single ones included, each ascending. */
  readonly groups: readonly (readonly number[])[];
  /** Whether some factor has three capabilities, or edges go round in a ring: then there is no chain of integrals. */
  readonly tangled: boolean;
  private readonly own: readonly Term[][];
  private readonly edges: readonly Edge[];
  private readonly links: readonly (readonly number[])[];
  private readonly messages = new Map<number, SmoothLine>();
  private readonly signatures = new Map<number, string>();
  private readonly bent = new Map<string, { marks: number[]; size: number }>();

  /** `hit` and `miss`: the Betas' parameters by capability. */
  constructor(
    private readonly structure: Structure,
    readonly hit: Float64Array,
    readonly miss: Float64Array,
    terms: readonly Term[],
  ) {
    const size = structure.value.length;
    const own: Term[][] = Array.from({ length: size }, () => []);
    const edges: Edge[] = [];
    let tangled = false;
    for (const term of terms) {
      const involved = capabilitiesOf(term);
      if (involved.length === 1) own[involved[0]].push(term);
      else if (involved.length === 2) edges.push({ a: involved[0], b: involved[1], term });
      else tangled = true;
    }
    this.own = own;
    this.edges = edges;
    const all = Array.from({ length: size }, (_, c) => c);
    this.links = all.map((c) =>
      all.filter((d) => edges.some((e) => (e.a === c && e.b === d) || (e.a === d && e.b === c))),
    );
    this.groups = groupsOf(this.links).filter((group) => structure.learnable[group[0]]);
    for (const group of this.groups) {
      const degrees = group.reduce((sum, c) => sum + this.links[c].length, 0);
      tangled ||= degrees > 2 * (group.length - 1);
    }
    this.tangled = tangled;
  }

  /** The capabilities that a capability shares a factor with. */
  neighbours(c: number): readonly number[] {
    return this.links[c];
  }

  groupOf(c: number): readonly number[] {
    return this.groups.find((group) => group.includes(c)) ?? [];
  }

  /** Whether its posterior is the Beta itself. */
  plain(c: number): boolean {
    return this.own[c].length === 0 && this.links[c].length === 0;
  }

  /** A text that capabilities share whose groups have the same posterior. */
  signature(c: number): string {
    const known = this.signatures.get(c);
    if (known !== undefined) return known;
    const group = this.groupOf(c);
    const made = `${group.map((d) => `${d}:${this.hit[d]},${this.miss[d]}`).join()};${this.termsWithin(group).map(termKey).join(';')}`;
    for (const d of group) this.signatures.set(d, made);
    return made;
  }

  /** The capabilities on the ways between some that are connected, these included, ascending. */
  between(capabilities: readonly number[]): number[] {
    const retained = new Set(capabilities.flatMap((c) => this.groupOf(c)));
    // Ends that were not asked for are removed until only ways between are left.
    for (;;) {
      const end = [...retained].find(
        (c) => !capabilities.includes(c) && this.links[c].filter((d) => retained.has(d)).length < 2,
      );
      if (end === undefined) return [...retained].sort((a, b) => a - b);
      retained.delete(end);
    }
  }

  /** The factors that capabilities of a set have with each other or alone. */
  termsWithin(capabilities: readonly number[]): Term[] {
    return [
      ...capabilities.flatMap((c) => this.own[c]),
      ...this.edges.filter((e) => capabilities.includes(e.a) && capabilities.includes(e.b)).map((e) => e.term),
    ];
  }

  /** Unnormalised along c: `given` neighbours at the point, all others integrated out. */
  line(c: number, given: readonly number[], point: CapabilityPoint): LineDensity {
    const curves: Curve[] = this.own[c].map((term) => termCurve(term, c, point));
    for (const e of this.edges) {
      if ((e.a === c && given.includes(e.b)) || (e.b === c && given.includes(e.a)))
        curves.push(termCurve(e.term, c, point));
    }
    const open = this.links[c].filter((d) => !given.includes(d));
    if (open.length === 0) return lineOf(this.hit[c], this.miss[c], curves);
    const messages = open.map((d) => this.message(d, c));
    const { marks, size } = this.bends(c, open);
    const log = (t: number) => {
      let sum = 0;
      for (const m of messages) sum += m.at(t);
      return sum;
    };
    return lineOf(this.hit[c], this.miss[c], curves, { log, marks, size });
  }

  /** Log of the integral over `from` and all beyond it, by the logit of `to`. */
  message(from: number, to: number): SmoothLine {
    const key = from * this.links.length + to;
    const known = this.messages.get(key);
    if (known) return known;
    const point = pointAt(this.structure);
    const along = (t: number) => {
      setCapability(point, to, t);
      return this.line(from, [to], point);
    };
    const made = new SmoothLine((t) => [integrateLine(along(t)).log], ROUNDING * along(0).magnitude);
    this.messages.set(key, made);
    return made;
  }

  /** Tabulate what flows to a capability from the whole of its group, with stops. */
  *collect(to: number, except = -1): Stepwise<void> {
    for (const from of this.links[to]) {
      if (from === except) continue;
      yield* this.collect(from, to);
      yield* this.message(from, to).fill();
    }
  }

  /** Where the edges to some neighbours bend along c, these at their ends and in the middle. */
  private bends(c: number, others: readonly number[]): { marks: number[]; size: number } {
    const key = `${c}<${others.join()}`;
    const known = this.bent.get(key);
    if (known) return known;
    const point = pointAt(this.structure);
    const marks: number[] = [];
    let size = 0;
    for (const e of this.edges) {
      const other = e.a === c ? e.b : e.b === c ? e.a : -1;
      if (!others.includes(other)) continue;
      for (const end of [-40, 0, 40]) {
        setCapability(point, other, end);
        const curve = termCurve(e.term, c, point);
        marks.push(...curve.bend.filter(Number.isFinite));
        size = Math.max(size, curve.size);
      }
    }
    this.bent.set(key, { marks, size });
    return { marks, size };
  }
}

/** Connected groups, each ascending. */
function groupsOf(links: readonly (readonly number[])[]): number[][] {
  const seen = new Set<number>();
  return links.flatMap((_, c) => {
    if (seen.has(c)) return [];
    const group = [c];
    seen.add(c);
    for (const d of group) {
      for (const e of links[d]) {
        if (seen.has(e)) continue;
        seen.add(e);
        group.push(e);
      }
    }
    return [group.sort((a, b) => a - b)];
  });
}
