/** A picture of the view: its charts below each other in one SVG that stands alone, or the same as pixels. */

import { CHART_STYLE } from '../panel/model/charts/style';
import { PALETTE } from '../panel/model/palette';

const GAP = 28;
const SVG = 'http://www.w3.org/2000/svg';

/** Variables that the charts' style sheet needs, with the values that they have in this theme. */
const VARIABLES = [
  ...['ink', 'muted', 'line', 'axis', 'track', 'paper', 'focus', 'hover', 'good', 'bad', 'for', 'against', 'if'],
  ...PALETTE.map((_, slot) => `persona-${slot}`),
].map((name) => `--${name}`);

/** The charts of the view as SVG text or PNG bytes; undefined where none is shown. */
export async function takePicture(root: HTMLElement, kind: 'svg' | 'png'): Promise<string | Uint8Array | undefined> {
  const picture = compose(root);
  if (!picture) return undefined;
  const text = new XMLSerializer().serializeToString(picture);
  return kind === 'svg' ? text : pixels(text, picture.width.baseVal.value, picture.height.baseVal.value);
}

function compose(root: HTMLElement): SVGSVGElement | undefined {
  const charts = [...root.querySelectorAll<SVGSVGElement>('svg.chart')];
  if (charts.length === 0) return undefined;
  const look = getComputedStyle(document.body);
  const width = Math.max(...charts.map((chart) => chart.width.baseVal.value)) + 2 * GAP;
  const picture = document.createElementNS(SVG, 'svg');
  const style = document.createElementNS(SVG, 'style');
  const colours = VARIABLES.map((name) => `${name}:${look.getPropertyValue(name)}`).join(';');
  style.textContent = `svg{${colours};font-family:${look.fontFamily}}${CHART_STYLE}`;
  const paper = document.createElementNS(SVG, 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', look.getPropertyValue('--paper'));
  picture.append(style, paper);
  let top = GAP;
  for (const chart of charts) {
    const title = document.createElementNS(SVG, 'text');
    title.textContent = chart.querySelector('title')?.textContent ?? '';
    title.setAttribute('class', 'name');
    title.setAttribute('x', String(GAP));
    title.setAttribute('y', String(top));
    const heading = document.createElementNS(SVG, 'g');
    heading.setAttribute('class', 'chart');
    heading.append(title);
    const copy = chart.cloneNode(true) as SVGSVGElement;
    copy.setAttribute('x', String(GAP));
    copy.setAttribute('y', String(top + 12));
    picture.append(heading, copy);
    top += 12 + chart.height.baseVal.value + GAP + 8;
  }
  picture.setAttribute('xmlns', SVG);
  picture.setAttribute('width', String(width));
  picture.setAttribute('height', String(top));
  picture.setAttribute('viewBox', `0 0 ${width} ${top}`);
  return picture;
}

const SHARP = 2;

async function pixels(text: string, width: number, height: number): Promise<Uint8Array | undefined> {
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * SHARP;
    canvas.height = height * SHARP;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    return blob ? new Uint8Array(await blob.arrayBuffer()) : undefined;
  } finally {
    URL.revokeObjectURL(url);
  }
}
