/**
 * The colours of personas, one table for the panel, the report, hovers and the manifest (`contributes.colors`, whose
 * values a test compares with these, so that a user's theme can change them).
 *
 * Colour never stands alone: names stand beside it everywhere. Still, the eight are chosen to stay apart for
 * protanopes, deuteranopes and tritanopes, and to have at least 3:1 against VS Code's light and dark backgrounds.
 */

export interface PersonaColour {
  /** Id of the theme colour. */
  readonly id: string;
  readonly light: string;
  readonly dark: string;
}

export const PALETTE: readonly PersonaColour[] = [
  { id: 'dramatis.persona1', light: '#1f6dd7', dark: '#40bcff' },
  { id: 'dramatis.persona2', light: '#e54410', dark: '#f97909' },
  { id: 'dramatis.persona3', light: '#1c6b62', dark: '#14a782' },
  { id: 'dramatis.persona4', light: '#780057', dark: '#ef86c5' },
  { id: 'dramatis.persona5', light: '#847e4f', dark: '#e4d058' },
  { id: 'dramatis.persona6', light: '#0098c6', dark: '#8ce7f9' },
  { id: 'dramatis.persona7', light: '#3b2f90', dark: '#9778f6' },
  { id: 'dramatis.persona8', light: '#d66496', dark: '#e84446' },
  { id: 'dramatis.novel', light: '#6e6e6e', dark: '#a3a3a3' },
];

/** The slot of `novel`: grey, since it is none of the named. */
export const NOVEL_SLOT = 8;

/**
 * The colour slot of each hypothesis: personas in the order of the program, `novel` (by that name) always the grey one.
 * Renaming a persona or changing its numbers leaves its colour; a ninth persona begins again at the first.
 */
export function colourSlots(hypotheses: readonly string[]): number[] {
  let next = 0;
  return hypotheses.map((name) => (name === 'novel' ? NOVEL_SLOT : next++ % NOVEL_SLOT));
}

/** A slot's colour for Markdown with HTML and for style sheets: the theme's, so that it is right in light and dark. */
export function colourVariable(slot: number): string {
  return `var(--vscode-${PALETTE[slot]!.id.replace('.', '-')})`;
}
