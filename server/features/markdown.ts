/** Text from files is hostile: in markdown it must stay text. */

/** Escapes what markdown would read as markup, and `<` and `&`, which renderers that allow HTML would. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|~>]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/\r?\n/g, ' ');
}
