import { AwsError } from "../../../../protocols/aws-error.ts"

/** A condition of a form's policy: an operator, a field or a range, and what it asks. */
type Condition = readonly [operator: string, one: unknown, other: unknown]

interface PolicyDocument {
  readonly expiration: string
  readonly conditions: readonly Condition[]
}

export interface PostedFacts {
  /** By name in lower case; `bucket` among them. */
  readonly values: ReadonlyMap<string, string>
  /** Names of the form's own fields, in lower case. */
  readonly fields: readonly string[]
  readonly fileBytes: number
  readonly nowMs: number
}

/** Fields that no condition needs to name ("Creating a POST policy"). */
const FREE: ReadonlySet<string> = Object.freeze(
  new Set(["policy", "x-amz-signature", "signature", "awsaccesskeyid", "file"]),
)

/** "Creating a POST policy": the expiration is in ISO 8601 UTC. */
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/**
 * Holds a form against its policy, which its signature covers. Throws AccessDenied,
 * InvalidPolicyDocument, EntityTooSmall and EntityTooLarge. Texts recorded where not noted.
 */
export function assertPolicy(encoded: string, facts: PostedFacts): void {
  const { expiration, conditions } = parsePolicy(encoded)
  const expiresMs = ISO_8601.test(expiration) ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresMs)) throw invalidPolicy(`Invalid 'expiration' value: '${expiration}'`)
  if (expiresMs <= facts.nowMs) throw against("Policy expired.")
  const named = new Set<string>()
  for (const condition of conditions) {
    if (condition[0] === "content-length-range") assertLength(condition, facts.fileBytes)
    else named.add(assertCondition(condition, facts.values))
  }
  // As users of AWS quote it.
  const extra = facts.fields.filter(
    (name) => !FREE.has(name) && !name.startsWith("x-ignore-") && !named.has(name),
  )
  if (extra.length > 0) throw against(`Extra input fields: ${extra.join(", ")}`)
}

/** The words that are not recorded are those of tests that AWS passes. */
function parsePolicy(encoded: string): PolicyDocument {
  if (encoded === "") throw invalidPolicy("Expecting '{' but found End-of-Input")
  if (!BASE64.test(encoded)) throw invalidPolicy("invalid Base64 encoding.")
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(encoded, "base64").toString())
  } catch {
    throw notJson()
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notJson()
  const { expiration, conditions, ...more } = value as Partial<Record<string, unknown>>
  const [other] = Object.keys(more)
  if (other !== undefined) throw invalidPolicy(`Unexpected: ${JSON.stringify(other)}`)
  if (expiration === undefined) throw invalidPolicy("Policy missing expiration.")
  if (typeof expiration !== "string") throw notJson()
  if (conditions === undefined) throw invalidPolicy("Policy missing conditions.")
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.")
  return { expiration, conditions: conditions.map(conditionOf) }
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/
const OPERATORS: ReadonlySet<string> = Object.freeze(
  new Set(["eq", "starts-with", "content-length-range"]),
)

/** `["eq", "$key", "a"]` and its short form `{"key": "a"}`. */
function conditionOf(condition: unknown): Condition {
  if (typeof condition !== "object" || condition === null)
    throw invalidPolicy("Invalid condition test: must be a List or Object.")
  if (!Array.isArray(condition)) return simpleCondition(condition)
  const [operator, one, other] = condition as unknown[]
  if (operator === undefined)
    throw invalidPolicy("Invalid Condition: missing operation identifier.")
  if (typeof operator !== "string") throw notJson()
  if (!OPERATORS.has(operator.toLowerCase()))
    throw invalidPolicy(`Invalid Condition: unknown operation '${operator}'.`)
  if (condition.length !== 3) throw invalidPolicy(`Invalid ${operator}: wrong number of arguments.`)
  return [operator.toLowerCase(), one, other]
}

function simpleCondition(condition: object): Condition {
  const entries: [string, unknown][] = Object.entries(condition)
  const [entry] = entries
  if (!entry || entries.length !== 1)
    throw invalidPolicy(
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
    )
  const [name, value] = entry
  if (typeof value !== "string")
    throw invalidPolicy("Invalid Simple-Condition: value must be a string.")
  return ["eq", `$${name}`, value]
}

/** Returns the name of the field that the condition is about. */
function assertCondition(condition: Condition, values: ReadonlyMap<string, string>): string {
  const [operator, one, other] = condition
  const field = typeof one === "string" && one.startsWith("$") ? one.slice(1).toLowerCase() : ""
  const value = values.get(field) ?? ""
  const wanted = typeof other === "string" ? other : undefined
  const holds =
    field !== "" &&
    wanted !== undefined &&
    ((operator === "eq" && value === wanted) ||
      (operator === "starts-with" && startsWith(field, value, wanted)))
  if (!holds) throw failed(condition)
  return field
}

/** A list of content types is held to the prefix one by one ("Condition matching"). */
const startsWith = (field: string, value: string, prefix: string): boolean =>
  field === "content-type"
    ? value.split(",").every((one) => one.trim().startsWith(prefix))
    : value.startsWith(prefix)

function assertLength(condition: Condition, bytes: number): void {
  const [least, most] = [Number(condition[1]), Number(condition[2])]
  if (!Number.isInteger(least) || !Number.isInteger(most)) throw failed(condition)
  if (bytes < least)
    throw new AwsError(
      "EntityTooSmall",
      "Your proposed upload is smaller than the minimum allowed size",
      { status: 400, members: { ProposedSize: String(bytes), MinSizeAllowed: String(least) } },
    )
  if (bytes > most)
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
      status: 400,
      members: { ProposedSize: String(bytes), MaxSizeAllowed: String(most) },
    })
}

const failed = (condition: Condition): AwsError =>
  against(`Policy Condition failed: [${condition.map((one) => JSON.stringify(one)).join(", ")}]`)

const against = (why: string): AwsError =>
  new AwsError("AccessDenied", `Invalid according to Policy: ${why}`, { status: 403 })

const notJson = (): AwsError => invalidPolicy("Invalid JSON.")

const invalidPolicy = (why: string): AwsError =>
  new AwsError("InvalidPolicyDocument", `Invalid Policy: ${why}`, { status: 400 })
