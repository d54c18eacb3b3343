/** The scale of a number: what "evenly spaced" and "uniform" mean for it (LANGUAGE section 7, Parameters). */
export type ScaleName = 'linear' | 'log' | 'logit';

export interface Scale {
  readonly name: ScaleName;
  /** From a value to its place on the scale. */
  readonly place: (value: number) => number;
  /** From a place on the scale to the value. */
  readonly value: (place: number) => number;
}

const logistic = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

const SCALES: Readonly<Record<ScaleName, Scale>> = {
  linear: { name: 'linear', place: (value) => value, value: (place) => place },
  log: { name: 'log', place: Math.log, value: Math.exp },
  logit: { name: 'logit', place: (value) => Math.log(value) - Math.log1p(-value), value: logistic },
};

export const scaleOf = (name: ScaleName): Scale => SCALES[name];
