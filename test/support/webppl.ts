/** Exact inference by enumeration in WebPPL (webppl.org), an independent probabilistic language. */
// @ts-expect-error: the package has no types
import webppl from 'webppl';

export interface EnumeratedModel {
  /** Log probability of a value under the posterior. */
  score(value: unknown): number;
}

interface Prepared {
  readonly run: () => void;
}

/** The part of the package that is used; it has no types of its own. */
interface WebPpl {
  compile(code: string): unknown;
  prepare(compiled: unknown, done: (store: unknown, value: EnumeratedModel) => void, options: object): Prepared;
}

const engine: WebPpl = webppl;

/** Compile once; every call runs the model on other data, which it finds in `globalStore`. */
export function enumeration(code: string): (data: Readonly<Record<string, unknown>>) => EnumeratedModel {
  const compiled = engine.compile(code);
  return (data) => {
    let result: EnumeratedModel | undefined;
    // WebPPL's default runner lets go of the event loop now and then; enumeration needs none of that.
    const baseRunner = () => (step: unknown) => {
      let next = step;
      while (typeof next === 'function') next = next();
    };
    engine
      .prepare(compiled, (_, value) => (result = value), { initialStore: { ...data }, baseRunner: baseRunner() })
      .run();
    if (!result) throw new Error('WebPPL gave no result');
    return result;
  };
}

/** Rigid personas: a persona is drawn by its prior, and every episode is a factor of its own. */
export const RIGID_PERSONAS = `
var model = function() {
  var h = categorical({ vs: globalStore.personas, ps: globalStore.priors });
  var rows = globalStore.rows[h];
  map(function(e) { factor(e.count * Math.log(rows[e.cell])); }, globalStore.episodes);
  return h;
};
Infer({ method: 'enumerate', model: model })
`;
