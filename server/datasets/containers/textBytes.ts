/** A text as UTF-8, a piece at a time; a pair of surrogates is never cut. */
export async function* textBytes(text: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const piece = 1 << 18;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + piece);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last <= 0xdbff) end += 1;
    yield encoder.encode(text.slice(at, end));
    at = end;
  }
}

/** Bytes of a text in UTF-8. A lone surrogate becomes U+FFFD, as an encoder makes it. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length += 4;
      i += 1;
    } else length += 3;
  }
  return length;
}
