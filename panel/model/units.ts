/** Units in which logs are shown (LANGUAGE section 4). The panel's model imports nothing, so the type is written here. */
export type Unit = 'bits' | 'nats' | 'decibans';
