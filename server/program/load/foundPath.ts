/** Where a path that is written in a file leads. */
export type FoundPath =
  | { readonly kind: 'place'; readonly uri: string /** Where links lead. */; readonly real: string }
  | { readonly kind: 'nowhere' | 'outside' | 'unsaved' };
