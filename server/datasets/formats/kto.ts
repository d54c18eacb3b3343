/** Conversations with a verdict: a boolean beside the messages says whether the last answer is one to write. */
import type { Tape } from '../json/scan';
import { chat, isList } from './conversation';
import type { Format, FormatExample } from './format';
import { at, firstAt, type RowKey, rowKey } from './rowKeys';
import { truthOf } from './truth';

const lists = [rowKey('messages'), rowKey('conversations')];
/** The key that says it, and its name for the mapping. */
const verdicts: readonly (readonly [RowKey, string])[] = [
  [rowKey('kto_tag'), 'kto_tag'],
  [rowKey('label'), 'label'],
];

function verdictIn(tape: Tape): { readonly desired: boolean; readonly key: string } | undefined {
  for (const [key, name] of verdicts) {
    const desired = truthOf(tape, at(key));
    if (desired !== undefined) return { desired, key: name };
  }
  return undefined;
}

export const ktoFormat: Format = {
  name: 'kto',
  title: 'KTO conversations',
  recognise: (tape) => isList(tape, firstAt(...lists)) && verdictIn(tape) !== undefined,
  read(tape) {
    const { desired, key } = verdictIn(tape)!;
    return { ...chat(tape, 'kto', firstAt(...lists), -1), desired, desiredKey: key };
  },
};

export const ktoExamples: readonly FormatExample[] = [
  {
    row: '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"label":true}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'LLaMA-Factory demo data, kto_en_demo',
  },
  {
    row: '{"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Hello"}],"kto_tag":true}',
    user: 'Hi',
    assistant: 'Hello',
    source: 'LLaMA-Factory, data/README.md, kto_tag',
  },
];
