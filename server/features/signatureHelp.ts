/** What the number at the caret means: of an attribute, a setting, an account. */
import type { Position, SignatureHelp } from 'vscode-languageserver-types';
import type { SyntaxSnapshot } from '../snapshot';
import { offsetAt } from '../syntax/lines';
import { caretContext } from './completion/caret';
import { walk } from './completion/expectations';
import { SIGNATURES } from './signatures';

export function signatureHelp(snapshot: SyntaxSnapshot, position: Position): SignatureHelp | undefined {
  const caret = caretContext(snapshot, offsetAt(snapshot.lines, position));
  if (caret.inside !== 'code') return undefined;
  const wanted = walk(caret.tokens).expected.find((one) => one.kind === 'number');
  const signature = wanted?.kind === 'number' ? SIGNATURES[wanted.of] : undefined;
  if (wanted?.kind !== 'number' || !signature) return undefined;
  const { label, documentation, parameters } = signature;
  return {
    signatures: [{ label, documentation, parameters: parameters.map((one) => ({ ...one })) }],
    activeSignature: 0,
    activeParameter: Math.min(wanted.parameter, parameters.length - 1),
  };
}
