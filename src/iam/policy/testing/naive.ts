import type { Actor } from "../actor.ts"
import type { ContextValue } from "../context.ts"
import type { Said } from "./case.ts"

/** A request and all policies about it, as they are written. */
export interface NaiveRequest {
  readonly actor: Actor
  readonly action: string
  readonly resource: string
  readonly owner: string
  readonly context: Readonly<Record<string, ContextValue>>
  readonly identity: readonly Said[]
  readonly policy: readonly Said[]
  readonly boundary?: readonly Said[] | undefined
  readonly session?: readonly Said[] | undefined
  readonly endpoint?: readonly Said[] | undefined
  readonly scps: readonly (readonly Said[])[]
  readonly rcps: readonly (readonly Said[])[]
}

/**
 * The flow chart of AWS's "Policy evaluation logic", box after box, with none of the evaluator's
 * code, caches or order: what both decide alike is not one mistake made once.
 */
export function naiveDecision(request: NaiveRequest): "allow" | "deny" | "no" {
  const { actor, owner, identity, policy, boundary, session, endpoint } = request
  const says = (effect: string, statements: readonly Said[]): boolean =>
    statements.some((one) => one["Effect"] === effect && matches(one, request))
  const scps = actor.account === "" || actor.serviceLinked ? [] : request.scps
  const rcps = actor.serviceLinked ? [] : request.rcps

  const all = [identity, policy, boundary ?? [], session ?? [], endpoint ?? [], ...scps, ...rcps]
  if (says("Deny", all.flat())) return "deny"
  for (const level of [...rcps, ...scps]) if (!says("Allow", level)) return "no"
  if (endpoint && !says("Allow", endpoint)) return "no"

  const given = policy
    .filter((one) => one["Effect"] === "Allow" && matches(one, request))
    .map((one) => namesOf(one["Principal"], actor))
  const limited = [boundary, session].some((limit) => limit && !says("Allow", limit))
  const own = (actor.type === "root" || says("Allow", identity)) && !limited
  if (actor.account === "") return given.length > 0 ? "allow" : "no"
  if (actor.account !== owner) return given.length > 0 && own ? "allow" : "no"
  if (given.some((names) => names.has("itself"))) return "allow"
  if (given.some((names) => names.has("its role")) && !limited) return "allow"
  return own ? "allow" : "no"
}

/** Every way in which a Principal means the caller. A statement without one means everybody. */
function namesOf(principal: unknown, actor: Actor): ReadonlySet<string> {
  const names = new Set<string>()
  if (principal === undefined || principal === "*") return names.add("itself")
  const { AWS = [], Service = [] } = principal as { AWS?: string | string[]; Service?: string }
  const aws = [AWS].flat()
  if (aws.includes("*")) names.add("itself")
  if (actor.type === "service")
    return [Service].flat().includes(actor.arn) ? names.add("itself") : names
  if (actor.type === "anonymous") return names
  if (aws.includes(actor.arn)) names.add("itself")
  if (actor.parentArn !== undefined && aws.includes(actor.parentArn)) names.add("its role")
  const { uniqueId, type } = actor
  if (uniqueId !== undefined) {
    if (aws.includes(uniqueId)) names.add(type === "user" ? "itself" : "its role")
    const session = actor.arn.split("/").at(-1)
    if (type === "role-session" && aws.includes(`${uniqueId}:${session}`)) names.add("itself")
  }
  if (aws.includes(actor.account) || aws.includes(`arn:aws:iam::${actor.account}:root`))
    names.add(actor.type === "root" ? "itself" : "its account")
  return names
}

function matches(said: Said, { actor, action, resource, context }: NaiveRequest): boolean {
  const any = (patterns: unknown, test: (pattern: string) => boolean): boolean =>
    ([patterns].flat() as string[]).some(test)
  const acts = (pattern: string): boolean => glob(pattern.toLowerCase(), action.toLowerCase())
  const about = (pattern: string): boolean => arnLike(filled(pattern, context), resource)
  if ("Action" in said && !any(said["Action"], acts)) return false
  if ("NotAction" in said && any(said["NotAction"], acts)) return false
  if ("Resource" in said && !any(said["Resource"], about)) return false
  if ("NotResource" in said && any(said["NotResource"], about)) return false
  if (namesOf(said["Principal"], actor).size === 0) return false
  const condition = (said["Condition"] ?? {}) as Record<string, Record<string, string | string[]>>
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      holds(operator, { given: lookUp(context, key), values: [values].flat(), context }),
    ),
  )
}

function lookUp(context: NaiveRequest["context"], key: string): ContextValue | undefined {
  const name = Object.keys(context).find((one) => one.toLowerCase() === key.toLowerCase())
  return name === undefined ? undefined : context[name]
}

interface Compared {
  readonly given: ContextValue | undefined
  readonly values: readonly string[]
  readonly context: NaiveRequest["context"]
}

function holds(operator: string, { given, values, context }: Compared): boolean {
  const present = given !== undefined && [given].flat().length > 0
  if (operator === "Null") return values.includes(String(!present))
  const [plain = "", set] = operator.split(":").toReversed()
  const base = plain.replace(/IfExists$/, "").replace("Not", "")
  const negated = plain.includes("Not")
  if (set === "ForAllValues" && !present) return true
  if (set === "ForAnyValue" && !present) return false
  if (!present) return negated || plain.endsWith("IfExists")
  const test = (one: string): boolean =>
    values.some((value) => compared(base, filled(value, context), one)) !== negated
  const ones = [given].flat()
  if (set === "ForAllValues") return ones.every(test)
  if (set === "ForAnyValue") return ones.some(test)
  return test(ones[0] as string)
}

function compared(base: string, wanted: string | undefined, given: string): boolean {
  if (wanted === undefined) return false
  switch (base) {
    case "StringEquals":
      return plainText(wanted) === given
    case "StringLike":
      return glob(wanted, given)
    case "ArnLike":
      return arnLike(wanted, given)
    case "NumericLessThan":
      return Number(given) < Number(wanted)
    case "Bool":
      return given.toLowerCase() === wanted.toLowerCase()
    default:
      throw new Error(`the naive evaluator does not know ${base}`)
  }
}

/** Stands for a star or question mark that came out of a variable and is none. */
const STAR = "\u0001"
const MARK = "\u0002"
const plainText = (text: string): string => text.replaceAll(STAR, "*").replaceAll(MARK, "?")

/** With its variables filled in; undefined where one has neither value nor default. */
function filled(text: string, context: NaiveRequest["context"]): string | undefined {
  let missing = false
  const result = text.replace(/\$\{([^},]+)(?:, '([^']*)')?\}/g, (_, key: string, or?: string) => {
    const value = lookUp(context, key) ?? or
    if (typeof value !== "string") missing = true
    return String(value).replaceAll("*", STAR).replaceAll("?", MARK)
  })
  return missing ? undefined : result
}

function glob(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
  return new RegExp(`^${plainPattern(source)}$`, "s").test(text)
}
const plainPattern = (source: string): string =>
  source.replaceAll(STAR, String.raw`\*`).replaceAll(MARK, String.raw`\?`)

/** Part by part; `*` alone is everything. */
function arnLike(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return false
  if (pattern === "*") return true
  const split = (arn: string): string[] => {
    const parts = arn.split(":")
    return [...parts.slice(0, 5), parts.slice(5).join(":")]
  }
  if (text.split(":").length < 6) return false
  const parts = split(text)
  return split(pattern).every((part, at) => glob(part, parts[at] as string))
}
