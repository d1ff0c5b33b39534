/**
 * One value of an item, as it travels and as it is stored: exactly one member says its type.
 * Numbers are text in normal form (see number.ts), binary values are bytes.
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] }
  | { readonly M: Item }
  | { readonly L: readonly AttributeValue[] }
  | { readonly NULL: true }
  | { readonly BOOL: boolean }

/**
 * Attributes by name. Clients choose the names, `constructor` and `__proto__` among them: look one
 * up with `attributeOf`, set one with `setOwn` or by a computed key.
 */
export type Item = Readonly<Record<string, AttributeValue>>

export type TypeName = "S" | "N" | "B" | "SS" | "NS" | "BS" | "M" | "L" | "NULL" | "BOOL"
/** The types that a key attribute can have. */
export type KeyType = "S" | "N" | "B"

export function typeOf(value: AttributeValue): TypeName {
  for (const name in value) return name as TypeName
  throw new Error("a value without a type was not refused")
}

export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined
}

/** Whether two values are the same: sets have no order, numbers are compared in normal form. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true
  if ("S" in a) return "S" in b && a.S === b.S
  if ("N" in a) return "N" in b && a.N === b.N
  if ("B" in a) return "B" in b && equalBytes(a.B, b.B)
  if ("BOOL" in a) return "BOOL" in b && a.BOOL === b.BOOL
  if ("NULL" in a) return "NULL" in b
  if ("M" in a) return "M" in b && equalItems(a.M, b.M)
  if ("L" in a) return "L" in b && equalLists(a.L, b.L)
  if ("SS" in a) return "SS" in b && equalSets(a.SS, b.SS)
  if ("NS" in a) return "NS" in b && equalSets(a.NS, b.NS)
  return "BS" in b && equalSets(a.BS.map(bytesText), b.BS.map(bytesText))
}

export function equalItems(a: Item, b: Item): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => {
    const other = attributeOf(b, name)
    return other !== undefined && equalValues(a[name] as AttributeValue, other)
  })
}

function equalLists(a: readonly AttributeValue[], b: readonly AttributeValue[]): boolean {
  return a.length === b.length && a.every((value, i) => equalValues(value, b[i] as AttributeValue))
}

function equalSets(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  const members = new Set(b)
  return a.every((member) => members.has(member))
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && Buffer.compare(a, b) === 0

/** Bytes as text of one character each: the same text for the same bytes. */
export const bytesText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
