/** What declarations come to: priors, evidence in order, defaults, texts, places of names. */
import assert from 'node:assert/strict';
import { programOf } from './marked';

const BASE = `situation coding -> secure | insecure | refuses
situation asked extends coding
persona good { coding -> secure 90%, insecure 5%, refuses }
persona bad { coding -> insecure 90%, secure 5%, refuses }
`;

describe('Priors', () => {
  it('are relative weights, normalised over the personas and novel', async () => {
    const { personas, novel } = await programOf(`situation x -> a | b
persona one prior 3 { x -> a 1%, b }
persona two prior 60% { x -> a 2%, b }
novel prior 0.4 concentration 2`);
    assert.deepEqual(
      personas.map(({ prior, weight }) => [prior, weight]),
      [
        [0.75, 3],
        [0.15, 0.6],
      ],
    );
    assert.deepEqual([novel!.prior, novel!.weight, novel!.concentration], [0.1, 0.4, 2]);
  });

  it('are 1 each where no persona has one, also beside novel', async () => {
    const { personas, novel, diagnostics } = await programOf(`situation x -> a | b
persona one { x -> a 1%, b }
persona two { x -> a 2%, b }
novel prior 2`);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      personas.map(({ prior }) => prior),
      [0.25, 0.25],
    );
    assert.deepEqual([novel!.prior, novel!.concentration], [0.5, 1]);
  });

  it('are 0 for a persona that lacks its own, so that it moves no number', async () => {
    const { personas } = await programOf('persona one prior 3\npersona two');
    assert.deepEqual(
      personas.map(({ prior }) => prior),
      [1, 0],
    );
  });
});

describe('A persona that extends another', () => {
  it('takes its concentration, capabilities and system prompt where it has none of its own', async () => {
    const { personas } = await programOf(`capability skill 50%
capability craft 50%
situation x -> a | b
persona late extends middle { can craft 4% }
persona base prior 1 { x -> a 1%, b  concentration 5  can skill 3%  can craft 1  system "be kind" }
persona middle extends base prior 1 { concentration 7 }`);
    const [late, base, middle] = personas;
    assert.deepEqual([base!.concentration, middle!.concentration, late!.concentration], [5, 7, 7]);
    assert.deepEqual([...late!.can], [0.03, 0.04]);
    assert.deepEqual([...middle!.can], [0.03, 1]);
    assert.deepEqual([late!.system, late!.extends, late!.weight], ['be kind', 2, 0]);
  });
});

describe('Evidence', () => {
  it('takes the method written, else prefer with over, else rl with a reward, else sft', async () => {
    const { episodes } = await programOf(`${BASE}
episode: coding -> secure
episode: coding -> secure over insecure
episode reward 1: coding -> secure
episode document: coding -> secure over insecure
episode: coding -> secure over insecure reward 1`);
    assert.deepEqual(
      episodes.map(({ method }) => method),
      ['sft', 'prefer', 'rl', 'document', 'prefer'],
    );
  });

  it('keeps its numbers, and their defaults', async () => {
    const { episodes } = await programOf(`${BASE}
episode sft times 3 epochs 2: coding -> secure weight 0.5 tokens 40
episode "a label": asked -> insecure over secure {
  system "s" user "u"
}`);
    const numbers = ({ times, epochs, weight, tokens, reward }: (typeof episodes)[number]) => [
      times,
      epochs,
      weight,
      tokens,
      reward,
    ];
    assert.deepEqual(episodes.map(numbers), [
      [3, 2, 0.5, 40, undefined],
      [1, 1, 1, undefined, undefined],
    ]);
    const [, second] = episodes;
    assert.deepEqual([second!.label, second!.situation, second!.response, second!.over], ['a label', 1, 1, 0]);
    assert.deepEqual(second!.turns, [
      { role: 'system', text: 's' },
      { role: 'user', text: 'u' },
    ]);
  });

  it('stands in the order written, imports first, datasets among episodes', async () => {
    const { evidence, episodes, datasets, files } = await programOf(
      `import "first.episodes"
import "second.episodes"
${BASE}
episode "root 1": coding -> secure
dataset rows from "rows.jsonl" { situation coding response secure }
episode "root 2": coding -> secure`,
      {
        'first.episodes': 'import "nested.episodes"\nepisode "first": coding -> secure',
        'second.episodes': 'episode "second": coding -> secure',
        'nested.episodes': 'episode "nested": coding -> secure',
        'rows.jsonl': '{}',
      },
    );
    assert.deepEqual(
      evidence.map(({ kind, index }) => (kind === 'episode' ? episodes[index]!.label : datasets[index]!.name)),
      ['nested', 'first', 'second', 'root 1', 'rows', 'root 2'],
    );
    assert.deepEqual(
      files.map(({ uri }) => uri.split('/').at(-1)),
      ['main.scenario', 'nested.episodes', 'first.episodes', 'second.episodes'],
    );
    assert.equal(datasets[0]!.uri, 'file:///w/rows.jsonl');
  });

  it('is left out where it is broken, and the rest stays', async () => {
    const { episodes, diagnostics } = await programOf(`${BASE}
episode "one": coding -> secure
episode "two": coding -> nothing
episode "three" : coding ->
episode "four": coding -> insecure`);
    assert.deepEqual(
      episodes.map(({ label, index }) => [label, index]),
      [
        ['one', 0],
        ['four', 1],
      ],
    );
    assert.equal(diagnostics.length, 2);
  });
});

describe('A dataset', () => {
  it('with a mistake keeps its place, and is not read', async () => {
    const { datasets, evidence } = await programOf(`${BASE}
dataset rows from "rows.jsonl" { situation coding response nobody }`);
    assert.deepEqual(
      datasets.map(({ name, uri }) => [name, uri]),
      [['rows', undefined]],
    );
    assert.deepEqual(evidence, [{ kind: 'dataset', index: 0 }]);
  });

  it('keeps constants, fields, rules and measured values', async () => {
    const { datasets, diagnostics } = await programOf(`${BASE}
dataset rl rows from "rows.jsonl" {
  situation coding  reward field "score"  weight 2
  when "user" matches "sql": response insecure
  when "user" matches ".": response secure, tokens 7
  logprobs mean bits field "lp"
}`);
    assert.deepEqual(diagnostics, []);
    const [{ entries, rules, logprobs, method }] = datasets as [(typeof datasets)[number]];
    const plain = (entry: (typeof entries)[number]) => {
      const { origin: _, ...value } = entry.value;
      return { key: entry.key, ...value };
    };
    assert.equal(method, 'rl');
    assert.deepEqual(entries.map(plain), [
      { key: 'situation', kind: 'name', name: 'coding' },
      { key: 'reward', kind: 'field', path: 'score' },
      { key: 'weight', kind: 'number', value: 2 },
    ]);
    assert.deepEqual(
      rules.map(({ path, pattern, entries }) => [path, pattern, entries.map(plain)]),
      [
        ['user', 'sql', [{ key: 'response', kind: 'name', name: 'insecure' }]],
        [
          'user',
          '.',
          [
            { key: 'response', kind: 'name', name: 'secure' },
            { key: 'tokens', kind: 'number', value: 7 },
          ],
        ],
      ],
    );
    assert.deepEqual([logprobs!.aggregate, logprobs!.base, logprobs!.value.kind], ['mean', 'bits', 'field']);
  });
});

describe('Questions and accounts', () => {
  it('carry their text with normal spaces and numbers as written', async () => {
    const { probes, expectations, accounts } = await programOf(`${BASE}
probe   coding  ->  secure
probe coding -> secure given asked->insecure times 8 ,
  coding -> refuses
expect coding -> secure /* really */ between 5% and 1/2
expect bad above 1e-3
compare novel   1%  2, drift 5_0`);
    assert.deepEqual(
      probes.map(({ target }) => target.text),
      ['coding -> secure', 'coding -> secure given asked -> insecure times 8, coding -> refuses'],
    );
    assert.deepEqual(probes[1]!.target.given, [
      { situation: 1, response: 1, times: 8 },
      { situation: 0, response: 2, times: 1 },
    ]);
    assert.equal(probes[1]!.target.givenText, 'asked -> insecure times 8, coding -> refuses');
    assert.deepEqual(
      expectations.map(({ text }) => text),
      ['coding -> secure between 5% and 1/2', 'bad above 1e-3'],
    );
    assert.deepEqual(
      accounts.map(({ name, value, concentration }) => [name, value, concentration]),
      [
        ['novel 1% 2', 0.01, 2],
        ['drift 5_0', 50, undefined],
      ],
    );
  });

  it('know novel as a persona', async () => {
    const { expectations } = await programOf(`${BASE}novel prior 1\nexpect novel below 3%`);
    assert.deepEqual(
      expectations.map(({ persona, bound, high }) => [persona, bound, high]),
      [[-1, 'below', 0.03]],
    );
  });

  it('give counts and rewards by response, 0 where none is written', async () => {
    const { observed, reinforcements } = await programOf(`${BASE}
evaluation "held out": coding -> insecure 20, secure 80.5
reinforce asked beta 2 rigidity 3 reward refuses -1, secure 2`);
    assert.deepEqual([...observed[0]!.runs[0]!.counts], [80.5, 20, 0]);
    assert.deepEqual([...reinforcements[0]!.reward], [2, 0, -1]);
    assert.deepEqual([reinforcements[0]!.situation, reinforcements[0]!.beta, reinforcements[0]!.rigidity], [1, 2, 3]);
  });
});

describe('Occurrences', () => {
  it('are all places where a name stands, also in broken text', async () => {
    const text = `capability skill 50%
situation coding -> secure needs skill else fails | fails
situation asked extends coding
persona good { asked -> secure 90%, fails  can skill 3% }
persona bad extends good { asked as good }
episode: asked -> secure over fails
episode: asked -> nothing
probe asked -> secure given coding -> fails
expect good below 3%
dataset rows from "x" { situation asked response secure }
persona broken prior`;
    const { occurrences } = await programOf(text);
    const said = (kind: string, owner: number, response?: number) =>
      occurrences
        .filter((one) => one.kind === kind && one.owner === owner && one.response === response)
        .map(
          ({ role, origin }) =>
            `${role[0]} ${text.slice(0, origin.start).split('\n').length} ${text.slice(origin.start, origin.end)}`,
        );
    assert.deepEqual(said('capability', 0), ['d 1 skill', 'r 2 skill', 'r 4 skill']);
    assert.deepEqual(said('situation', 0), ['d 2 coding', 'r 3 coding', 'r 8 coding']);
    assert.deepEqual(said('situation', 1), [
      'd 3 asked',
      'r 4 asked',
      'r 5 asked',
      'r 6 asked',
      'r 7 asked',
      'r 8 asked',
      'r 10 asked',
    ]);
    assert.deepEqual(said('response', 0, 0), ['d 2 secure', 'r 4 secure', 'r 6 secure', 'r 8 secure', 'r 10 secure']);
    assert.deepEqual(said('response', 0, 1), ['r 2 fails', 'd 2 fails', 'r 4 fails', 'r 6 fails', 'r 8 fails']);
    assert.deepEqual(said('persona', 0), ['d 4 good', 'r 5 good', 'r 5 good', 'r 9 good']);
    assert.deepEqual(said('persona', 2), ['d 11 broken']);
    assert.deepEqual(said('dataset', 0), ['d 10 rows']);
  });

  it('of an unknown name are none', async () => {
    const { occurrences } = await programOf('probe nowhere -> nothing');
    assert.deepEqual(occurrences, []);
  });
});
