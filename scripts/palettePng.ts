/** PNG pictures of few colours, a third of the size that a browser writes: pictures in the package have to be small. */
import { crc32, deflateSync } from 'node:zlib';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Uint8Array;
}

/** Encodes with a palette of at most `colours` (2 to 256): median cut over the picture's own colours, no dithering. */
export function palettePng({ width, height, data }: Pixels, colours: number): Buffer {
  const counts = new Map<number, number>();
  const pixels = new Uint32Array(width * height);
  for (let i = 0; i < pixels.length; i += 1) {
    const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4);
    const colour = ((r << 24) | (g << 16) | (b << 8) | a) >>> 0;
    pixels[i] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = medianCut([...counts], colours);
  const nearest = new Map<number, number>();
  const rows = Buffer.alloc((width + 1) * height);
  pixels.forEach((colour, i) => {
    let index = nearest.get(colour);
    if (index === undefined) {
      index = nearestIn(palette, colour);
      nearest.set(colour, index);
    }
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = index;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => channels(colour).slice(0, 3)))),
    chunk('tRNS', Buffer.from(palette.map((colour) => colour & 255))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

type Counted = readonly [colour: number, count: number];

function channels(colour: number): readonly number[] {
  return [colour >>> 24, (colour >>> 16) & 255, (colour >>> 8) & 255, colour & 255];
}

/** Splits the box of colours with the widest channel, weighed by how often it is used, until there are enough boxes. */
function medianCut(colours: readonly Counted[], most: number): readonly number[] {
  const boxes: Counted[][] = [[...colours]];
  while (boxes.length < most) {
    const spreads = boxes.map((box) => {
      const widest = [0, 1, 2, 3].map((c) => {
        const values = box.map(([colour]) => channels(colour)[c]);
        return Math.max(...values) - Math.min(...values);
      });
      const channel = widest.indexOf(Math.max(...widest));
      const weight = Math.log2(1 + box.reduce((sum, [, count]) => sum + count, 0));
      return { channel, spread: box.length > 1 ? widest[channel] * weight : 0 };
    });
    const at = spreads.reduce((best, { spread }, i) => (spread > spreads[best].spread ? i : best), 0);
    if (spreads[at].spread === 0) break;
    const { channel } = spreads[at];
    const box = boxes[at].sort(([a], [b]) => channels(a)[channel] - channels(b)[channel] || a - b);
    boxes.splice(at, 1, box.slice(0, box.length >> 1), box.slice(box.length >> 1));
  }
  // A box stands for its most frequent colour, so that grounds and inks keep theirs exactly.
  return boxes.map((box) => box.reduce((best, each) => (each[1] > best[1] ? each : best))[0]);
}

function nearestIn(palette: readonly number[], colour: number): number {
  const wanted = channels(colour);
  const distances = palette.map((each) => channels(each).reduce((sum, value, c) => sum + (value - wanted[c]) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}
