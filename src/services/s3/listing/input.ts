import { invalidArgument } from "../errors.ts"
import { LIST_KEYS } from "../limits.ts"
import { encodeUrl } from "./text.ts"

/** The parameters that all lists of a bucket's keys share. */
export interface ListInput {
  readonly Prefix?: string | undefined
  readonly Delimiter?: string | undefined
  readonly MaxKeys?: number | undefined
  readonly EncodingType?: string | undefined
}

const LARGEST_INTEGER = 2_147_483_647

/** How many are asked for, and at most 1,000. Text recorded. */
export function maxKeys(asked: number | undefined, name = "maxKeys"): number {
  if (asked === undefined) return LIST_KEYS
  if (asked < 0 || asked > LARGEST_INTEGER)
    throw invalidArgument(
      `Argument ${name} must be an integer between 0 and ${LARGEST_INTEGER}`,
      name,
      String(asked),
    )
  return Math.min(asked, LIST_KEYS)
}

/** How a list writes keys. Throws InvalidArgument (recorded). */
export function encoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text
  if (encodingType !== "url")
    throw invalidArgument(
      "Invalid Encoding Method specified in Request",
      "encoding-type",
      encodingType,
    )
  return encodeUrl
}
