/**
 * A picture of a view that stands alone: its sentence, its figures with titles and legends, in colours that do not
 * depend on the editor's theme, as SVG or as pixels.
 */
import { render, svg } from 'lit/html.js';
import type { Figure } from '../panel/model/charts/figures';
import { drawLegend } from '../panel/model/charts/legend';
import { CHART_STYLE, PAPER } from '../panel/model/charts/style';
import { textWidth } from '../panel/model/charts/tag';

export interface Picture {
  readonly title: string;
  readonly headline: string;
  readonly figures: readonly Figure[];
}

const WIDTH = 840;
const MARGIN = 28;
const SVG = 'http://www.w3.org/2000/svg';

/** SVG text or PNG bytes; undefined where there is nothing to draw. */
export async function takePicture(picture: Picture, kind: 'svg' | 'png'): Promise<string | Uint8Array | undefined> {
  if (picture.figures.length === 0) return undefined;
  const { element, height } = compose(picture);
  const text = new XMLSerializer().serializeToString(element);
  return kind === 'svg' ? text : pixels(text, WIDTH + 2 * MARGIN, height);
}

function compose({ title, headline, figures }: Picture): { readonly element: SVGSVGElement; readonly height: number } {
  let top = MARGIN + 16;
  const heading = svg`<text class="title" x=${MARGIN} y=${top}>${title}</text>`;
  const sentence = wrapped(headline, WIDTH, 13).map(
    (line, at) => svg`<text class="headline" x=${MARGIN} y=${top + 22 + at * 18}>${line}</text>`,
  );
  top += 22 + sentence.length * 18;
  const pieces = figures.map((figure) => {
    const keys = drawLegend(svg, figure.legend, WIDTH);
    const drawing = figure.draw(svg, { width: WIDTH });
    const start = top + 14;
    top = start + 12 + keys.height + drawing.height + 18;
    return svg`<g class="chart" transform=${`translate(${MARGIN} ${start})`}>
      <text class="figure-title" x="0" y="0">${figure.title}</text>
      <g transform="translate(0 12)">${keys.body}</g>
      <g transform=${`translate(0 ${12 + keys.height})`}>${drawing.body}</g>
    </g>`;
  });
  const height = top + MARGIN;
  const width = WIDTH + 2 * MARGIN;
  const element = document.createElementNS(SVG, 'svg');
  element.setAttribute('xmlns', SVG);
  element.setAttribute('width', String(width));
  element.setAttribute('height', String(height));
  element.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const style = document.createElementNS(SVG, 'style');
  style.textContent = `svg{${PAPER.light};font-family:system-ui,-apple-system,"Segoe UI",sans-serif}.title{font-size:17px;font-weight:600;fill:var(--ink)}.headline{font-size:13px;fill:var(--ink)}.figure-title{font-weight:600}${CHART_STYLE}`;
  const paper = document.createElementNS(SVG, 'rect');
  for (const [name, value] of [
    ['width', '100%'],
    ['height', '100%'],
    ['fill', '#fff'],
  ] as const)
    paper.setAttribute(name, value);
  const body = document.createElementNS(SVG, 'g');
  // A template renders into any element; what it leaves there besides the marks are comments, which are dropped.
  render(svg`${heading}${sentence}${pieces}`, body as unknown as HTMLElement);
  dropComments(body);
  element.append(style, paper, body);
  return { element, height };
}

function dropComments(node: Node): void {
  for (const child of [...node.childNodes]) {
    if (child.nodeType === Node.COMMENT_NODE) child.remove();
    else dropComments(child);
  }
}

/** The text in lines of at most this width. */
function wrapped(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
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
