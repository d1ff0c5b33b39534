// What must not stand in text: mark-up, and characters that a parser would change or refuse.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[&<>"\u0000-\u0008\u000b-\u001f]/
const QUOTE = 0x22

/** Text that a parser reads back the same; AWS also writes `"` as an entity. */
export function escapeXml(text: string): string {
  // ETags, of which a list has a thousand.
  const last = text.length - 1
  if (last > 0 && text.charCodeAt(0) === QUOTE && text.charCodeAt(last) === QUOTE) {
    const quoted = text.slice(1, last)
    return `&quot;${UNSAFE.test(quoted) ? escape(quoted, false) : quoted}&quot;`
  }
  return UNSAFE.test(text) ? escape(text, false) : text
}

/** The same for a value in double quotes, where line feeds and tabs would become blanks. */
export function escapeXmlAttribute(text: string): string {
  return escape(text, true)
}

function escape(text: string, blanks: boolean): string {
  let escaped = ""
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Letters, and what stands between "&" and "<".
    if (code > 0x3e || (code > 0x26 && code < 0x3c)) continue
    const reference = referenceTo(code, blanks)
    if (reference === "") continue
    escaped += from === at ? reference : text.slice(from, at) + reference
    from = at + 1
  }
  return from === text.length ? escaped : escaped + text.slice(from)
}

/** "" for a character that can stand as it is. */
function referenceTo(code: number, blanks: boolean): string {
  if (code === 0x22) return "&quot;"
  if (code === 0x26) return "&amp;"
  if (code === 0x3c) return "&lt;"
  if (code === 0x3e) return "&gt;"
  if (code >= 0x20 || ((code === 0x09 || code === 0x0a) && !blanks)) return ""
  // XML 1.0 has no other control characters, but S3 sends them like this all the same (S3 User
  // Guide, "Creating object key names": why `encoding-type=url` exists).
  return `&#x${code.toString(16).toUpperCase()};`
}
