import {
  badPolicyAttribute,
  badPolicyType,
  incompatiblePolicy,
  tooManyPolicies,
} from "../errors.ts"
import { POLICIES } from "../limits.ts"

/** A policy of an advanced parameter ("Assigning parameter policies"). */
export interface ParameterPolicy {
  readonly type: "Expiration" | "ExpirationNotification" | "NoChangeNotification"
  /** As it was given. */
  readonly text: string
  /** When it acts: an instant, before the expiration, or after the last change. */
  readonly atMs?: number | undefined
  readonly spanMs?: number | undefined
  readonly isDone: boolean
}

const SPANS_MS: Readonly<Record<string, number>> = { Days: 86_400_000, Hours: 3_600_000 }

/** Reads the JSON list of a request; `[]` and `{}` take all policies away. Words not verified. */
export function readPolicies(text: string): readonly ParameterPolicy[] {
  const list = parse(text)
  if (list.length > POLICIES) throw tooManyPolicies(POLICIES)
  const policies = list.map(readPolicy)
  const types = policies.map(({ type }) => type)
  if (types.filter((type) => type === "Expiration").length > 1)
    throw incompatiblePolicy("A parameter can have one Expiration policy.")
  if (types.includes("ExpirationNotification") && !types.includes("Expiration"))
    throw incompatiblePolicy("An ExpirationNotification policy needs an Expiration policy.")
  return policies
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value as unknown[]
    if (JSON.stringify(value) === "{}") return []
  } catch {
    // Said below.
  }
  throw badPolicyAttribute("The policies are not a JSON list of policies.")
}

interface Given {
  readonly Type?: unknown
  readonly Version?: unknown
  readonly Attributes?: Readonly<Record<string, unknown>>
}

function readPolicy(value: unknown): ParameterPolicy {
  const given = { ...(value as Given) }
  const attributes = given.Attributes ?? {}
  const common = { text: JSON.stringify(value), isDone: false }
  if (given.Version !== undefined && given.Version !== "1.0")
    throw badPolicyAttribute("The version of a policy is 1.0.")
  switch (given.Type) {
    case "Expiration":
      return { type: "Expiration", ...common, atMs: instantOf(attributes["Timestamp"]) }
    case "ExpirationNotification":
      return { type: given.Type, ...common, spanMs: spanOf(attributes, "Before") }
    case "NoChangeNotification":
      return { type: given.Type, ...common, spanMs: spanOf(attributes, "After") }
    default:
      throw badPolicyType(
        "The policy type isn't supported. Parameter Store supports the following policy types: Expiration, ExpirationNotification, and NoChangeNotification.",
      )
  }
}

/** ISO 8601, as the pages show it. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)$/

function instantOf(text: unknown): number {
  const ms = typeof text === "string" && INSTANT.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(ms)) throw badPolicyAttribute("The Timestamp is not one of ISO 8601.")
  return ms
}

function spanOf(attributes: Readonly<Record<string, unknown>>, name: string): number {
  const { [name]: count, Unit: unit } = attributes
  const unitMs = typeof unit === "string" ? SPANS_MS[unit] : undefined
  const number = typeof count === "string" || typeof count === "number" ? Number(count) : NaN
  if (unitMs === undefined || !Number.isInteger(number) || number < 1)
    throw badPolicyAttribute(`${name} is a whole number, and Unit is Days or Hours.`)
  return number * unitMs
}

/** When a policy acts, on a version that was made at an instant. */
export function timeOf(
  policy: ParameterPolicy,
  { policies, modifiedMs }: { readonly policies: readonly ParameterPolicy[]; modifiedMs: number },
): number | undefined {
  const { type, spanMs = 0 } = policy
  if (type === "NoChangeNotification") return modifiedMs + spanMs
  const expiration = policies.find((one) => one.type === "Expiration")?.atMs
  return type === "Expiration" || expiration === undefined ? expiration : expiration - spanMs
}

/** As answers tell them. */
export const policyMembers = (policies: readonly ParameterPolicy[]) =>
  policies.map(({ type, text, isDone }) => ({
    ...{ PolicyText: text, PolicyType: type, PolicyStatus: isDone ? "Finished" : "Pending" },
  }))
