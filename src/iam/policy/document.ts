import { checkActions, checkResources } from "./elements.ts"
import { parseOperator } from "./conditions.ts"
import { parseDate } from "./dates.ts"
import { parseJson } from "./json.ts"
import { parsePrincipal, type PrincipalElement } from "./principal-element.ts"
import { legacyError, PolicyRefusal, syntaxError } from "./refusal.ts"

/** What a policy is attached to: it decides what may stand in it. */
export type PolicyKind =
  | "identity"
  | "resource"
  | "trust"
  | "scp"
  | "rcp"
  | "session"
  | "boundary"
  | "endpoint"

export type PolicyVersion = "2008-10-17" | "2012-10-17"

export interface PolicyDocument {
  readonly kind: PolicyKind
  readonly version: PolicyVersion
  readonly id?: string | undefined
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string | undefined
  readonly effect: "Allow" | "Deny"
  /** One of Principal and NotPrincipal where the kind has them. */
  readonly principal?: PrincipalElement | undefined
  readonly notPrincipal?: PrincipalElement | undefined
  readonly action?: readonly string[] | undefined
  readonly notAction?: readonly string[] | undefined
  /** Neither is there where the policy's own resource is meant. */
  readonly resource?: readonly string[] | undefined
  readonly notResource?: readonly string[] | undefined
  readonly conditions: readonly ConditionTest[]
}

/** `{ "StringEquals": { "aws:username": ["x"] } }`: one key of one operator. */
export interface ConditionTest {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export interface PolicyRules {
  readonly kind: PolicyKind
  /** The most characters, blanks not counted (docs: "IAM and AWS STS quotas"). */
  readonly maxCharacters?: number
  /** Managed policies must say version 2012-10-17 (recorded). */
  readonly latestVersion?: boolean
  /** A resource may be a word without a colon, which means nothing that there is. */
  readonly strayResources?: boolean
}

const DOCUMENT_MEMBERS: ReadonlySet<string> = Object.freeze(new Set(["Version", "Id", "Statement"]))
const STATEMENT_MEMBERS: ReadonlySet<string> = Object.freeze(
  new Set([
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
  ]),
)
const LATEST = "2012-10-17"
const OLDEST = "2008-10-17"

/** The policy of a text; undefined of one that nobody can read, which gives nothing to anybody. */
export function policyOrNothing(text: string, rules: PolicyRules): PolicyDocument | undefined {
  try {
    return parsePolicy(text, rules)
  } catch (error) {
    if (error instanceof PolicyRefusal) return undefined
    throw error
  }
}

/**
 * Reads and checks a policy text, in AWS's order: form, version, what an older parser refuses,
 * statement ids, resources, actions. Throws PolicyRefusal.
 */
export function parsePolicy(text: string, rules: PolicyRules): PolicyDocument {
  if (rules.maxCharacters !== undefined && charactersOf(text) > rules.maxCharacters)
    throw new PolicyRefusal(`Maximum policy size of ${rules.maxCharacters} bytes exceeded`)
  const value = parseJson(text)
  if (!isObject(value)) throw syntaxError()
  assertMembers(value, DOCUMENT_MEMBERS)
  const { Version: version, Id: id, Statement: given } = value
  if (version !== undefined && version !== LATEST && version !== OLDEST) throw syntaxError()
  if (id !== undefined && typeof id !== "string") throw syntaxError()
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw syntaxError()
  const statements = list.map((one) => parseStatement(one, rules.kind))
  if (rules.latestVersion && version !== LATEST)
    throw new PolicyRefusal("Policy document must be version 2012-10-17 or greater.")
  checkStatements(statements, rules)
  return {
    kind: rules.kind,
    version: version ?? OLDEST,
    id,
    statements: statements.map(({ effectText: _text, ...statement }) => statement),
  }
}

/**
 * Refuses ids of statements that are not of letters and digits, in the words for policies of
 * identities and in those for trust and some resource policies (as users quote both). Buckets, keys
 * and queues take blanks. Throws PolicyRefusal.
 */
export function assertStatementIds({ kind, statements }: PolicyDocument): void {
  const bad = statements.flatMap(({ sid }) => (sid && !/^[0-9A-Za-z]*$/.test(sid) ? [sid] : []))
  if (bad.length === 0) return
  throw new PolicyRefusal(
    kind === "trust" || kind === "resource"
      ? `The following Statement Ids are invalid: ${bad.join(", ")}`
      : "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
  )
}

/** The size that AWS counts: blanks are not part of it. */
export const charactersOf = (text: string): number => text.replace(/\s/g, "").length

/** A statement of the right form, of which only the meaning is still to be checked. */
type Draft = Statement & { readonly effectText: string }

function parseStatement(value: unknown, kind: PolicyKind): Draft {
  if (!isObject(value)) throw syntaxError()
  assertMembers(value, STATEMENT_MEMBERS)
  const { Sid: sid, Effect: effect, Principal, NotPrincipal } = value
  if (sid !== undefined && typeof sid !== "string") throw syntaxError()
  if (typeof effect !== "string" || !/^(?:allow|deny)$/i.test(effect)) throw syntaxError()
  for (const [one, other] of EXCLUSIVE) {
    if (value[one] !== undefined && value[other] !== undefined) throw syntaxError()
  }
  assertPrincipalPlace(kind, { principal: Principal, notPrincipal: NotPrincipal })
  return {
    sid,
    effectText: effect,
    effect: effect === "Deny" ? "Deny" : "Allow",
    principal: Principal === undefined ? undefined : parsePrincipal(Principal),
    notPrincipal: NotPrincipal === undefined ? undefined : parsePrincipal(NotPrincipal),
    action: texts(value["Action"]),
    notAction: texts(value["NotAction"]),
    resource: texts(value["Resource"]),
    notResource: texts(value["NotResource"]),
    conditions: parseConditions(value["Condition"]),
  }
}

const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ["Principal", "NotPrincipal"],
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
]

function assertPrincipalPlace(
  kind: PolicyKind,
  { principal, notPrincipal }: { principal: unknown; notPrincipal: unknown },
): void {
  const given = principal !== undefined || notPrincipal !== undefined
  switch (kind) {
    case "identity":
    case "session":
    case "boundary":
    case "scp":
      if (given) throw new PolicyRefusal("Policy document should not specify a principal.")
      return
    case "resource":
    case "trust":
      // "You cannot use the NotPrincipal element in … an IAM role trust policy" ("AWS JSON policy
      // elements: NotPrincipal"); the words, those for Resource, are not verified.
      if (kind === "trust" && notPrincipal !== undefined)
        throw new PolicyRefusal("Has prohibited field NotPrincipal")
      if (!given) throw new PolicyRefusal("Missing required field Principal")
      return
    case "rcp":
      // "Only `*` is supported" (docs: "RCP syntax"), in both of its forms (recorded).
      if (principal !== "*" && !isObject(principal)) throw syntaxError()
      if (isObject(principal) && JSON.stringify(principal) !== '{"AWS":"*"}') throw syntaxError()
      return
    case "endpoint":
  }
}

/** A text or a list of texts. */
function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (!list.every((one) => typeof one === "string")) throw syntaxError()
  return list
}

function parseConditions(value: unknown): readonly ConditionTest[] {
  if (value === undefined) return []
  if (!isObject(value)) throw syntaxError()
  const tests: ConditionTest[] = []
  for (const [operator, keys] of Object.entries(value)) {
    if (!isObject(keys)) throw syntaxError()
    const entries = Object.entries(keys)
    // Recorded: an unknown operator with nothing under it is let pass.
    if (entries.length > 0 && !parseOperator(operator)) throw syntaxError()
    for (const [key, given] of entries) tests.push({ operator, key, values: valuesOf(given) })
  }
  return tests
}

/** Numbers and booleans may stand for their texts. */
function valuesOf(given: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.map((one) => {
    if (typeof one === "string") return one
    if (typeof one === "number" || typeof one === "boolean") return String(one)
    throw syntaxError()
  })
}

function checkStatements(statements: readonly Draft[], rules: PolicyRules): void {
  for (const { effectText, conditions } of statements) {
    if (effectText !== "Allow" && effectText !== "Deny") throw legacyError()
    for (const test of conditions) assertDates(test)
  }
  checkResources(statements, rules)
  // Several may be empty, as the console writes them.
  const sids = statements.flatMap(({ sid }) => sid || [])
  if (new Set(sids).size < sids.length)
    throw new PolicyRefusal("Statement IDs (SID) in a single policy must be unique.")
  checkActions(statements, rules.kind)
}

function assertDates({ operator, values }: ConditionTest): void {
  if (!parseOperator(operator)?.base.startsWith("date")) return
  for (const value of values) if (parseDate(value) === undefined) throw legacyError()
}

function assertMembers(value: Record<string, unknown>, known: ReadonlySet<string>): void {
  for (const name of Object.keys(value)) if (!known.has(name)) throw syntaxError()
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
