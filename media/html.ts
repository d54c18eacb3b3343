/**
 * The page's frame: the one HTML text that is written as a string, shared by the client and the tests. Nothing of a
 * scenario enters it; everything else arrives in messages and reaches the page as text nodes.
 */

export interface PageFrame {
  /** What `webview.cspSource` says: where scripts and styles of the extension come from. */
  readonly cspSource: string;
  readonly nonce: string;
  /** URIs of dist/panel.js and dist/panel.css. */
  readonly script: string;
  readonly styles: string;
}

/** The whole page. Styles set by script go through the CSSOM, or (one probe of
 * the widget library's) carry the nonce of the `csp-nonce` meta, so the policy needs no `unsafe-inline`. */
export function panelHtml({ cspSource, nonce, script, styles }: PageFrame): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'; img-src blob: data:; font-src ${cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta property="csp-nonce" content="${attribute(nonce)}">
<title>Posterior</title>
<link rel="stylesheet" href="${attribute(styles)}">
</head>
<body>
<div id="app"></div>
<script type="module" nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
