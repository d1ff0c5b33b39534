/** Percent-decoded text; `undefined` when it is malformed or not UTF-8. */
export function percentDecode(text: string): string | undefined {
  if (!text.includes("%")) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * The parameters of a query string or form in one flat list: name, value, name, value … A "+" is
 * a space; a name without "=" has the value "". `undefined` when an escape is malformed.
 */
export function queryPairs(text: string): string[] | undefined {
  const pairs: string[] = []
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text
  for (let at = 0; at < spaced.length;) {
    const amp = spaced.indexOf("&", at)
    const end = amp === -1 ? spaced.length : amp
    const pair = spaced.slice(at, end)
    at = end + 1
    if (pair === "") continue
    const equals = pair.indexOf("=")
    const name = percentDecode(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? "" : percentDecode(pair.slice(equals + 1))
    if (name === undefined || value === undefined) return undefined
    pairs.push(name, value)
  }
  return pairs
}
