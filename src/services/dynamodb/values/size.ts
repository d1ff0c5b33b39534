import type { AttributeValue, Item } from "./attribute-value.ts"
import { numberSize } from "./number.ts"

/** Of a list or map, and of each of its elements (docs: "DynamoDB item sizes and formats"). */
const NESTED_BYTES = 3
const ELEMENT_BYTES = 1

/** The size of an item as AWS counts it: names and values, in bytes. */
export function itemSize(item: Item): number {
  let size = 0
  for (const name in item) size += textSize(name) + valueSize(item[name] as AttributeValue)
  return size
}

function valueSize(value: AttributeValue): number {
  if ("S" in value) return textSize(value.S)
  if ("N" in value) return numberSize(value.N)
  if ("B" in value) return value.B.byteLength
  if ("BOOL" in value || "NULL" in value) return 1
  if ("M" in value) {
    const { M } = value
    let size = NESTED_BYTES
    for (const name in M)
      size += ELEMENT_BYTES + textSize(name) + valueSize(M[name] as AttributeValue)
    return size
  }
  if ("L" in value)
    return value.L.reduce((size, one) => size + ELEMENT_BYTES + valueSize(one), NESTED_BYTES)
  if ("SS" in value) return value.SS.reduce((size, one) => size + textSize(one), 0)
  if ("NS" in value) return value.NS.reduce((size, one) => size + numberSize(one), 0)
  return value.BS.reduce((size, one) => size + one.byteLength, 0)
}

/** Bytes of the text in UTF-8. */
export function textSize(text: string): number {
  if (text.length > 24) return Buffer.byteLength(text)
  // Short names and values are nearly all ASCII: counting them costs less than a native call.
  for (let i = 0; i < text.length; i++)
    if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text)
  return text.length
}
