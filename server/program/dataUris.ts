/** The files that a dataset is read from. */
import type { DatasetSource } from './model/program';
import { normalUri } from './uris';

/** Normal URIs of its data, in order, and of its labels; empty where it is not read. */
export function dataUris({ uri, uris, labels }: Pick<DatasetSource, 'uri' | 'uris' | 'labels'>): readonly string[] {
  if (uri === undefined) return [];
  return [...(uris ?? [uri]), ...(labels?.uri ? [labels.uri] : [])].map(normalUri);
}
