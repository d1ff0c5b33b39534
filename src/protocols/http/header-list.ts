/**
 * The items of a header that holds a list: split at ",", quotes and backslashes undone (RFC 9110
 * "Lists" and "Quoted Strings"). `undefined` when a quoted string does not end.
 */
export function splitHeaderList(text: string): string[] | undefined {
  if (text.trim() === "") return []
  if (!text.includes('"')) return text.split(",").map((item) => item.trim())
  const items: string[] = []
  let at = 0
  while (at <= text.length) {
    const item = text.charCodeAt(skipBlanks(text, at)) === 0x22 ? quoted(text, at) : bare(text, at)
    if (item === undefined) return undefined
    items.push(item.text)
    at = item.end + 1
  }
  return items
}

/** Dates of the form `Mon, 16 Dec 2019 23:48:18 GMT`, which contain a comma each. */
export function splitDateList(text: string): string[] {
  const parts = text.split(",")
  const dates: string[] = []
  for (let i = 0; i < parts.length; i += 2) {
    dates.push(`${parts[i]!},${parts[i + 1] ?? ""}`.trim())
  }
  return dates
}

/** Joins items into one header; what would read as several items is quoted. */
export function joinHeaderList(items: readonly string[]): string {
  return items.map(headerItem).join(", ")
}

function headerItem(item: string): string {
  return /[",]/.test(item) ? `"${item.replace(/[\\"]/g, String.raw`\$&`)}"` : item
}

function bare(text: string, at: number): { text: string; end: number } {
  const comma = text.indexOf(",", at)
  const end = comma === -1 ? text.length : comma
  return { text: text.slice(at, end).trim(), end }
}

function quoted(text: string, from: number): { text: string; end: number } | undefined {
  let item = ""
  for (let at = skipBlanks(text, from) + 1; at < text.length; at++) {
    const char = text[at]!
    if (char === '"') {
      const end = skipBlanks(text, at + 1)
      return end === text.length || text[end] === "," ? { text: item, end } : undefined
    }
    if (char === "\\") at += 1
    item += char === "\\" ? (text[at] ?? "") : char
  }
  return undefined
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (text[at] === " " || text[at] === "\t") at += 1
  return at
}
