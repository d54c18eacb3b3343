/**
 * The browser of the tests: $CHROMIUM_PATH, or the one that the @sparticuz/chromium package carries (Linux x64),
 * unpacked once. On a machine without NSS or without fonts it brings those along too.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { installation } from './installation';

export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const { path, environment } = await findChromium();
  return chromium.launch({
    executablePath: path,
    headless: true,
    env: { ...process.env, ...environment } as Record<string, string>,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--no-pings',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      ...more,
    ],
  });
}

interface Chromium {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function findChromium(): Promise<Chromium> {
  const own = process.env['CHROMIUM_PATH'];
  if (own) return { path: own, environment: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Set CHROMIUM_PATH to a Chrome or Chromium: the packaged one runs on Linux x64 only.');
  }
  const { modules } = installation();
  const carried = join(modules, '@sparticuz/chromium/bin');
  const folder = join(modules, '.cache/chromium');
  const path = join(folder, 'chromium');
  mkdirSync(folder, { recursive: true });
  await once(path, async (part) => {
    await pipeline(
      createReadStream(join(carried, 'chromium.br')),
      createBrotliDecompress(),
      createWriteStream(part, { mode: 0o755 }),
    );
  });

  const environment: Record<string, string> = {};
  const untar = (archive: string) => async (part: string) => {
    const { extract } = createRequire(join(modules, 'x.js'))('tar-fs') as {
      extract(folder: string): NodeJS.WritableStream;
    };
    await pipeline(createReadStream(join(carried, archive)), createBrotliDecompress(), extract(part));
  };
  if (/not found/.test(spawnSync('ldd', [path], { encoding: 'utf8' }).stdout)) {
    const libraries = join(folder, 'libraries');
    await once(libraries, untar('al2023.tar.br'));
    environment['LD_LIBRARY_PATH'] = [join(libraries, 'lib'), process.env['LD_LIBRARY_PATH']]
      .filter(Boolean)
      .join(delimiter);
  }
  if (!existsSync('/etc/fonts/fonts.conf') && !process.env['FONTCONFIG_FILE']) {
    // Without any font the page crashes; the configuration that is carried names only folders of its own world.
    const fonts = join(folder, 'fonts');
    await once(fonts, untar('fonts.tar.br'));
    const configuration = join(folder, 'fonts.conf');
    writeFileSync(
      configuration,
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${fonts}</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
    );
    environment['FONTCONFIG_FILE'] = configuration;
  }
  return { path, environment };
}

/** Makes `path` whole or not at all, also when another process makes it at the same time. */
async function once(path: string, make: (part: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  const part = `${path}.${process.pid}`;
  await make(part);
  if (!existsSync(path)) renameSync(part, path);
}
