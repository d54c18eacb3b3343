/**
 * Random valid programs, as text, for property tests.
 *
 * A program is built from a sequence of small integers, each the answer to one question ("how many personas?"). 0 is the
 * simplest answer and an exhausted sequence answers 0, so that fast-check's shrinking of the sequence shrinks the program.
 */
import fc from 'fast-check';

export interface ProgramText {
  readonly text: string;
  /** The same, one entry per declaration, in order: for tests that leave out, repeat or reorder declarations. */
  readonly declarations: readonly { readonly kind: string; readonly text: string }[];
}

/** What the program may contain; everything unless switched off. */
export interface ProgramShape {
  readonly methods?: boolean;
  readonly capabilities?: boolean;
  /** Capabilities whose fallback is a response that some persona intends. */
  readonly intendedFallbacks?: boolean;
  readonly concentrations?: boolean;
  readonly novel?: boolean;
  readonly preferences?: boolean;
  readonly rewards?: boolean;
  readonly reinforcements?: boolean;
  readonly accounts?: boolean;
  /** Parameters, conditions, fits and what else part two has: only where this is set. */
  readonly tested?: boolean;
  /** Propensities and priors of 0. */
  readonly zeros?: boolean;
}

export function arbitraryProgram(shape: ProgramShape = {}): fc.Arbitrary<ProgramText> {
  return fc.array(fc.nat(999), { minLength: 60, maxLength: 400, size: 'max' }).map((answers) => build(answers, shape));
}

type Ask = <T>(...simplestFirst: readonly T[]) => T;

interface SituationPlan {
  readonly name: string;
  readonly responses: readonly { readonly name: string; readonly needs?: string; readonly fallback?: string }[];
  readonly parent?: string;
}

function build(answers: readonly number[], shape: ProgramShape): ProgramText {
  let at = 0;
  const ask: Ask = (...options) => options[(answers[at++] ?? 0) % options.length]!;
  const some = (allowed: boolean | undefined, oneIn: number): boolean =>
    allowed !== false && ask(...Array.from({ length: oneIn }, (_, i) => i === oneIn - 1));
  const declarations: { kind: string; text: string }[] = [];
  const add = (kind: string, text: string) => declarations.push({ kind, text });

  if (some(true, 3)) add('units', `units ${ask('nats', 'decibans', 'bits')}`);
  if (shape.methods !== false) for (const line of methodLines(ask, some, shape)) add('method', line);

  const capabilities = shape.capabilities === false ? [] : ['skill', 'craft'].slice(0, ask(0, 1, 2));
  for (const name of capabilities) {
    const learnable = some(true, 2) ? '' : ` learnable strength ${ask('4', '1', '10', '2.5')}`;
    add('capability', `capability ${name} ${ask('50%', '0.1%', '20%', '90%', '1/3')}${learnable}`);
  }
  // A concentration needs fallbacks that no persona intends, in every row.
  const concentrated = some(shape.concentrations, 3);
  const intended = !concentrated && some(shape.intendedFallbacks, 3);
  const compared = some(shape.accounts, 2);
  const dedicated = concentrated || (compared && !intended);

  const situations = planSituations(ask, some, capabilities);
  for (const situation of situations) add('situation', situationLine(situation));
  const personas = personaLines(ask, some, shape, situations, capabilities, { concentrated, dedicated, intended });
  for (const line of personas.lines) add('persona', line);
  const withNovel = some(shape.novel, 3);
  if (withNovel)
    add(
      'novel',
      `novel prior ${ask('1%', '10%', '1/7')}${some(true, 2) ? ` concentration ${ask('2', '0.5', '7')}` : ''}`,
    );

  const count = ask(1, 2, 3, 4, 5, 6, 0);
  for (let i = 0; i < count; i++) add('episode', episodeLine(ask, some, shape, situations));
  if (some(shape.reinforcements, 3)) {
    for (let i = ask(1, 2); i > 0; i--) add('reinforce', reinforceLine(ask, some, situations));
  }

  const cell = () => {
    const situation = ask(...situations);
    return `${situation.name} -> ${ask(...situation.responses).name}`;
  };
  const given = () => (some(true, 3) ? ` given ${cell()}${some(true, 2) ? ` times ${ask(2, 3, 8)}` : ''}` : '');
  for (let i = ask(1, 2, 3); i > 0; i--) add('probe', `probe ${cell()}${given()}`);
  if (some(true, 3))
    add('expect', `expect ${cell()}${given()} ${ask('below 47.3%', 'above 0.93%', 'between 11.7% and 88.1%')}`);
  if (some(true, 3)) add('expect', `expect ${ask(...personas.names)} ${ask('above 9.1%', 'below 98.3%')}`);
  if (some(true, 3)) {
    const situation = ask(...situations);
    add(
      'evaluation',
      `evaluation "counts": ${situation.name} -> ${situation.responses.map((r) => `${r.name} ${ask(3, 10, 1)}`).join(', ')}`,
    );
  }
  if (compared) {
    const accounts = ['selection', 'novel 5%', 'contextual', 'unstructured 1'];
    if (!intended) accounts.push('drift 20');
    if (personas.names.length <= 2) accounts.push('population 4');
    add('compare', `compare ${accounts.slice(0, 1 + ask(5, 3, 1)).join(', ')}`);
  }
  if (shape.tested === true && some(true, 2)) addTested(ask, some, add, cell, situations);
  return { declarations, text: declarations.map((d) => d.text).join('\n') + '\n' };
}

/** Sources, parameters, conditions that use them, a fit and sweeps. Numbers stay in range whatever the parameters are. */
function addTested(
  ask: Ask,
  some: Some,
  add: (kind: string, text: string) => void,
  cell: () => string,
  situations: readonly SituationPlan[],
): void {
  add('source', 'source paper "A paper" "arXiv:1"');
  const mark = () => (some(true, 3) ? ' @paper' : '');
  const names = ['dose', 'rate', 'rho'].slice(0, ask(1, 2, 3));
  for (const name of names) {
    const range = name === 'dose' ? ' from 1 to 100' : ' from 1% to 90%';
    const scale = name === 'dose' ? ' log' : ' logit';
    add(
      'parameter',
      `parameter ${name} ${name === 'dose' ? '6' : '20%'}${range}${some(true, 3) ? ' sd 2' : ''}${scale}${mark()}`,
    );
  }
  const number = () =>
    ask('3', '$dose', '($dose * 2)', '(($dose + 1)/2 - -1)', '($dose-1 + 6/2/3)', '( 2 * (1 - 50%) )', '(1e-1+$dose)');
  const episode = () => `episode: ${cell()} times ${number()}${mark()}${some(true, 4) ? ' { user "x" }' : ''}`;
  add('episode', episode());
  const observed = () => {
    const { name, responses } = ask(...situations);
    const [first, second] = responses.map((one) => one.name);
    const amount = ask('3 of 10', '30% of 40, 2 of 9', '20% from 10% to 40%', `3, ${second} 4`, '($dose * 0 + 1) of 7');
    const detail = some(true, 3) ? ` given ${cell()} times 2` : '';
    return `${ask('evaluation', 'evaluation held out')}${some(true, 2) ? ' "free"' : ''}: ${name} -> ${first} ${amount}${detail}${some(true, 4) ? ' overdispersion 10%' : ''}${mark()}`;
  };
  add('evaluation', observed());
  const conditions: string[] = [];
  for (let i = ask(1, 2, 3, 0); i > 0; i--) {
    const name = `c${conditions.length}`;
    const base =
      conditions.length > 0
        ? ask('', ` extends ${ask(...conditions)}`, ` after ${ask(...conditions)} retaining 40%`)
        : '';
    const sets = base.startsWith(' after') ? '' : ask('', 'set $dose 2', 'set $dose (1 + 2 * 3)');
    const pieces = [
      sets,
      episode(),
      observed(),
      some(true, 2) ? `probe ${cell()}` : '',
      some(true, 4) ? `expect ${cell()} above 0.1%` : '',
    ];
    const lines = pieces.filter((part) => part !== '');
    const body = ask(` ${lines.join(' ')} `, `\n  ${lines.join('\n  /// about it\n  ')}\n`);
    add('condition', `condition ${name}${ask('', ' "Title"')}${base}${ask('', ' unit u')}${mark()} {${body}}`);
    conditions.push(name);
  }
  if (some(true, 2)) add('sweep', `sweep $dose${ask('', ' from 1 to 50 log')}`);
}

type Some = (allowed: boolean | undefined, oneIn: number) => boolean;

function methodLines(ask: Ask, some: Some, shape: ProgramShape): string[] {
  const lines: string[] = [];
  for (const name of ['sft', 'prefer', 'rl', 'context', 'document']) {
    if (name === 'rl' && shape.rewards === false) continue;
    if (name === 'prefer' && shape.preferences === false) continue;
    if (!some(true, 2)) continue;
    const pieces = [
      `strength ${ask('0.1', '0.5', '1', '2', '0.01')}${some(name !== 'context', 4) ? ' per token' : ''}`,
    ];
    if (some(true, 3)) pieces.push(`repeats ${ask('0.5', '1', '0.25')}`);
    if (some(true, 3)) pieces.push(`discount ${ask('0.3', '0.5', '0.9')}`);
    if (name === 'rl' && some(true, 2)) pieces.push(`beta ${ask('2', '0.5', '4')}`);
    lines.push(`method ${name} ${pieces.join(' ')}`);
  }
  return lines;
}

function planSituations(ask: Ask, some: Some, capabilities: readonly string[]): SituationPlan[] {
  const plans: SituationPlan[] = [];
  const count = ask(1, 2, 3, 4);
  for (let i = 0; i < count; i++) {
    const name = `s${i}`;
    const parent = i > 0 && some(true, 4) ? ask(...plans) : undefined;
    if (parent !== undefined) {
      plans.push({ name, parent: parent.name, responses: parent.responses });
      continue;
    }
    const size = ask(2, 3, 4);
    const responses: { name: string; needs?: string; fallback?: string }[] = [];
    for (let r = 0; r < size; r++) responses.push({ name: `r${r}` });
    // The last response takes what the capability loses; one or two of the others need a capability.
    if (capabilities.length > 0 && some(true, 2)) {
      const needing = Math.min(ask(1, 2), size - 1);
      for (let r = 0; r < needing; r++) {
        responses[r] = { name: `r${r}`, needs: capabilities[r % capabilities.length]!, fallback: `r${size - 1}` };
      }
    }
    plans.push({ name, responses });
  }
  return plans;
}

function situationLine(plan: SituationPlan): string {
  if (plan.parent !== undefined) return `situation ${plan.name} extends ${plan.parent}`;
  const responses = plan.responses.map(
    (r) => r.name + (r.needs === undefined ? '' : ` needs ${r.needs} else ${r.fallback}`),
  );
  return `situation ${plan.name} -> ${responses.join(' | ')}`;
}

function personaLines(
  ask: Ask,
  some: Some,
  shape: ProgramShape,
  situations: readonly SituationPlan[],
  capabilities: readonly string[],
  choice: { concentrated: boolean; dedicated: boolean; intended: boolean },
): { names: string[]; lines: string[] } {
  const names: string[] = [];
  const lines: string[] = [];
  const priors = some(true, 3);
  const count = ask(2, 3, 4, 1);
  for (let h = 0; h < count; h++) {
    const name = `h${h}`;
    const base = h > 0 && some(true, 4) ? ask(...names) : undefined;
    const rows: string[] = [];
    for (const situation of situations) {
      const isOwn = base === undefined && situation.parent === undefined;
      // Every own situation with a fallback has a row, so that no uniform row intends the fallback by accident.
      if (!(isOwn && situation.responses.some((r) => r.needs !== undefined)) && some(true, 3)) continue;
      const copied = h > 0 && some(true, 5) ? ask(...names) : undefined;
      rows.push(
        copied === undefined ? cellsRow(ask, some, shape, situation, choice) : `${situation.name} as ${copied}`,
      );
    }
    if (choice.concentrated && some(true, 2)) rows.push(`concentration ${ask('10', '1', '3.5', '100')}`);
    if (capabilities.length > 0 && some(true, 4)) rows.push(`can ${ask(...capabilities)} ${ask('30%', '99%')}`);
    const extending = base === undefined ? '' : ` extends ${base}`;
    const prior = priors ? ` prior ${h > 0 && some(shape.zeros, 12) ? '0' : ask('1', '3', '1/4', '20%')}` : '';
    lines.push(`persona ${name}${extending}${prior} {\n${rows.map((row) => `  ${row}\n`).join('')}}`);
    names.push(name);
  }
  return { names, lines };
}

function cellsRow(
  ask: Ask,
  some: Some,
  shape: ProgramShape,
  situation: SituationPlan,
  choice: { dedicated: boolean; intended: boolean },
): string {
  const fallbacks = new Set(situation.responses.map((r) => r.fallback));
  const free = situation.responses.filter((r) => !fallbacks.has(r.name) || (choice.intended && !choice.dedicated));
  const cells: string[] = [];
  let left = 100;
  for (const response of free.slice(0, -1)) {
    const share = some(shape.zeros, 12) ? 0 : Math.max(1, Math.min(left - 5, ask(30, 50, 70, 90, 5, 1)));
    if (share > left - 1) break;
    cells.push(`${response.name} ${share}%`);
    left -= share;
  }
  if (free.length > 0) cells.push(free.at(-1)!.name);
  return `${situation.name} -> ${cells.join(', ')}`;
}

function episodeLine(ask: Ask, some: Some, shape: ProgramShape, situations: readonly SituationPlan[]): string {
  const situation = ask(...situations);
  const response = ask(...situation.responses).name;
  const attributes: string[] = [];
  if (some(true, 2)) attributes.push(`times ${ask('2', '5', '20', '0.5')}`);
  if (some(true, 4)) attributes.push(`epochs ${ask('2', '3')}`);
  if (some(true, 4)) attributes.push(`weight ${ask('0.5', '2', '0.1')}`);
  if (some(true, 3)) attributes.push(`tokens ${ask('10', '3', '40')}`);
  const others = situation.responses.filter((r) => r.name !== response);
  if (some(shape.preferences, 4)) {
    return `episode: ${situation.name} -> ${response} over ${ask(...others).name} ${attributes.join(' ')}`.trimEnd();
  }
  if (some(shape.rewards, 4)) {
    return `episode reward ${ask('1', '0.3', '-0.01')}: ${situation.name} -> ${response} ${attributes.join(' ')}`.trimEnd();
  }
  return `episode${ask('', ' sft', ' document', ' pretrain')}: ${situation.name} -> ${response} ${attributes.join(' ')}`.trimEnd();
}

function reinforceLine(ask: Ask, some: Some, situations: readonly SituationPlan[]): string {
  const situation = ask(...situations);
  const rigidity = some(true, 2) ? ` rigidity ${ask('1', '0.3', '4')}` : '';
  const rewards = situation.responses.map((r) => `${r.name} ${ask('0', '1', '-0.5', '2')}`);
  return `reinforce ${situation.name} beta ${ask('1', '0.5', '3')}${rigidity} reward ${rewards.join(', ')}`;
}
