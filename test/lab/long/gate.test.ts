/** The gate of the protocol on a development world, at the full length of pre-training. */
import assert from 'node:assert/strict';
import { startEngine } from '../../../lab/network/engine';
import { GATE, networkOf } from '../../../lab/run/network';
import { DEVELOPMENT_WORLDS } from '../../../lab/run/plan';
import { PRETRAINING } from '../../../lab/training/pretrain';

describe('lab: the gate', function () {
  this.timeout(0);
  before(startEngine);

  for (const documents of ['personas', 'scrambled'] as const) {
    it(`is passed at every context length by a network of ${documents === 'personas' ? 'a world' : 'a scrambled world'}`, async () => {
      const [world = 0] = DEVELOPMENT_WORLDS;
      const { gate, own } = await networkOf({ world, pretraining: 0, documents, settings: PRETRAINING }, undefined);
      assert.ok(gate.worst <= GATE, gate.byLength.map((x) => x.toFixed(4)).join(' '));
      // Its own posterior over personas after six answers is the exact one, nearly.
      if (own) assert.ok(own.posteriorDistance < 0.06, `${own.posteriorDistance}`);
    });
  }
});
