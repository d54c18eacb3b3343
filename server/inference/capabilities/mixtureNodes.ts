/**
 * Points that stand for a mixture of posteriors of some capabilities, one part for each way in which hypotheses see them. All parts
 * share the points: along each capability they lie as close as the narrowest part asks for, and reach as far as the widest.
 */

import { type CapabilityPoint, pointAt, setCapability } from '../model/capabilityPoint';
import type { Structure } from '../model/structure';
import { integrateInSteps, type LineDensity } from '../numbers/quadrature';
import type { Stepwise } from '../stepwise';
import type { CapabilitySolution } from './capabilities';
import type { CapabilityNodes } from './capabilityNodes';

export interface MixturePart {
  readonly solution: CapabilitySolution;
  readonly weight: number;
}

export interface MixtureNodes extends CapabilityNodes {
  /** By part: log of its share of the mixture's density. */
  readonly share: readonly Float64Array[];
  /** The mixture's own log density. */
  readonly log: Float64Array;
}

/** How close nodes lie (halvings more than the densities ask for), and the share of the whole below which one is left out. */
interface Grain {
  readonly finer: number;
  readonly negligible: number;
}

const GRAINS: readonly Grain[] = [
  { finer: 2, negligible: 1e-20 },
  { finer: 1, negligible: 1e-18 },
  { finer: 0, negligible: 1e-15 },
  { finer: 0, negligible: 1e-13 },
];
const MOST_NODES = 1_500_000;
/** Nodes between two stops. */
const NODES_A_STEP = 20_000;
/** Densities of a part between two stops. */
const DENSITIES_A_STEP = 10_000;

interface Axis {
  readonly capability: number;
  /** Position of the axis that it hangs on in some part, -1 for none. */
  readonly parent: number;
  readonly lines: Map<number, AxisLine>;
}

/** An axis given its parent's place. */
interface AxisLine {
  readonly nodes: Float64Array;
  readonly spacing: Float64Array;
  /** By part: its own density there, given the parent's place; and its log, which does not underflow. */
  readonly densities: readonly Float64Array[];
  readonly logs: readonly Float64Array[];
}

/** Numbers that become more. */
class Column {
  length = 0;
  private space = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.space.length) {
      const wider = new Float64Array(2 * this.length);
      wider.set(this.space);
      this.space = wider;
    }
    this.space[this.length++] = value;
  }

  values(): Float64Array {
    return this.space.slice(0, this.length);
  }
}

/** Undefined where there would be too many, or where the parts together hang the capabilities together in a ring. */
export function* mixtureNodes(
  structure: Structure,
  pieces: readonly MixturePart[],
  capabilities: readonly number[],
): Stepwise<MixtureNodes | undefined> {
  for (const { solution } of pieces) for (const c of capabilities) yield* solution.coupling.collect(c);
  const axes = axesOf(pieces, capabilities);
  if (!axes) return undefined;
  for (const grain of GRAINS.slice(Math.min(capabilities.length, 3) - 1)) {
    const found = yield* layNodes(
      structure,
      pieces,
      axes.map((axis) => ({ ...axis, lines: new Map() })),
      grain,
    );
    if (found) return found;
  }
  return undefined;
}

/** Axes, each behind one that it hangs on. */
function axesOf(
  pieces: readonly MixturePart[],
  capabilities: readonly number[],
): Pick<Axis, 'capability' | 'parent'>[] | undefined {
  const links = new Map(
    capabilities.map((c) => [c, [...new Set(pieces.flatMap((p) => p.solution.coupling.neighbours(c)))]] as const),
  );
  const degree = (c: number) => links.get(c)?.length ?? 0;
  const order: Pick<Axis, 'capability' | 'parent'>[] = [];
  const placed = new Map<number, number>();
  let edges = 0;
  const visit = (c: number, parent: number) => {
    placed.set(c, order.push({ capability: c, parent }) - 1);
    for (const d of links.get(c) ?? []) {
      if (d < c) edges++;
      if (!placed.has(d)) visit(d, placed.get(c) as number);
    }
  };
  // Those with the most links first: what hangs on them is then independent given them.
  for (const c of [...capabilities].sort((a, b) => degree(b) - degree(a))) if (!placed.has(c)) visit(c, -1);
  const trees = order.filter((axis) => axis.parent < 0).length;
  return edges === order.length - trees ? order : undefined;
}

function* layNodes(
  structure: Structure,
  pieces: readonly MixturePart[],
  axes: readonly Axis[],
  { finer, negligible }: Grain,
): Stepwise<MixtureNodes | undefined> {
  const size = pieces.length;
  const point = pointAt(structure);
  const at = new Float64Array(axes.length);
  const weight = new Column();
  const logits = axes.map(() => new Column());
  const share = pieces.map(() => new Column());
  const log = new Column();
  /** Each part's density of the axes so far, its weight included. */
  const densities = Array.from({ length: axes.length + 1 }, () => new Float64Array(size));
  const logs = Array.from({ length: axes.length + 1 }, () => new Float64Array(size));
  pieces.forEach((p, k) => {
    densities[0][k] = p.weight;
    logs[0][k] = Math.log(p.weight);
  });
  let stops = 0;
  function* lineAt(axis: Axis): Stepwise<AxisLine> {
    const t = axis.parent < 0 ? 0 : at[axis.parent];
    const known = axis.lines.get(t);
    if (known) return known;
    const made = yield* axisLine(pieces, axis, axis.parent < 0 ? -1 : axes[axis.parent].capability, t, point, finer);
    axis.lines.set(t, made);
    yield;
    return made;
  }
  const last = axes.length - 1;
  function* lay(index: number, spacing: number): Stepwise<boolean> {
    const before = densities[index];
    const line = yield* lineAt(axes[index]);
    const due = Math.floor(weight.length / NODES_A_STEP);
    if (due > stops) {
      stops = due;
      yield;
    }
    const after = densities[index + 1];
    for (let j = 0; j < line.nodes.length; j++) {
      let mass = 0;
      for (let k = 0; k < size; k++) {
        after[k] = before[k] * line.densities[k][j];
        logs[index + 1][k] = logs[index][k] + line.logs[k][j];
        mass += after[k];
      }
      const entire = mass * spacing * line.spacing[j];
      if (!(entire > negligible)) continue;
      at[index] = line.nodes[j];
      if (index < last) {
        if (!(yield* lay(index + 1, spacing * line.spacing[j]))) return false;
        continue;
      }
      const logMass = Math.log(mass);
      weight.push(entire);
      log.push(logMass);
      for (let k = 0; k < size; k++) share[k].push(logs[index + 1][k] - logMass);
      for (let i = 0; i < at.length; i++) logits[i].push(at[i]);
    }
    return weight.length <= MOST_NODES;
  }
  if (!(yield* lay(0, 1))) return undefined;
  yield;
  const weights = weight.values();
  const total = weights.reduce((sum, w) => sum + w, 0);
  const logit: (Float64Array | undefined)[] = Array.from({ length: structure.value.length }, () => undefined);
  for (const [i, { capability }] of axes.entries()) {
    logit[capability] = logits[i].values();
    yield;
  }
  return {
    count: weight.length,
    weight: weights.map((w) => w / total),
    logit,
    share: share.map((column) => column.values()),
    log: log.values(),
  };
}

/** Lay an axis for all parts, its parent (-1: none) at t. */
function* axisLine(
  pieces: readonly MixturePart[],
  { capability }: Pick<Axis, 'capability'>,
  parent: number,
  t: number,
  point: CapabilityPoint,
  finer: number,
): Stepwise<AxisLine> {
  if (parent >= 0) setCapability(point, parent, t);
  const lines = pieces.map(({ solution, weight }) => ownLine(solution, weight, capability, parent, t, point));
  const heights = new Float64Array(lines.length);
  const mixture = (place: number) => {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < lines.length; k++) {
      heights[k] = lines[k].logWeight + lines[k].density.log(place) - lines[k].norm;
      if (heights[k] > top) top = heights[k];
    }
    if (top === Number.NEGATIVE_INFINITY) return top;
    let sum = 0;
    for (const height of heights) sum += Math.exp(height - top);
    return top + Math.log(sum);
  };
  const shapes = lines.map(({ density }) => density);
  const quadratureNodes = yield* integrateInSteps(
    {
      log: mixture,
      landmarks: [...new Set(shapes.flatMap((s) => s.landmarks))].sort((a, b) => a - b),
      extent: Math.max(...shapes.map((s) => s.extent)),
      magnitude: Math.max(...shapes.map((s) => s.magnitude)),
    },
    Math.ceil(DENSITIES_A_STEP / lines.length),
    finer,
  );
  const { nodes, spacing } = quadratureNodes;
  const own = lines.map(({ density, norm }) => nodes.map((s) => density.log(s) - norm));
  return { nodes, spacing, densities: own.map((logs) => logs.map(Math.exp)), logs: own };
}

/** One part along an axis: unnormalised density, its log norm, and the log weight of the part where the parent is. */
function ownLine(
  solution: CapabilitySolution,
  weight: number,
  capability: number,
  parent: number,
  t: number,
  point: CapabilityPoint,
): { readonly density: LineDensity; readonly norm: number; readonly logWeight: number } {
  const { coupling } = solution;
  const logWeight = Math.log(weight);
  const above = parent < 0 ? undefined : solution.marginals[parent];
  const there = above ? logWeight + above.log(t) : logWeight;
  const marginal = solution.marginals[capability];
  if (parent < 0 || !coupling.neighbours(capability).includes(parent)) {
    const density = (marginal as NonNullable<typeof marginal>).density;
    return { density, norm: 0, logWeight: there };
  }
  return {
    density: coupling.line(capability, [parent], point),
    norm: coupling.message(capability, parent).at(t),
    logWeight: there,
  };
}
