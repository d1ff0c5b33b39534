import type { Shape, SimpleShape } from "../../models/schema.ts"
import type { Values } from "../codec.ts"

/**
 * AWS's services are Java programs, and their messages show it: values as `toString` writes them,
 * and lists in the order of Java's hash tables. Each rule here was found in recorded messages.
 */

/** `String.hashCode`. */
export function javaHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/**
 * The order in which a `HashMap` with these keys, put in this order, gives them back. All recorded
 * orders of several errors (DynamoDB, EventBridge, API Gateway, Lambda, Athena) agree with it.
 */
export function hashMapOrder(keys: readonly string[]): string[] {
  let buckets = 16
  while (keys.length > buckets * 0.75) buckets *= 2
  const bucket = (key: string) => {
    const hash = javaHash(key)
    return (hash ^ (hash >>> 16)) & (buckets - 1)
  }
  return keys.toSorted((a, b) => bucket(a) - bucket(b))
}

/**
 * The order in which messages list the values of an enumeration: 32 buckets by the last bits of
 * the hash, each filled from its front. It gives all 20 recorded lists, up to 56 values long.
 */
export function enumOrder(values: readonly string[]): string[] {
  return values.toReversed().toSorted((a, b) => (javaHash(a) & 31) - (javaHash(b) & 31))
}

/** `Double.toString`: `1.0`, `0.001`, `1.0E10`. */
export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = "", exponent = ""] = value.toExponential().split("e")
    return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${exponent.replace("+", "")}`
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : String(value)
}

/** A name as Java has it: its first letter is small. */
export function javaName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** The value as a message shows it, without quotes. */
export function javaValue(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return "null"
  switch (shape.type) {
    case "list":
      return `[${(value as unknown[]).map((item) => javaValue(shape.member.shape, item)).join(", ")}]`
    case "map":
      return `{${Object.entries(value as Values)
        .map(([key, item]) => `${key}=${javaValue(shape.value.shape, item)}`)
        .join(", ")}}`
    case "structure":
      return `${shape.name}(${Object.entries(shape.members)
        .map(([name, member]) => {
          const item = (value as Values)[name]
          // How a hidden value shows within another is not verified; it must not show itself.
          const text = isSensitive(member.shape) && item !== undefined ? "***" : undefined
          return `${javaName(name)}=${text ?? javaValue(member.shape, item)}`
        })
        .join(", ")})`
    case "blob": {
      const length = value instanceof Uint8Array ? value.length : 0
      return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`
    }
    case "timestamp":
      return javaDate(value as number)
    case "float":
    case "double":
      return javaDouble(value as number)
    default:
      return (value as string | number | boolean).toString()
  }
}

/** True when the model hides the values of the shape. */
export function isSensitive(shape: Shape): boolean {
  return (shape as SimpleShape).sensitive === true
}

/** `Date.toString`: `Tue Apr 29 18:30:38 UTC 2014`. */
function javaDate(ms: number): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = new Date(ms)
    .toUTCString()
    .replace(",", "")
    .split(" ")
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}
