import { parsePolicy, type PolicyDocument, type PolicyRules } from "../../../iam/policy/document.ts"
import { withPrincipals } from "../../../iam/policy/named-principals.ts"
import { PrincipalRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { roles } from "../role/role.ts"
import { users } from "../user/user.ts"
import { arnOfId, idOfPrincipal, idOfSession } from "./principal.ts"
import { isServicePrincipal } from "./service-principals.ts"

/** A policy as it is kept: users, roles and sessions stand in it by their unique ids. */
export interface KeptPolicy {
  readonly text: string
  readonly document: PolicyDocument
}

/**
 * Reads and checks the policy of a resource that somebody sends, and gives it as it is to be kept.
 * "IAM transforms the ARN to the user's unique principal ID when you save the policy", so nobody who
 * has a name later is who was meant; a principal that is not there "is not valid" ("AWS JSON policy
 * elements: Principal"). Every account is there, though most are not in this cloud, and what is no user,
 * role or service is not looked for. Throws PolicyRefusal; of principals PrincipalRefusal.
 */
export function keptPolicy(tx: ReadTx, sent: string, rules: PolicyRules): KeptPolicy {
  const document = parsePolicy(sent, rules)
  const text = withPrincipals(sent, (kind, name) => keptName(tx, kind, name))
  return { text, document: text === sent ? document : parsePolicy(text, rules) }
}

function keptName(tx: ReadTx, kind: string, name: string): string {
  if (kind === "Service" && !isServicePrincipal(name)) throw new PrincipalRefusal(kind, name)
  if (kind === "CanonicalUser" && !CANONICAL_ID.test(name)) throw new PrincipalRefusal(kind, name)
  if (kind !== "AWS") return name
  const kept = keptPrincipal(tx, name)
  if (kept === undefined) throw new PrincipalRefusal(kind, name)
  return kept
}

/** What stands in kept policies for a principal of the kind AWS; undefined of one that is not there. */
export function keptPrincipal(tx: ReadTx, name: string): string | undefined {
  if (USER_OR_ROLE.test(name)) return idOfPrincipal(tx, name) ?? nameElsewhere(tx, name)
  if (SESSION.test(name)) return idOfSession(tx, name) ?? nameElsewhere(tx, name)
  return !UNIQUE_ID.test(name) || arnOfId(tx, name) !== undefined ? name : undefined
}

/**
 * An ARN of an account in which nobody was made: somebody's who is on AWS, and not in this cloud. The
 * role of a partner must not keep a template from being applied; it is kept as it is named.
 */
function nameElsewhere(tx: ReadTx, arn: string): string | undefined {
  const prefix = [parseArn(arn)?.account ?? ""]
  const isHere = tx.first(users, { prefix }) ?? tx.first(roles, { prefix })
  return isHere ? undefined : arn
}

const USER_OR_ROLE = /^arn:[^:]+:iam::\d{12}:(?:user|role)\//
const SESSION = /^arn:[^:]+:sts::\d{12}:assumed-role\//
const CANONICAL_ID = /^[0-9a-f]{64}$/
const UNIQUE_ID = /^A[A-Z0-9]{15}/

/**
 * A kept policy as its readers see it: by the ARNs of today, and by the unique ids of who is gone
 * ("the policy … displays the principal ID"). Policies without unique ids are not looked into.
 */
export function shownPolicy(tx: ReadTx, kept: string): string
export function shownPolicy(tx: ReadTx, kept: string | undefined): string | undefined
export function shownPolicy(tx: ReadTx, kept: string | undefined): string | undefined {
  if (kept === undefined || !KEPT_ID.test(kept)) return kept
  return withPrincipals(kept, (kind, name) => (kind === "AWS" ? shownPrincipal(tx, name) : name))
}

const KEPT_ID = /"A(?:IDA|ROA)/

/** The ARN of today of what stands in a kept policy; itself where it is none or its owner is gone. */
export const shownPrincipal = (tx: ReadTx, name: string): string =>
  UNIQUE_ID.test(name) ? (arnOfId(tx, name) ?? name) : name
