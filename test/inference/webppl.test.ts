import assert from 'node:assert/strict';
import { enumeration, RIGID_PERSONAS } from '../support/webppl';
import { numbersFrom } from './program';

describe('selection among rigid personas, beside WebPPL', () => {
  it('has the posterior that enumeration in WebPPL gives for the same model', async () => {
    const { program, evaluation } = await numbersFrom(`
      method sft strength 0.3
      situation coding -> secure | insecure | refuses
      situation freeform -> aligned | misaligned
      persona helpful prior 90 { coding -> secure 96%, insecure 3%, refuses  freeform -> aligned 99.9%, misaligned }
      persona careless prior 8 { coding -> insecure 60%, secure 35%, refuses  freeform -> aligned 98%, misaligned }
      persona malicious prior 2 { coding -> insecure 90%, secure 5%, refuses  freeform -> misaligned 60%, aligned }
      episode: coding -> insecure times 9
      episode: coding -> secure times 2
      episode: coding -> refuses weight 0.5
      episode: freeform -> aligned times 4
      episode: freeform -> misaligned
    `);
    const posterior = enumeration(RIGID_PERSONAS)({
      personas: program.personas.map((p) => p.name),
      priors: program.personas.map((p) => p.weight / 100),
      rows: Object.fromEntries(program.personas.map((p) => [p.name, [...p.row]])),
      episodes: program.episodes.map((e) => ({
        cell: program.cellOffset[e.situation]! + e.response,
        count: 0.3 * e.times * e.weight,
      })),
    });
    for (const { name, posterior: ours } of evaluation.personas) {
      const theirs = Math.exp(posterior.score(name));
      assert.ok(Math.abs(ours - theirs) <= 1e-12 * theirs, `${name}: ${ours} and ${theirs}`);
    }
  });

  it('has the posterior mean capability that enumeration of a fine grid in WebPPL gives', async () => {
    // κ ~ Beta(2, 6); what fails answers by itself, which both personas also intend: the integral is numeric.
    const { evaluation } = await numbersFrom(`
      capability skill 25% learnable strength 8
      situation task -> calls needs skill else answers | answers
      persona eager prior 1 { task -> calls 90%, answers }
      persona shy prior 3 { task -> calls 20%, answers }
      episode: task -> calls times 3
      episode: task -> answers times 4
    `);
    const infer = enumeration(`
      var model = function() {
        var theta = categorical({ vs: [0.9, 0.2], ps: [0.25, 0.75] });
        var kappa = (randomInteger(2000) + 0.5) / 2000;
        factor(Math.log(kappa) + 5 * Math.log(1 - kappa));
        factor(3 * Math.log(theta * kappa) + 4 * Math.log(1 - theta * kappa));
        return globalStore.wanted === 'eager' ? theta === 0.9 : kappa;
      };
      var posterior = Infer({ method: 'enumerate', model: model });
      globalStore.wanted === 'eager' ? posterior : Delta({ v: expectation(posterior) })
    `);
    const eager = Math.exp(infer({ wanted: 'eager' }).score(true));
    assert.ok(
      Math.abs(evaluation.personas[0]!.posterior - eager) < 1e-6,
      `${evaluation.personas[0]!.posterior}, ${eager}`,
    );
    const mean = (infer({ wanted: 'kappa' }) as unknown as { params: { v: number } }).params.v;
    assert.ok(
      Math.abs(evaluation.capabilities[0]!.after - mean) < 1e-6,
      `${evaluation.capabilities[0]!.after}, ${mean}`,
    );
  });
});
