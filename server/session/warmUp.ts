/**
 * Warm-up. An engine interprets code that has run a few times and compiles code that runs often, so the first hundred keys
 * after a start would each take several times as long as later ones. While the editor is idle, the steps of an edit, from
 * text to a panel's view, therefore run again and again on a copy. That changes nothing but the time of the next key.
 */

import type { PanelRequest } from '../../panel/model/messages';
import { panelView } from '../../panel/views/view';
import { delay } from '../async/delay';
import { Superseded } from '../async/superseded';
import type { Host } from '../host/host';
import type { EvaluationCache } from '../inference/posterior/posteriorState';
import { loadProgram } from '../program/load/load';
import { parseCache } from '../program/load/parseCache';
import { normalUri } from '../program/uris';
import { lineIndex } from '../syntax/lines';
import { evaluateInSlices } from './evaluator';
import type { Evaluated } from './outcome';
import type { Session } from './session';
import { posteriorSnapshot } from './snapshots';

/** So many rounds, and what was typed anyway, make the engine compile. */
const ENOUGH = 80;
/** Idle time before the first round, and a pause between two rounds in which other work runs. */
const REST = 400;
const BETWEEN = 12;
/** A round that takes longer than this would delay a key: such a text is warmed up by typing. */
const SLOW_MILLISECONDS = 30;

export class WarmUp {
  readonly #session: Session;
  #abort = new AbortController();
  #rounds = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** A text was edited: the copy's rounds end. */
  interrupt(): void {
    this.#abort.abort();
  }

  /** Begin, or go on, once things rest. */
  async resume(evaluated: Evaluated, request: PanelRequest): Promise<void> {
    this.#abort.abort();
    if (this.#rounds >= ENOUGH) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      await delay(REST, this.#session.scheduler, signal);
      await this.#warmUp(evaluated, request, signal);
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
    }
  }

  async #warmUp(evaluated: Evaluated, request: PanelRequest, signal: AbortSignal): Promise<void> {
    const { scheduler, scenarioIndex } = this.#session;
    const { root, program, counts } = evaluated;
    const text = this.#session.openDocuments.opened(root)?.text;
    const place = program.episodes[program.episodes.length >> 1]?.origin;
    if (text === undefined || place?.file !== 0) return;
    // A blank before an episode and none in scheduler: what an edit in the middle of a text does.
    const texts = [text, `${text.slice(0, place.start)} ${text.slice(place.start)}`];
    const cache = parseCache();
    const evaluationCache: EvaluationCache = {};
    while (this.#rounds < ENOUGH) {
      const start = scheduler.now();
      const host = this.#reading(root, texts[this.#rounds % 2]!);
      const copy = await loadProgram(root, host, { workspace: scenarioIndex.folders, cache });
      const options = { scheduler, signal, evaluationCache };
      const { evaluation } = await evaluateInSlices({ program: copy, counts }, {}, options);
      const trees = copy.files.map((file) => cache.parse(file.uri, file.text));
      const lines = copy.files.map((file) => lineIndex(file.text));
      const snapshot = posteriorSnapshot({ ...evaluated, program: copy, trees, lines, evaluation }, root);
      if (snapshot && request.view !== 'trajectory') JSON.stringify(panelView(snapshot, request, {}));
      this.#rounds++;
      if (scheduler.now() - start > SLOW_MILLISECONDS && this.#rounds > ENOUGH / 8) this.#rounds = ENOUGH;
      await delay(BETWEEN, scheduler, signal);
    }
  }

  #reading(root: string, text: string): Host {
    const host = this.#session.openDocuments.recording(new Set());
    return { ...host, readText: async (uri) => (normalUri(uri) === root ? text : host.readText(uri)) };
  }
}
