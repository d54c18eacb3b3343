/** The accounts there are. */
import type { Account } from '../../../program/model/program';
import { blend } from './blend';
import { contextual } from './contextual';
import { declared } from './declared';
import { drift } from './drift';
import { habits } from './habits';
import type { AccountKindEntry } from './kind';
import { novel } from './novel';
import { population } from './population';
import { selection } from './selection';
import { transfer } from './transfer';
import { unmoved } from './unmoved';
import { unstructured } from './unstructured';

export const ACCOUNT_KINDS: Readonly<Record<Account['kind'], AccountKindEntry>> = {
  selection,
  drift,
  novel,
  contextual,
  population,
  unstructured,
  declared,
  unmoved,
  habits,
  transfer,
  blend,
};
