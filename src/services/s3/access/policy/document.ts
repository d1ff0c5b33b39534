import { publicStatements } from "../../../../iam/analysis/external-access.ts"
import {
  actionsOf,
  conditionKeyType,
  expandActions,
  keyMatches,
  type Action,
} from "../../../../iam/actions/actions.ts"
import type { Statement } from "../../../../iam/policy/document.ts"
import { PolicyRefusal, PrincipalRefusal } from "../../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { keptPolicy, type KeptPolicy } from "../../../iam/port.ts"
import type { PolicyFacts } from "../../buckets/config.ts"

/** "Bucket policies are limited to 20 KB in size." */
const MOST_BYTES = 20 * 1024

/** Of what a policy must speak: a bucket or an access point, and the things in it. */
export interface PolicySubject {
  readonly arn: string
  /** `<arn>/` of a bucket, `<arn>/object/` of an access point; absent where it has no such ARNs. */
  readonly objects?: string | undefined
}

export interface ReadPolicy {
  /** As it is kept: by the unique ids of users and roles. */
  readonly policy: string
  readonly policyFacts: PolicyFacts
}

/** The policy of a resource, checked as S3 checks it. Throws MalformedPolicy. */
export function readPolicy(tx: ReadTx, text: string, subject: PolicySubject): ReadPolicy {
  if (Buffer.byteLength(text) > MOST_BYTES)
    // As emulators have it; not verified.
    throw new AwsError("PolicyTooLarge", "Policy exceeds the maximum allowed document size.", {
      status: 400,
    })
  // What is no policy is named in S3's own words first.
  documentOf(text)
  const { text: policy, document } = kept(tx, text)
  for (const statement of document.statements) checkStatement(statement, subject)
  const isPublic = publicStatements(document).length > 0
  const raw = documentOf(policy)
  const denies = raw.Statement.filter(({ Effect }) => Effect === "Deny")
  const policyFacts = {
    isPublic,
    ...(denies.length > 0 && { denies: JSON.stringify({ ...raw, Statement: denies }) }),
  }
  return { policy, policyFacts }
}

interface RawPolicy {
  readonly Statement: readonly Readonly<Record<string, unknown>>[]
}

/** The document with its statements as a list. What is missing is named in S3's own words. */
function documentOf(text: string): RawPolicy {
  let value: unknown
  try {
    value = text.startsWith("{") ? JSON.parse(text) : undefined
  } catch {
    value = undefined
  }
  // Recorded.
  if (!isRecord(value))
    throw malformed("Policies must be valid JSON and the first byte must be '{'")
  const { Statement: given } = value
  // Recorded.
  if (given === undefined) throw malformed("Missing required field Statement")
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (statements.length === 0) throw malformed("Could not parse the policy: Statement is empty!")
  for (const statement of statements) assertFields(statement)
  return { ...value, Statement: statements as RawPolicy["Statement"] }
}

/** The words of these are as users of AWS quote them. */
function assertFields(statement: unknown): asserts statement is Record<string, unknown> {
  if (!isRecord(statement)) throw malformed("Invalid policy syntax.")
  const { Effect: effect } = statement
  if (effect === undefined) throw malformed("Missing required field Effect")
  if (effect !== "Allow" && effect !== "Deny")
    throw malformed(`Invalid effect: ${typeof effect === "string" ? effect : "?"}`)
  for (const [one, other] of ALTERNATIVES)
    if (statement[one] === undefined && statement[other] === undefined)
      throw malformed(`Missing required field ${one}`)
}

const ALTERNATIVES = [
  ["Principal", "NotPrincipal"],
  ["Action", "NotAction"],
  ["Resource", "NotResource"],
] as const

function kept(tx: ReadTx, text: string): KeptPolicy {
  try {
    return keptPolicy(tx, text, { kind: "resource" })
  } catch (error) {
    if (!(error instanceof PolicyRefusal)) throw error
    if (error instanceof PrincipalRefusal) throw invalidPrincipal(error)
    throw malformed(error.message)
  }
}

/** As users of AWS quote it, with the detail. */
const invalidPrincipal = ({ kind, principal }: PrincipalRefusal): AwsError =>
  new AwsError("MalformedPolicy", "Invalid principal in policy", {
    status: 400,
    members: { Detail: `"${kind}" : "${principal}"` },
  })

/** The words of these are as users of AWS quote them. */
function checkStatement(statement: Statement, { arn, objects }: PolicySubject): void {
  const resources = statement.resource ?? statement.notResource ?? []
  for (const resource of resources)
    if (!meansOneOf(resource, arn, objects)) throw malformed("Policy has invalid resource")
  const patterns = statement.action ?? statement.notAction ?? []
  for (const pattern of patterns) {
    if (
      !/^(?:s3(?:express|-object-lambda)?:|\*$)/i.test(pattern) ||
      expandActions(pattern).length === 0
    )
      throw malformed("Policy has invalid action")
    if (statement.action && statement.resource && !hasResource(pattern, resources, objects))
      throw malformed("Action does not apply to any resource(s) in statement")
  }
  for (const { key } of statement.conditions) assertKey(key)
}

/** Whether a pattern is about the bucket itself or about objects in it. */
function meansOneOf(resource: string, arn: string, objects: string | undefined): boolean {
  if (resource === arn || isObject(resource, objects)) return true
  const star = resource.search(/[*?]/)
  // `arn:aws:s3:::bucket*` means the bucket and what is in it, but not only.
  return star > 0 && resource.slice(0, star) === arn
}

/** Whether a pattern is about things in the resource. */
const isObject = (resource: string, objects: string | undefined): boolean =>
  objects !== undefined && resource.startsWith(objects)

function hasResource(
  pattern: string,
  resources: readonly string[],
  objects: string | undefined,
): boolean {
  const actions = expandActions(pattern)
  return resources.some((resource) => {
    const inside = isObject(resource, objects)
    const wild = !inside && /[*?]/.test(resource)
    return actions.some((action) => wild || isAbout(action, inside))
  })
}

/** Actions of S3 are about buckets, about objects, or about neither. */
const isAbout = ({ resources }: Action, objects: boolean): boolean =>
  resources.some(({ type }) => (type.endsWith("object") ? objects : !objects))

function assertKey(key: string): void {
  if (conditionKeyType(key) !== undefined) return
  const service = /^s3express:/i.test(key) ? "s3express" : "s3"
  const keys = actionsOf(service)?.keys ?? new Map<string, string>()
  if (![...keys.keys()].some((known) => keyMatches(known, key)))
    throw malformed("Policy has an invalid condition key")
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const malformed = (message: string): AwsError =>
  new AwsError("MalformedPolicy", message, { status: 400 })
