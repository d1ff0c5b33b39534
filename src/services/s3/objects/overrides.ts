import type { Call } from "../../../registry/call.ts"
import type { In, Out } from "../define.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"

/** What of an answer a `response-…` parameter of its request takes the place of. */
const OVERRIDES = Object.freeze(
  (
    [
      ...(["CacheControl", "ContentType", "ContentDisposition"] as const),
      ...(["ContentEncoding", "ContentLanguage", "Expires"] as const),
    ] as const
  ).map((member) => Object.freeze({ member, given: `Response${member}` as const })),
)

const NAMES: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["response-cache-control", "response-content-type", "response-content-disposition"],
    ...["response-content-encoding", "response-content-language", "response-expires"],
  ]),
)

export type Overrides = Partial<Pick<Out<"HeadObject">, (typeof OVERRIDES)[number]["member"]>>

const NONE: Overrides = Object.freeze({})
/** Beyond Latin-1, and what no header can hold (of that the words are not verified). */
const BEYOND_LATIN1 = /[^\t\x20-\x7e\x80-\xff]/

/** What `response-…` parameters put in the place of what is stored. Every read asks. */
export function overridesOf(input: In<"GetObject">, { principal, wire }: Call): Overrides {
  if (wire !== undefined && wire.query !== "") assertKnown(wire.query)
  let found: Record<string, string> | undefined
  for (const { member, given } of OVERRIDES) {
    const value = input[given]
    if (value === undefined) continue
    found ??= {}
    found[member] = typeof value === "string" ? latin1(member, value) : httpDate(value)
  }
  if (found === undefined) return NONE
  // Documented with the parameters: they must be signed.
  if (principal.type !== "anonymous") return found
  throw invalidRequest(
    "Request specific response headers cannot be used for anonymous GET requests.",
  )
}

/** Recorded: what begins so must be one of them. Throws InvalidArgument. */
function assertKnown(query: string): void {
  if (!query.includes("response-")) return
  for (const [name, value] of new URLSearchParams(query)) {
    if (!name.startsWith("response-") || NAMES.has(name)) continue
    throw invalidArgument(
      `${name} is not in the set of overridable response headers. Please refer to the S3 API ` +
        "documentation for a complete list of overridable response headers.",
      name,
      value,
    )
  }
}

const httpDate = (timeMs: number): string => new Date(timeMs).toUTCString()

/** Throws InvalidArgument for what no header can hold. */
function latin1(member: string, value: string): string {
  if (!BEYOND_LATIN1.test(value)) return value
  const parameter = `response${member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw invalidArgument("Header value cannot be represented using ISO-8859-1.", parameter, value)
}
