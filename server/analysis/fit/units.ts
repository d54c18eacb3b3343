/** How logs are shown: the program's units (LANGUAGE section 4). */
export interface ShownUnit {
  readonly name: 'bits' | 'nats' | 'decibans';
  readonly perNat: number;
}

export const displayUnit = (name: ShownUnit['name']): ShownUnit => ({
  name,
  perNat: name === 'nats' ? 1 : name === 'bits' ? 1 / Math.LN2 : 10 / Math.LN10,
});
