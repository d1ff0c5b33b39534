import { hash } from "node:crypto"
import { bytesText } from "./values/attribute-value.ts"

/**
 * What tells a request that comes again under its token from another one: base64. The order in which
 * members are given makes no difference (recorded).
 */
export const requestDigest = (input: object): string => hash("sha256", textOf(input), "base64")

/** Texts go behind their lengths: cheaper than to escape them, and as clear. */
function textOf(value: unknown): string {
  if (typeof value === "string") return `${value.length}"${value}`
  if (typeof value !== "object" || value === null) return `${String(value)};`
  if (value instanceof Uint8Array) return `${value.byteLength}b${bytesText(value)}`
  let text = ""
  if (Array.isArray(value)) {
    for (const one of value) text += textOf(one)
    return `[${text}]`
  }
  const names = Object.keys(value)
  if (names.length > 1) names.sort()
  for (const name of names)
    text += `${name.length}"${name}${textOf((value as Readonly<Record<string, unknown>>)[name])}`
  return `{${text}}`
}
