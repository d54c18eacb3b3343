/** Saves what a panel gives away, through the editor's save dialog. */
import * as vscode from 'vscode';

const FILTERS: Readonly<Record<string, Readonly<Record<string, string[]>>>> = {
  csv: { 'Comma-separated values': ['csv'] },
  json: { JSON: ['json'] },
  svg: { 'Scalable vector graphics': ['svg'] },
  png: { 'PNG image': ['png'] },
  html: { 'HTML report': ['html'] },
};

/** Offers to save `content` under `name`, beside the scenario where that is a file. */
export async function save(name: string, content: string | Uint8Array, beside: vscode.Uri | undefined): Promise<void> {
  const folder =
    beside && beside.scheme !== 'untitled'
      ? vscode.Uri.joinPath(beside, '..')
      : vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder, name),
    filters: FILTERS[name.split('.').pop() ?? ''] as Record<string, string[]> | undefined,
  });
  if (!target) return;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  try {
    await vscode.workspace.fs.writeFile(target, bytes);
  } catch (problem) {
    void vscode.window.showErrorMessage(
      `${name} was not saved: ${problem instanceof Error ? problem.message : problem}`,
    );
  }
}
