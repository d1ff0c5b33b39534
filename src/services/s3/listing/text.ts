const LAST_CODE_POINT = 0x10ffff
const BEFORE_SURROGATES = 0xd7ff
const BEHIND_SURROGATES = 0xe000

/**
 * The first text behind all that begin with `prefix`, in the order of code points, which is that of
 * UTF-8 bytes and of keys in the store; undefined where there is none.
 */
export function textBehind(prefix: string): string | undefined {
  const points = Array.from(prefix)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0)!
    if (point === LAST_CODE_POINT) continue
    const next = point === BEFORE_SURROGATES ? BEHIND_SURROGATES : point + 1
    return points.join("") + String.fromCodePoint(next)
  }
  return undefined
}

/** Whether a key comes before another: by code points. `<` goes by UTF-16 units, which differ. */
export function isBefore(one: string, two: string): boolean {
  const length = Math.min(one.length, two.length)
  for (let at = 0; at < length; at += 1) {
    const [a, b] = [one.charCodeAt(at), two.charCodeAt(at)]
    if (a === b) continue
    // What needs two units is above all that needs one.
    return isSurrogate(a) === isSurrogate(b) ? a < b : isSurrogate(b)
  }
  return one.length < two.length
}

const isSurrogate = (unit: number): boolean => unit > BEFORE_SURROGATES && unit < BEHIND_SURROGATES

/** What keys are grouped by: up to and with the first delimiter behind the prefix. */
export function commonPrefix(
  key: string,
  { prefix, delimiter }: { readonly prefix: string; readonly delimiter: string | undefined },
): string | undefined {
  if (delimiter === undefined || delimiter === "" || !key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/**
 * `encoding-type=url`, as recordings show it: as in a form, but for slashes. Without it XML could
 * not say keys with control characters.
 */
export const encodeUrl = (text: string): string =>
  /^[\w./*-]*$/.test(text)
    ? text
    : encodeURIComponent(text)
        .replace(/%2F/g, "/")
        .replace(/%20/g, "+")
        .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
