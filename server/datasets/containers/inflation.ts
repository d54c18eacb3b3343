/** A guard over unpacking: a small file that unpacks without end is stopped. */
import { DatasetFailure } from '../failure';
import type { Limits } from '../limits';

export interface Inflation {
  in(bytes: number): void;
  /** True where too much has come out. */
  out(bytes: number): boolean;
  failure(): DatasetFailure;
}

export function watchInflation(limits: Limits): Inflation {
  let packed = 0;
  let unpacked = 0;
  return {
    in(bytes) {
      packed += bytes;
    },
    out(bytes) {
      unpacked += bytes;
      return unpacked > limits.inflationGrace && unpacked > packed * limits.inflation;
    },
    failure: () =>
      new DatasetFailure(
        'dataset-bomb',
        `The file unpacks to more than ${limits.inflation} times its size: it is damaged or made to do harm, and was not read further.`,
      ),
  };
}
