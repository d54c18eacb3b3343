/** Answers the client that wants to see the first rows of a dataset with what each became. */
import type { Connection } from 'vscode-languageserver';
import { type DatasetPreview, datasetPreview, type PreviewRequest } from '../../panel/model/messages';
import type { Matcher } from '../datasets/mapping/patterns';
import { previewRows } from '../datasets/preview/preview';
import { previewPage } from '../features/dataRows/preview';
import { page } from '../features/hover/page';
import { dataUris } from '../program/dataUris';
import type { DatasetSource } from '../program/model/program';
import { normalUri } from '../program/uris';
import type { Session } from '../session/session';
import type { SemanticSnapshot } from '../snapshot';
import { offsetAt } from '../syntax/lines';

const ROWS = 20;
/** A scenario of more datasets is previewed one by one. */
const MOST_DATASETS = 6;

interface Chosen {
  readonly snapshot: SemanticSnapshot;
  readonly source: DatasetSource;
}

export function answerPreviews(
  connection: Connection,
  session: Session,
  log: (what: string, error: unknown) => void,
  matcher: Matcher | undefined,
): void {
  const rowsOf = ({ source }: Chosen) => {
    const openText = source.uri === undefined ? undefined : session.openDocuments.opened(normalUri(source.uri))?.text;
    return previewRows(source, source.method, session.openDocuments, ROWS, { openText, matcher });
  };
  const answer = async (request: PreviewRequest): Promise<DatasetPreview | null> => {
    const all = await datasetsAround(session, request);
    const wanted = all.filter((one) => isWanted(one, request));
    const chosen = wanted.length > 0 ? wanted : all;
    if (chosen.length === 0) return null;
    const pages: string[] = [];
    for (const one of chosen.slice(0, MOST_DATASETS))
      pages.push(previewPage(one.snapshot.program, one.source, await rowsOf(one)));
    return { ...(chosen.length === 1 ? { dataset: chosen[0]!.source.name } : {}), markdown: page(...pages) };
  };
  connection.onRequest(datasetPreview, (request: PreviewRequest) =>
    answer(request).catch((error: unknown) => {
      log(datasetPreview, error);
      return null;
    }),
  );
}

/** Every dataset of the scenario; of a data file, those that read it. */
async function datasetsAround(session: Session, { uri }: PreviewRequest): Promise<readonly Chosen[]> {
  const users = session.isScenarioText(uri) ? [] : await session.usersOf(uri);
  if (users.length > 0)
    return users.flatMap((snapshot) =>
      snapshot.program.datasets
        .filter((source) => dataUris(source).includes(normalUri(uri)))
        .map((source) => ({ snapshot, source })),
    );
  const snapshot = await session.semantic(uri);
  return snapshot?.program.datasets.map((source) => ({ snapshot, source })) ?? [];
}

function isWanted({ snapshot, source }: Chosen, { uri, position, dataset }: PreviewRequest): boolean {
  if (dataset !== undefined) return source.name === dataset;
  if (!position || normalUri(snapshot.uri) !== normalUri(uri)) return false;
  const { file, start, end } = source.origin;
  const offset = offsetAt(snapshot.lines, position);
  return file === snapshot.file && start <= offset && offset <= end;
}
