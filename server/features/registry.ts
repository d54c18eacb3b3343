/**
 * Every feature of the language server, one line each: method, capability, function. Diagnostics and the panel have
 * channels of their own (`server/connection`).
 */
import type { Feature } from './feature';
import { NAMES_IN_PROTOCOL } from './namesInProtocol';

export const FEATURES: readonly Feature[] = [...NAMES_IN_PROTOCOL];
