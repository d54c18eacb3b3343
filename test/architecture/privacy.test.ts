/** Nothing leaves the machine (layers.test.ts checks the modules of the network), and text from files stays text. */
import assert from 'node:assert/strict';
import { panelHtml } from '../../media/html';
import { linesThatMatch } from './sources';

const ALL = ['client', 'server', 'panel', 'report', 'media'];

describe('What leaves the machine', () => {
  it('is nothing: no source opens a connection', () => {
    assert.deepEqual(
      linesThatMatch(ALL, /\bfetch\(|XMLHttpRequest|new (WebSocket|EventSource)\b|sendBeacon|importScripts/),
      [],
    );
  });
});

describe('Text from files', () => {
  it('reaches the page as text: no source makes elements of strings', () => {
    const makes =
      /unsafeHTML|unsafeSVG|unsafeStatic|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/;
    assert.deepEqual(linesThatMatch(['media', 'client', 'panel', 'report'], makes), []);
  });
});

describe('The page of the panel', () => {
  const html = panelHtml({ cspSource: 'https://own.example', nonce: 'N0nce', script: 's.js', styles: 's.css' });
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)?.[1] ?? '';

  it('starts from a policy that forbids everything', () => {
    assert.match(policy, /^default-src 'none';/);
  });

  it('allows no unsafe source', () => {
    assert.doesNotMatch(policy, /unsafe-|\*|https?:(?!\/\/own\.example)/);
    // Pictures may be made on the spot (PNG export); nothing else may come from data or blobs.
    const spot = policy.split('; ').filter((directive) => /\b(data|blob):/.test(directive));
    assert.deepEqual(spot, ['img-src blob: data:']);
  });

  it('runs only its own script, by its nonce', () => {
    assert.match(policy, /script-src 'nonce-N0nce'/);
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    assert.ok(scripts.length > 0);
    for (const tag of scripts) assert.match(tag, /nonce="N0nce"/);
    assert.doesNotMatch(html, /\son\w+=/);
  });
});
