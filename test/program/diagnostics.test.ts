/** Each mistake has one diagnostic, on its cause, and what is right has none. */
import assert from 'node:assert/strict';
import { CODES } from '../../server/program/codes';
import { check, programOf } from './marked';

/** Two situations and two personas in perfect order, to which each fixture adds its own lines. */
const SOUND = `situation coding -> secure | insecure | refuses
situation chat -> kind | rude
persona good prior 9 {
  coding -> secure 90%, insecure 4%, refuses
  chat -> kind 99%, rude
}
persona bad prior 1 {
  coding -> insecure 80%, secure
  chat -> rude 50%, kind
}
probe chat -> rude
`;

const MISTAKES: Readonly<Record<string, string>> = {
  'an unknown situation': `
episode: codng -> secure
//       ^^^^^ unknown-situation
probe codng -> secure given codng -> secure
//    ^^^^^ unknown-situation
//                          ^^^^^ unknown-situation`,
  'an unknown response': `
episode: coding -> insecre
//                 ^^^^^^^ unknown-response
expect coding -> no below 3%
//               ^^ unknown-response
evaluation: coding -> no 3, secure 2
//                    ^^ unknown-response
reinforce coding beta 1 reward no 3, secure 2
//                             ^^ unknown-response`,
  'an unknown persona, and nothing about the rows that would come from it': `
persona third extends god prior 1
//                    ^^^ unknown-persona
persona fourth prior 1 {
  coding as god
//          ^^^ unknown-persona
  chat as good
}
expect nobody below 3%
//     ^^^^^^ unknown-persona
episode: coding -> secure`,
  'novel as a persona where there is none': `
expect novel below 3%
//     ^^^^^ unknown-persona`,
  'an unknown capability': `
persona third prior 1 { can fly 3% coding as good chat as bad }
//                          ^^^ unknown-capability
situation tool -> calls needs syntax else fails | fails
//                            ^^^^^^ unknown-capability
probe chat -> kind`,
  'two things of one name': `
situation coding -> a | b
//        ^^^^^^ duplicate-name
persona good { }
//      ^^^^ duplicate-name
capability skill 3%
capability skill 4%
//         ^^^^^ duplicate-name
situation twice -> a | b | a
//                         ^ duplicate-name
dataset rows from "a.jsonl" { situation coding response secure }
dataset rows from "b.jsonl" { situation coding response secure }
//      ^^^^ duplicate-name`,
  'a persona called novel beside the novel persona': `
novel prior 1
persona novel prior 1 { coding as good chat as bad }
//      ^^^^^ duplicate-name`,
  'what a program has once, twice': `
scenario "one"
scenario "two"
//^^^^^^ duplicate-declaration
units bits
units nats
//^^^ duplicate-declaration
method sft strength 1
method sft strength 1
//^^^^ duplicate-declaration
novel prior 1
novel prior 1
//^^^ duplicate-declaration`,
  'a setting twice': `
persona third prior 1 {
  concentration 3
  concentration 4
  //^^^^^^^^^^^^^ duplicate-setting
  system "a"
  system "b"
  //^^^^^^^^ duplicate-setting
  coding as good
  chat as bad
}
evaluation: coding -> secure 3, secure 4
//                              ^^^^^^^^ duplicate-setting
reinforce coding beta 1 reward secure 3, secure 4
//                                       ^^^^^^^^ duplicate-setting
dataset rows from "a.jsonl" { situation coding response secure response insecure }
//                                                             ^^^^^^^^^^^^^^^^^ duplicate-setting`,
  'an attribute twice, which the parser tells': `
episode times 2 times 3: coding -> secure
//              ^^^^^ syntax-duplicate-attribute`,
  'circles of extends': `
situation one extends two
situation two extends one
//                    ^^^ cyclic-extends
situation self extends self
//                     ^^^^ cyclic-extends
persona third extends fourth prior 1
persona fourth extends third prior 1
//                     ^^^^^ cyclic-extends
episode: one -> anything`,
  'a situation without responses': `
situation empty
//        ^^^^^ no-responses
episode: empty -> anything
persona third prior 1 { empty -> anything 3% coding as good chat as bad }`,
  'a situation that takes responses and lists some': `
situation asked extends coding -> secure | other
//                             ^^^^^^^^^^^^^^^^^ responses-and-extends
episode: asked -> other`,
  'a response that falls back on itself': `
capability syntax 50%
situation tool -> calls needs syntax else calls | fails
//                                        ^^^^^ fallback-itself`,
  'a fallback that is no response': `
capability syntax 50%
situation tool -> calls needs syntax else fials | fails
//                                        ^^^^^ unknown-response`,
  'probabilities out of range': `
capability skill 120%
//               ^^^^ probability-range
persona third prior 1 {
  coding -> secure 96
//                 ^^ probability-range
  can skill 2
//          ^ probability-range
  chat as good
}
expect chat -> rude below 5
//                        ^ probability-range
compare novel 3
//            ^ probability-range`,
  'numbers out of range': `
method sft strength 1 repeats 2 discount 3
//                            ^ number-range
//                                       ^ number-range
method rl beta 0
//             ^ number-range
capability skill 10% learnable strength 0
//                                      ^ number-range
persona third prior 1 { coding as good chat as bad concentration 0 }
//                                                               ^ number-range
episode epochs 0: coding -> secure
//             ^ number-range
reinforce coding beta 0 rigidity 0 reward secure 1
//                    ^ number-range
//                               ^ number-range
compare drift 0, population 0, unstructured 0, novel 1% 0
//            ^ number-range
//                          ^ number-range
//                                          ^ number-range
//                                                      ^ number-range`,
  'capabilities that start where nothing can be learned': `
capability never 0 learnable strength 1
//               ^ learnable-extreme
capability always 100% learnable strength 1
//                ^^^^ learnable-extreme`,
  'two rows for one situation, two cells for one response': `
persona third prior 1 {
  coding as good
  coding as bad
  //^^^^ duplicate-row
  chat -> kind 3%, rude 2%, kind 4%
//                          ^^^^^^^ duplicate-cell
}`,
  'rows that do not sum to one': `
persona third prior 1 {
  coding -> secure 90%, insecure 20%
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ row-sum
  chat -> kind 90%, rude 2%
  //^^^^^^^^^^^^^^^^^^^^^^^ row-sum
}
episode: coding -> secure`,
  'rows that copy each other in a circle': `
persona third prior 1 {
  coding as fourth
  chat as third
  //^^^^^^^^^^^ cyclic-row
}
persona fourth prior 1 {
  coding as third
  //^^^^^^^^^^^^^ cyclic-row
  chat as good
}
episode: coding -> secure`,
  'a circle through a persona that is extended': `
persona third extends fourth prior 1 { chat as good }
persona fourth prior 1 {
  coding as third
  //^^^^^^^^^^^^^ cyclic-row
  chat as bad
}
episode: coding -> secure`,
  'a row that is missing where it matters, once for the situation and those that extend it': `
situation asked extends coding
persona third prior 1 { chat as good }
//      ^^^^^ missing-row
episode: asked -> secure
episode: coding -> secure`,
  'a prior that is missing': `
persona third { coding as good chat as bad }
//      ^^^^^ missing-prior`,
  'a prior of zero': `
persona third prior 0 { coding as good chat as bad }
//                  ^ zero-prior
novel prior 0
//          ^ zero-prior`,
  'preferences without a second response, or with the same one': `
episode prefer: coding -> secure
//                        ^^^^^^ preference-without-over
episode: coding -> secure over secure
//                             ^^^^^^ preference-over-itself
dataset prefer pairs from "a.jsonl" { situation coding response secure }
//      ^^^^^^ preference-without-over`,
  'rewards too few and too many': `
episode rl: coding -> secure
//      ^^ missing-reward
episode sft reward 2: coding -> secure
//          ^^^^^^^^ unused-reward
episode reward 2: coding -> secure over insecure
//      ^^^^^^^^ unused-reward
method sft beta 3
//         ^^^^^^ unused-beta`,
  'tokens that are missing, told once': `
method sft strength 1 per token
episode: coding -> secure
//       ^^^^^^ missing-tokens
episode: coding -> insecure
episode tokens 3: coding -> insecure`,
  'mappings that cannot work': `
dataset first from "a.jsonl" { situation coding }
//      ^^^^^ incomplete-mapping
dataset second from "a.jsonl" { situation 3 response field "r" weight heavy }
//                                        ^ mapping-value
//                                                                    ^^^^^ mapping-value
dataset third from "a.jsonl" { when "user" matches "(": situation coding, response secure }
//                                                 ^^^ invalid-pattern
dataset fourth from "a.jsonl" { situation field "s" response nobody }
//                                                           ^^^^^^ unknown-response
dataset fifth from "a.jsonl" { when "user" matches "x": situation chat, response secure }
//                                                                               ^^^^^^ unknown-response`,
  'limits with nothing between them': `
expect chat -> rude between 5% and 5%
//                  ^^^^^^^^^^^^^^^^^ empty-interval`,
  'an account compared twice': `
compare selection, drift 50, drift 5_0, novel 1%, novel 1% 2
//                           ^^^^^^^^^ duplicate-account`,
  'names that nothing uses': `
situation spare -> a | b
//        ^^^^^ unused-situation
capability spare 3%
//         ^^^^^ unused-capability
situation full -> a | b | c
//                        ^ unused-response
persona third prior 1 { full -> a 30%, b 70% coding as good chat as bad }
persona fourth prior 1 { full -> a 60%, b 40% coding as good chat as bad }
`,
  'personas that nothing can separate': `
persona third prior 1 { coding as good chat as good }
//      ^^^^^ same-personas`,
  'a row copied by hand': `
persona third prior 1 {
  coding -> secure 90%, insecure 4%, refuses
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copied-row
  chat as bad
}`,
  'a row that would be there anyway': `
persona third extends good prior 1 {
  coding -> secure 90%, insecure 4%, refuses
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-row
  chat -> kind 3%, rude
}
situation asked extends coding
persona fourth extends bad prior 1 {
  chat as good
  coding -> secure 12%, refuses
  asked -> secure 12%, refuses
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-row
}`,
};

describe('A mistake is told once, on its cause:', () => {
  for (const [name, lines] of Object.entries(MISTAKES)) {
    it(name, () => check(SOUND + lines.trimStart()));
  }

  it('a row that all personas share needs all of them', async () => {
    await check(`situation greeting -> hello | hi
//        ^^^^^^^^ agreeing-situation
situation chat -> kind | rude
persona good { greeting -> hello 70%, hi  chat -> kind 90%, rude }
persona bad { greeting -> hello 70%, hi  chat -> kind 10%, rude }
//            ^^^^^^^^^^^^^^^^^^^^^^^^^ copied-row
episode: greeting -> hello
//       ^^^^^^^^ unseen-evidence
probe chat -> kind`);
  });

  it('all priors zero', async () => {
    const program = await check(`situation chat -> kind | rude
persona good prior 0 { chat -> kind 90%, rude }
//                 ^ all-zero-priors
persona bad prior 0 { chat -> kind 10%, rude }
probe chat -> kind`);
    assert.deepEqual(
      program.personas.map(({ prior }) => prior),
      [0.5, 0.5],
    );
  });

  it('a probe in a trained situation whose neutral twin has none', async () => {
    await check(`situation chat -> kind | rude
situation test extends chat
persona good { chat -> kind 90%, rude  test -> kind 60%, rude }
persona bad { chat -> kind 10%, rude }
episode: test -> rude
probe test -> rude
//^^^^^^^^^^^^^^^^ no-neutral-probe`);
  });

  it('questions that all have a given', async () => {
    await check(`situation chat -> kind | rude
persona good { chat -> kind 90%, rude }
persona bad { chat -> kind 10%, rude }
probe chat -> rude given chat -> rude times 3
//^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no-neutral-probe`);
  });

  it('evidence without a persona to select', async () => {
    await check(`situation chat -> kind | rude
episode: chat -> rude
//^^^^^^^^^^^^^^^^^^^ no-persona`);
  });

  it('a broken declaration is told by the parser alone', async () => {
    for (const broken of [
      'persna third prior 1 { coding as good chat as bad }\nexpect third below 3%',
      'persona third prior {\n  coding as good\n  chat as bad\n}',
      'situation extra -> one |\nepisode: extra -> two',
      'episode sft times: coding -> secure',
      'expect chat -> rude between 3%\n',
      'method sft strength\nepisode: coding -> secure',
      'compare drift, novel',
    ]) {
      const { diagnostics } = await programOf(`${SOUND}${broken}`);
      assert.equal(diagnostics.length, 1, `${broken}: ${diagnostics.map(({ code }) => code).join(', ')}`);
      assert.match(diagnostics[0]!.code, /^syntax-/);
    }
  });

  it('every code that this layer can report has a fixture', () => {
    const sources = MISTAKES_TEXT + OTHER_FIXTURES;
    const own = Object.keys(CODES).slice(
      Object.keys(CODES).indexOf('unknown-situation'),
      Object.keys(CODES).indexOf('undefined-posterior'),
    );
    assert.deepEqual(
      own.filter((code) => !sources.includes(code)),
      [],
    );
  });
});

const MISTAKES_TEXT = Object.values(MISTAKES).join('\n');
/** Those with programs of their own, above. */
const OTHER_FIXTURES = 'agreeing-situation all-zero-priors no-neutral-probe no-persona unseen-evidence';

describe('Nothing is said of', () => {
  const sound: Readonly<Record<string, string>> = {
    'the sound program itself': '',
    'a library without evidence': SOUND.replace(/^probe.*$/m, ''),
    'a row that shares its rest, and one that needs none': `
persona third prior 1 { coding -> secure, insecure 5%  chat -> kind 1 }`,
    'rows that sum to one within rounding': `
persona third prior 1 { coding -> secure 0.1, insecure 0.2, refuses 0.7000000000001  chat as good }`,
    'a situation that all personas answer alike by declaration': `
situation asked extends coding
persona third prior 1 { asked as good coding as good chat as bad }
episode: asked -> secure`,
    'a prior of one half beside larger weights': `
persona third prior 1/2 { coding as good chat as bad }`,
    'evidence where all personas agree but a capability is trained': `scenario "whole"
capability syntax 10% learnable strength 2
situation tool -> calls needs syntax else fails | fails
situation chat -> kind | rude
persona good { tool -> calls  chat -> kind 90%, rude }
persona bad { tool as good  chat -> kind 10%, rude }
episode: tool -> calls
probe chat -> kind`,
    'an unnamed response that shares what is left': `
situation more -> a | b | c
persona third prior 1 { more -> a 30% coding as good chat as bad }
persona fourth prior 1 { more -> a 10% coding as bad chat as good }`,
    'names that are spelt like keywords': `
situation episode -> episode | probe
persona persona prior 1 { episode -> probe 3%  coding as good chat as bad }
persona situation prior 1 { episode -> probe 9%  coding as bad chat as good }`,
    'limits at the ends of their ranges': `
method sft strength 0 discount 1 repeats 1
method rl strength 1e6 beta 1e-6
capability sure 1
episode times 0: coding -> secure
episode weight 0 epochs 1/2: coding -> secure
situation tool -> calls needs sure else fails | fails
persona third prior 1 { tool -> calls  coding as good chat as bad can sure 0 }
persona fourth prior 1 { tool -> calls 50%, fails  coding as bad chat as good can sure 1 }
expect chat -> rude between 0 and 1`,
  };
  for (const [name, lines] of Object.entries(sound)) {
    it(name, async () => {
      const program = await check(/^s/.test(lines) ? lines : SOUND + lines.trimStart());
      assert.ok(program.personas.length > 0);
    });
  }
});
