/**
 * Every feature of the language server, one line each: method, capability, function. Diagnostics and the panel have
 * channels of their own (`server/connection`).
 */
import type { Feature } from './feature';

export const FEATURES: readonly Feature[] = [];
