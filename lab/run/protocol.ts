/**
 * What the protocol allows: results count only under a final protocol, and only with the code that it names. Must not know
 * how cells run.
 */

/** The hash that a final protocol names; undefined in a draft. */
export function sealedCode(protocol: string): string | undefined {
  if (!protocol.includes('**Status: final.**')) return undefined;
  return /`([0-9a-f]{64})`/.exec(protocol)?.[1];
}

/** Why a run may not write results that count; undefined where it may. */
export function refusal(protocol: string, code: string): string | undefined {
  const sealed = sealedCode(protocol);
  if (sealed === undefined) return 'PROTOCOL.md is a draft: no run counts yet.';
  if (sealed !== code)
    return 'The code that predicts is not the one that PROTOCOL.md names: run it at the sealed commit.';
  return undefined;
}
