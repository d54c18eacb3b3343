/**
 * Markup as a value: a template tag whose texts are escaped wherever they stand, so that nothing of a scenario can be
 * more than text. The charts draw with it as they draw with lit's tag in the page.
 */

/** Text that is markup already. Only the tag makes it. */
export interface Markup {
  readonly markup: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * `` markup`<b>${text}</b>` ``. Values are texts and numbers (escaped), markup, or arrays of those. An attribute
 * without quotes around its value gets them.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  let out = strings[0]!;
  for (const [index, value] of values.entries()) {
    const bare = out.endsWith('=');
    out += bare ? `"${rendered(value)}"` : rendered(value);
    out += strings[index + 1]!;
  }
  return { markup: out };
}

function rendered(value: unknown): string {
  if (Array.isArray(value)) return value.map(rendered).join('');
  if (typeof value === 'object' && value !== null && 'markup' in value) return (value as Markup).markup;
  if (typeof value === 'string' || typeof value === 'number')
    return String(value).replace(/[&<>"']/g, (c) => ESCAPES[c]!);
  return '';
}
