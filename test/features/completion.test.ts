import assert from 'node:assert/strict';
import type { DatasetCounts } from '../../server/datasets/counts';
import { completion, resolveCompletion } from '../../server/features/completion/completion';
import { signatureHelp } from '../../server/features/signatureHelp';
import { SIGNATURES } from '../../server/features/signatures';
import { atCaret } from '../support/snapshots';

const BASE = `capability tools 1%
situation coding "Code" -> secure "Safe code" | insecure | refuses
situation agentic -> calls needs tools else garbled | garbled | answers
/// The one that its makers hope for.
persona helpful "Helpful" prior 9 { coding -> secure 90%, insecure }
`;

async function proposed(typed: string, before = BASE, counts?: ReadonlyMap<number, DatasetCounts>) {
  const { snapshot, position, host } = await atCaret(before + typed, {
    'lib.persona': '',
    'data/a.jsonl': '{}',
    'data/b.txt': '',
  });
  return completion(snapshot, position, { list: host.list, snippets: true, counts: async () => counts });
}

const labels = async (typed: string, before?: string) => (await proposed(typed, before)).map(({ label }) => label);

describe('completion', () => {
  it('offers every declaration on a fresh line, as snippets', async () => {
    const items = await proposed('$0');
    for (const word of ['persona', 'episode', 'compare']) assert.ok(items.some(({ label }) => label === word));
    assert.match(items.find(({ label }) => label === 'persona')?.textEdit?.newText ?? '', /\$\{1:name\}/);
  });

  it('offers declarations in an empty file', async () => {
    assert.ok((await labels('$0', '')).includes('situation'));
  });

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['methods and attributes after episode', 'episode $0', ['sft', 'times', ':']],
    ['situations after the colon', 'episode: $0', ['coding', 'agentic']],
    ['the responses of this situation', 'episode: agentic -> $0', ['calls', 'answers', 'garbled']],
    ['the other responses after over', 'episode: coding -> secure over $0', ['insecure', 'refuses']],
    [
      'attributes that are not there yet',
      'episode: coding -> secure times 2 $0',
      ['epochs', 'weight', 'tokens', 'reward', '{'],
    ],
    ['roles in an episode', 'episode: coding -> secure { $0', ['system', 'user', 'assistant', 'tool']],
    [
      'situations and settings in a persona',
      'persona p { $0',
      ['coding', 'agentic', 'concentration', 'can', 'system', '}'],
    ],
    ['responses that the row lacks', 'persona p { coding -> secure 40%, $0', ['insecure', 'refuses']],
    ['the number that is left', 'persona p { coding -> secure 40%, insecure $0', ['60%', ',']],
    ['personas after as', 'persona p { coding as $0', ['helpful', 'p']],
    ['capabilities after needs', 'situation s -> a needs $0', ['tools']],
    ['own responses after else', 'situation s -> b | a needs tools else $0', ['b']],
    ['capabilities after can', 'persona p { can $0', ['tools']],
    ['methods', 'method $0', ['pretrain', 'document', 'sft', 'prefer', 'rl', 'context']],
    ['settings of a method', 'method sft $0', ['strength', 'repeats', 'discount', 'beta']],
    ['units', 'units $0', ['bits', 'nats', 'decibans']],
    ['accounts', 'compare selection, $0', ['selection', 'drift', 'novel', 'contextual', 'population', 'unstructured']],
    ['situations and personas after expect', 'expect $0', ['helpful', 'coding']],
    ['limits', 'expect helpful $0', ['below', 'above', 'between']],
    ['given after a probe', 'probe coding -> secure $0', ['given']],
    ['situations in a context', 'probe coding -> secure given $0', ['coding', 'agentic']],
    ['responses to reward', 'reinforce agentic beta 1 reward $0', ['calls', 'answers']],
    ['responses to count', 'evaluation: coding -> secure 3, $0', ['insecure', 'refuses']],
    ['mapping keys', 'dataset sft d from "data/a.jsonl" { $0', ['situation', 'response', 'when', 'logprobs', '}']],
    [
      'responses of the mapped situation',
      'dataset d from "x" { situation agentic response $0',
      ['field', 'calls', 'answers'],
    ],
    ['a name that is half typed', 'probe cod$0', ['coding']],
  ];
  for (const [what, typed, wanted] of cases) {
    it(`offers ${what}`, async () => {
      const found = await labels(typed);
      for (const label of wanted) assert.ok(found.includes(label), `${label} in ${found.join(' ')}`);
    });
  }

  it('does not offer a response twice in a row', async () => {
    assert.ok(!(await labels('persona p { coding -> secure 40%, $0')).includes('secure'));
  });

  it('says how much of the row is left', async () => {
    const [item] = (await proposed('persona p { coding -> secure 40%, $0')).filter(({ label }) => label === 'insecure');
    assert.equal(item?.labelDetails?.detail, ' 60% left');
  });

  it('replaces the whole word under the caret', async () => {
    const [item] = (await proposed('probe co$0ding -> secure')).filter(({ label }) => label === 'coding');
    assert.deepEqual(item?.textEdit && 'range' in item.textEdit && item.textEdit.range, {
      start: { line: 5, character: 6 },
      end: { line: 5, character: 12 },
    });
  });

  it('offers nothing in comments and titles', async () => {
    assert.deepEqual(await labels('// $0'), []);
    assert.deepEqual(await labels('scenario "$0"'), []);
  });

  it('offers files that can be imported, and training files for datasets', async () => {
    assert.deepEqual(await labels('import "$0"'), ['data/', 'lib.persona']);
    assert.deepEqual(await labels('dataset d from "data/$0"'), ['a.jsonl']);
  });

  it('offers the fields that the rows really have', async () => {
    const counts = { rows: 2, fields: [{ path: 'meta.domain', rows: 2, example: 'sql' }] } as unknown as DatasetCounts;
    const items = await proposed(
      'dataset d from "data/a.jsonl" { situation field "$0" }',
      BASE,
      new Map([[0, counts]]),
    );
    assert.equal(items[0]?.label, 'meta.domain');
    assert.equal(items[0]?.detail, '2 of 2 rows');
    assert.ok(items.some(({ label }) => label === 'assistant'));
  });

  it('offers how rows are selected, and the values that a field really has', async () => {
    const inside = (text: string) => labels(`dataset d from "data/a.jsonl" { ${text}`);
    const words = await inside('$0');
    for (const word of ['where', 'rows', 'sample', 'turn', 'labels']) assert.ok(words.includes(word), word);
    assert.deepEqual(await inside('where "a" $0'), ['not', 'matches', 'is', 'exists']);
    assert.deepEqual(await inside('where "a" not $0'), ['matches', 'is', 'exists']);
    assert.ok((await inside('where "a" is $0')).includes('true'));
    assert.deepEqual(await inside('turn $0'), ['each', 'last']);
    assert.ok((await inside('rows 3 $0')).includes('to'));
    assert.ok((await inside('labels "l.jsonl" $0')).includes('by'));
    const counts = { rows: 2, fields: [{ path: 'split', rows: 2, example: 'tr"ain' }] } as unknown as DatasetCounts;
    const proposals = await proposed(
      'dataset d from "data/a.jsonl", "data/b.jsonl" { where "split" not is "$0" situation x response a }',
      BASE,
      new Map([[0, counts]]),
    );
    assert.deepEqual(
      proposals.map(({ label }) => label),
      ['tr"ain'],
    );
  });

  it('documents a persona only when it is selected', async () => {
    const { snapshot, position, host } = await atCaret(`${BASE}expect $0`);
    const items = await completion(snapshot, position, {
      list: host.list,
      snippets: false,
      counts: async () => undefined,
    });
    const item = items.find(({ label }) => label === 'helpful')!;
    assert.equal(item.documentation, undefined);
    const resolved = resolveCompletion(snapshot, item);
    assert.match(JSON.stringify(resolved.documentation), /The one that its makers hope for/);
  });

  it('never lets hostile titles become markup', async () => {
    const before = 'situation s "<img src=x onerror=alert(1)>" -> a | b\npersona p { s -> a }\n';
    const { snapshot, position, host } = await atCaret(`${before}probe $0`);
    const [item] = await completion(snapshot, position, {
      list: host.list,
      snippets: false,
      counts: async () => undefined,
    });
    const displayed = JSON.stringify(resolveCompletion(snapshot, item!).documentation);
    assert.ok(!displayed.includes('<img'), displayed);
  });
});

describe('signature help', () => {
  for (const [typed, label] of [
    ['episode: coding -> secure times $0', 'times n'],
    ['compare novel 1% $0', 'novel p [c]'],
    ['method sft strength $0', 'strength NUM [per token]'],
    ['reinforce coding beta 1 rigidity $0', 'rigidity ρ'],
    ['persona p prior $0', 'prior WEIGHT'],
  ] as const) {
    it(`explains ${label}`, async () => {
      const { snapshot, position } = await atCaret(BASE + typed);
      assert.equal(signatureHelp(snapshot, position)?.signatures[0]?.label, label);
    });
  }

  it('marks the second number of novel', async () => {
    const { snapshot, position } = await atCaret(`${BASE}compare novel 1% $0`);
    assert.equal(signatureHelp(snapshot, position)?.activeParameter, 1);
  });

  it('stays while the number is being typed', async () => {
    const { snapshot, position } = await atCaret(`${BASE}episode: coding -> secure times 59$0`);
    assert.equal(signatureHelp(snapshot, position)?.signatures[0]?.label, 'times n');
  });

  it('is silent where no number belongs', async () => {
    const { snapshot, position } = await atCaret(`${BASE}episode: $0`);
    assert.equal(signatureHelp(snapshot, position), undefined);
  });

  it('names each parameter within its label', () => {
    for (const { label, parameters } of Object.values(SIGNATURES)) {
      for (const parameter of parameters) assert.ok(label.includes(parameter.label), label);
    }
  });
});
