/** The line of a network in a results file. Must not know cells. */
import { type NetworkLine, networkName, packShares, short } from './lines';
import { GATE, type Network } from './network';

export function networkLine({ spec, gate, own, shape, seconds }: Network): NetworkLine {
  return {
    kind: 'network',
    network: networkName(spec.documents, spec.world, spec.pretraining, shape.width),
    gate: gate.byLength.map((value) => short(value) ?? 0),
    passed: gate.worst <= GATE,
    own: own ? { prior: packShares(own.world.prior), rows: packShares(own.world.rows) } : null,
    residual: own ? short(own.residual) : null,
    posteriorDistance: own ? short(own.posteriorDistance) : null,
    seconds: short(seconds) ?? 0,
  };
}
