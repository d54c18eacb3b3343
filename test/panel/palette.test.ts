import assert from 'node:assert/strict';
import { colourSlots, colourVariable, NOVEL_SLOT, PALETTE } from '../../panel/model/palette';

type Rgb = readonly [number, number, number];

/** Full dichromacy, linear RGB (Machado, Oliveira and Fernandes 2009, table of severity 1). */
const SIGHT: Record<string, readonly [Rgb, Rgb, Rgb]> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const linear = (hex: string): Rgb => {
  const channel = (at: number) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const dot = (a: Rgb, b: Rgb) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const luminance = (colour: Rgb) => dot([0.2126, 0.7152, 0.0722], colour);

/** WCAG 2 contrast ratio. */
const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** Oklab (Ottosson 2020) of a colour as a person with this sight sees it. */
const seen = (hex: string, sight: string): Rgb => {
  const rgb = SIGHT[sight]!.map((row) => Math.min(1, Math.max(0, dot(row, linear(hex))))) as unknown as Rgb;
  const l = Math.cbrt(dot([0.4122214708, 0.5363325363, 0.0514459929], rgb));
  const m = Math.cbrt(dot([0.2119034982, 0.6806995451, 0.1073969566], rgb));
  const s = Math.cbrt(dot([0.0883024619, 0.2817188376, 0.6299787005], rgb));
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], [l, m, s]),
    dot([1.9779984951, -2.428592205, 0.4505937099], [l, m, s]),
    dot([0.0259040371, 0.7827717662, -0.808675766], [l, m, s]),
  ];
};
const apart = (a: string, b: string, sight: string): number => {
  const [x, y] = [seen(a, sight), seen(b, sight)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
};

describe('the colours of personas', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`stay apart for every kind of colour vision, ${theme}`, () => {
      const named = PALETTE.slice(0, NOVEL_SLOT);
      for (const sight of Object.keys(SIGHT))
        for (const [i, a] of named.entries())
          for (const b of named.slice(0, i))
            assert.ok(
              apart(a[theme], b[theme], sight) >= 0.07,
              `${a.id} and ${b.id} are ${apart(a[theme], b[theme], sight).toFixed(3)} apart in ${sight}`,
            );
    });

    it(`can be seen against the backgrounds of VS Code, ${theme}`, () => {
      const backgrounds = theme === 'light' ? ['#ffffff', '#f8f8f8', '#f3f3f3'] : ['#1f1f1f', '#181818', '#000000'];
      for (const colour of PALETTE)
        for (const background of backgrounds)
          assert.ok(contrast(colour[theme], background) >= 3, `${colour.id} on ${background}`);
    });
  }

  it('go by place, so that a renamed persona keeps its colour, and novel is always the grey one', () => {
    assert.deepEqual(colourSlots(['a', 'b', 'novel']), [0, 1, NOVEL_SLOT]);
    assert.deepEqual(colourSlots(['a', 'renamed', 'novel']), [0, 1, NOVEL_SLOT]);
    assert.deepEqual(colourSlots(['1', '2', '3', '4', '5', '6', '7', '8', '9']), [0, 1, 2, 3, 4, 5, 6, 7, 0]);
    assert.equal(colourVariable(0), 'var(--vscode-dramatis-persona1)');
  });
});
