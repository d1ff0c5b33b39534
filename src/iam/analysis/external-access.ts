import { parseOperator } from "../policy/conditions.ts"
import type { ConditionTest, PolicyDocument, Statement } from "../policy/document.ts"
import { actionsIn } from "./action-set.ts"
import { conditionsImply } from "./condition-set.ts"
import { patternOf } from "./pattern.ts"
import { accountOf, principalsOf, principalsWithin } from "./principal-set.ts"
import { resourcesOf, resourcesWithin } from "./resource-set.ts"

/** The accounts that trust each other. */
export interface Zone {
  readonly accounts: readonly string[]
  /** The organization, where the zone is one. */
  readonly organization?: string | undefined
}

/** Access that a resource's policy gives to somebody outside of the zone of trust. */
export interface ExternalAccess {
  /** `{ AWS: "123456789012" }`, `{ Federated: "…" }`, `{ AWS: "*" }`. */
  readonly principal: Readonly<Record<string, string>>
  /** As the policy writes them. */
  readonly actions: readonly string[]
  /** Key → values, of the conditions under which it is given. */
  readonly condition: Readonly<Record<string, string>>
  /** Given to everybody, whoever they are. */
  readonly isPublic: boolean
}

/** Keys that tie access to known callers, networks or resources ("How … blocks public access"). */
const IDENTIFYING: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"],
    ...["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"],
    ...["aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:userid"],
    ...["aws:sourceowner", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"],
    ...["aws:username", "kms:calleraccount", "s3:dataaccesspointaccount"],
    ...["s3:dataaccesspointarn", "lambda:functionurlauthtype", "elasticfilesystem:accesspointarn"],
  ]),
)
const ACCOUNT_KEYS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"],
    // To access points of the zone: what they give is a finding of their own.
    "s3:dataaccesspointaccount",
  ]),
)
const ARN_KEYS: ReadonlySet<string> = Object.freeze(
  new Set(["aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"]),
)
const ORGANIZATION_KEYS: ReadonlySet<string> = Object.freeze(
  new Set(["aws:principalorgid", "aws:sourceorgid"]),
)

/**
 * What a resource's policy gives to others, one entry for each principal and set of conditions.
 * AWS's services are trusted ("IAM Access Analyzer does not report on … service principals").
 */
export function externalAccess(policy: PolicyDocument, zone: Zone): readonly ExternalAccess[] {
  const found = new Map<string, ExternalAccess>()
  const denies = policy.statements.filter(({ effect }) => effect === "Deny")
  for (const statement of policy.statements) {
    if (statement.effect === "Deny") continue
    const conditions = [...statement.conditions, ...limitsOf(statement, denies)]
    if (staysInside(conditions, zone)) continue
    const actions = actionsLeft(statement, denies)
    if (actions.length === 0) continue
    for (const principal of outsiders(statement, zone)) {
      const isPublic = Object.values(principal)[0] === "*" && !identifies(conditions)
      const condition = conditionMap(conditions)
      const name = JSON.stringify([principal, condition])
      const before = found.get(name)?.actions ?? []
      const all = [...new Set([...before, ...actions])].toSorted()
      found.set(name, { principal, actions: all, condition, isPublic })
    }
  }
  return [...found.values()]
}

/** The statements that give everybody access, on no condition that tells callers apart. */
export function publicStatements(policy: PolicyDocument): readonly number[] {
  const denies = policy.statements.filter(({ effect }) => effect === "Deny")
  return policy.statements.flatMap((statement, index) => {
    const { principal, notPrincipal, effect } = statement
    if (effect === "Deny" || !(principal?.anyone || notPrincipal)) return []
    const conditions = [...statement.conditions, ...limitsOf(statement, denies)]
    return identifies(conditions) || actionsLeft(statement, denies).length === 0 ? [] : [index]
  })
}

/** The statement's principals outside of the zone. */
function outsiders(statement: Statement, zone: Zone): Readonly<Record<string, string>>[] {
  const { principal, notPrincipal } = statement
  if (notPrincipal || principal?.anyone) return [{ AWS: "*" }]
  if (!principal) return []
  const foreign = principal.aws.filter((text) => {
    const account = accountOf(`aws ${text}`)
    // A unique id is what is left of somebody who was deleted: nobody.
    return account !== undefined && !zone.accounts.includes(account)
  })
  return [
    ...foreign.map((text) => ({ AWS: accountOfRoot(text) ?? text })),
    ...principal.federated.map((text) => ({ Federated: text })),
    ...principal.canonicalUsers.map((text) => ({ CanonicalUser: text })),
  ]
}

const accountOfRoot = (text: string): string | undefined => /::(\d{12}):root$/.exec(text)?.[1]

/** What a Deny of everything but some values amounts to: a condition on the Allow. */
function limitsOf(statement: Statement, denies: readonly Statement[]): ConditionTest[] {
  return denies.flatMap((deny) => {
    const [test, ...more] = deny.conditions.filter((one) => !isOfPeople(one))
    if (!test || more.length > 0 || !coversStatement(deny, statement)) return []
    const operator = parseOperator(test.operator)
    // A key that is not there is denied as well, with IfExists and without it.
    if (!operator?.negated || operator.set) return []
    return [{ ...test, operator: test.operator.replace(/not/i, "").replace(/ifexists$/i, "") }]
  })
}

/** True of all who are reported: AWS's services are not ("data perimeters" leave them out so). */
const isOfPeople = ({ operator, key, values }: ConditionTest): boolean =>
  key.toLowerCase() === "aws:principalisawsservice" &&
  /^bool(?:ifexists)?$/i.test(operator) &&
  values.every((value) => value.toLowerCase() === "false")

/** Whether the Deny is about all that the statement allows, its own conditions aside. */
function coversStatement(deny: Statement, allow: Statement): boolean {
  const denied = actionsIn(deny)
  return (
    [...actionsIn(allow)].every((action) => denied.has(action)) &&
    principalsWithin(principalsOf(allow), principalsOf(deny)) &&
    resourcesWithin(resourcesOf(allow, "anything"), resourcesOf(deny, "itself"))
  )
}

/** The actions as written, without those that a Deny takes away whole. */
function actionsLeft(allow: Statement, denies: readonly Statement[]): readonly string[] {
  const whole = denies.filter(
    (deny) =>
      conditionsImply(allow.conditions, deny.conditions) &&
      principalsWithin(principalsOf(allow), principalsOf(deny)) &&
      resourcesWithin(resourcesOf(allow, "anything"), resourcesOf(deny, "itself")),
  )
  const taken = new Set(whole.flatMap((deny) => [...actionsIn(deny)]))
  const texts = allow.action ?? ["*"]
  if (taken.size === 0) return texts
  return texts.filter((text) => {
    const meant = actionsIn({ ...allow, action: allow.action ? [text] : undefined })
    return [...meant].some((action) => !taken.has(action))
  })
}

/** Whether the conditions let in nobody but members of the zone. */
const staysInside = (conditions: readonly ConditionTest[], zone: Zone): boolean =>
  conditions.some(({ operator, key, values }) => {
    const parsed = parseOperator(operator)
    if (!isFixed(parsed) || values.length === 0) return false
    const name = key.toLowerCase()
    if (ACCOUNT_KEYS.has(name)) return values.every((value) => zone.accounts.includes(value))
    if (ORGANIZATION_KEYS.has(name)) return values.every((value) => value === zone.organization)
    if (ARN_KEYS.has(name))
      return values.every((value) => zone.accounts.includes(value.split(":")[4] ?? ""))
    return false
  })

/** Whether one condition says who may come, or from where. */
const identifies = (conditions: readonly ConditionTest[]): boolean =>
  conditions.some(
    ({ operator, key, values }) =>
      IDENTIFYING.has(key.toLowerCase()) &&
      isFixed(parseOperator(operator)) &&
      values.every(key.toLowerCase() === "aws:sourceip" ? isNarrow : tellsApart),
  )

/** Asks that the key is there and has one of the values. */
const isFixed = (operator: ReturnType<typeof parseOperator>): boolean =>
  operator !== undefined &&
  !operator.negated &&
  !operator.ifExists &&
  operator.set !== "all" &&
  FIXING.has(operator.base)

const FIXING: ReadonlySet<string> = Object.freeze(
  new Set(["string", "string-like", "string-ignore-case", "arn", "ip"]),
)

/** Ranges that are broader are everybody's ("Blocking public access", "The meaning of 'public'"). */
const LEAST_BITS = { ipv4: 8, ipv6: 32 } as const

function isNarrow(range: string): boolean {
  const [address = "", bits] = range.split("/")
  const least = address.includes(":") ? LEAST_BITS.ipv6 : LEAST_BITS.ipv4
  return tellsApart(range) && (bits === undefined || Number(bits) >= least)
}

/** Not `*`, nor an ARN of any account. */
function tellsApart(value: string): boolean {
  if (value.startsWith("arn:"))
    return !/^[*?]*$/.test(value.split(":")[4] ?? "*") || isNamedBucket(value)
  return patternOf(value).some((step) => typeof step === "number")
}

/** S3's ARNs have no account, but a name that only one bucket has. */
const isNamedBucket = (arn: string): boolean => /^arn:[^:]*:s3:::[^*?]+/.test(arn)

function conditionMap(conditions: readonly ConditionTest[]): Record<string, string> {
  const map: Record<string, string> = {}
  for (const { key, values } of conditions) map[key] = values.join(",")
  return map
}
