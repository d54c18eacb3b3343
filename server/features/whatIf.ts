/** The way from a declaration to What-if: what opens the panel's drawer with its control. Nothing is changed here. */
import { declarationIdAt } from '../../panel/whatIf/declarations';
import type { Origin } from '../program/model/origin';
import type { SemanticSnapshot } from '../snapshot';

/** A command of the editor: opens the panel of `uri` with What-if for the declaration. */
export interface WhatIfCommand {
  readonly title: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** Whether the declaration at this place has a value that What-if can change; its command, if so. */
export function whatIfCommand(snapshot: SemanticSnapshot, offset: number): WhatIfCommand | undefined {
  const { program, file } = snapshot;
  const here = ({ origin }: { readonly origin: Origin }): boolean =>
    origin.file === file && origin.start <= offset && offset <= origin.end;
  const found = [
    program.episodes,
    program.datasets,
    program.reinforcements,
    program.personas,
    program.novel ? [program.novel] : [],
  ]
    .flatMap((declared: readonly { readonly origin: Origin }[]) => declared.find(here) ?? [])
    .at(0);
  if (!found) return undefined;
  return commandFor(snapshot, found.origin);
}

function commandFor({ program }: SemanticSnapshot, origin: Origin): WhatIfCommand {
  const controls = [declarationIdAt(program, origin)];
  const root = program.files[0]?.uri;
  return { title: 'What if…', command: 'dramatis.openPosterior', arguments: [root, 'posterior', { controls }] };
}

/** The same for a declaration, as a link of a hover, where commands are trusted. */
export function whatIfLink(snapshot: SemanticSnapshot, { origin }: { readonly origin: Origin }): string {
  const { title, command, arguments: values } = commandFor(snapshot, origin);
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(values))})`;
}
