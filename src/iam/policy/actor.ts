import { canonicalUserId } from "../canonical-user.ts"
import { principalArn, type Principal } from "../principal.ts"
import type { PrincipalElement } from "./principal-element.ts"

/** Who asks, as policies name callers. */
export interface Actor {
  readonly type:
    | "root"
    | "user"
    | "role-session"
    | "federated-user"
    /** A caller whom an identity provider vouches for: AssumeRoleWithWebIdentity, …WithSAML. */
    | "federated"
    | "service"
    | "anonymous"
  /** "" of callers that belong to no account. */
  readonly account: string
  /** The caller's own ARN: of the user, the session, the root; the name of a service or provider. */
  readonly arn: string
  /** Behind a session: the role's ARN, or that of the user who made a federated session. */
  readonly parentArn?: string | undefined
  /** `AIDA…` of the user, `AROA…` of the role: how policies are kept that name one by its ARN. */
  readonly uniqueId?: string | undefined
  /** Service-linked roles are not held by SCPs and RCPs. */
  readonly serviceLinked?: boolean | undefined
}

const LINKED = /:role\/aws-service-role\//

/** The caller that the gateway knows. */
export function actorOf(principal: Principal, partition: string): Actor {
  const arn = principalArn(principal, partition)
  switch (principal.type) {
    case "root":
      return { type: "root", account: principal.account, arn }
    case "user":
      return { type: "user", account: principal.account, arn, uniqueId: principal.userId }
    case "assumed-role":
      return {
        type: "role-session",
        account: principal.account,
        arn,
        parentArn: principal.roleArn,
        uniqueId: principal.roleId,
        serviceLinked: LINKED.test(principal.roleArn),
      }
    case "federated-user":
      return { type: "federated-user", account: principal.account, arn }
    case "service":
      return { type: "service", account: "", arn: principal.name }
    case "anonymous":
      return { type: "anonymous", account: "", arn: "*" }
  }
}

/**
 * How a policy names a caller. It matters to an Allow: what is given to the caller itself is not
 * limited by what boundary and session policy leave out, what is given to the role behind a session
 * is, and what is given to the account is only passed on to its administrators.
 */
export type Naming = "caller" | "parent" | "account"

/** How the element names the actor, if it does. */
export function namingOf(element: PrincipalElement, actor: Actor): Naming | undefined {
  if (element.anyone) return "caller"
  if (actor.type === "service") return element.services.includes(actor.arn) ? "caller" : undefined
  if (actor.type === "federated")
    return element.federated.includes(actor.arn) ? "caller" : undefined
  if (actor.type === "anonymous") return undefined
  let naming: Naming | undefined
  for (const text of element.aws) {
    const one = namingOfOne(text, actor)
    if (one === "caller") return one
    if (naming !== "parent" && one) naming = one
  }
  return naming ?? (isCanonical(element, actor) ? asAccount(actor) : undefined)
}

/** A canonical user id is S3's name of an account. */
const isCanonical = ({ canonicalUsers }: PrincipalElement, { account }: Actor): boolean =>
  canonicalUsers.length > 0 && canonicalUsers.includes(canonicalUserId(account))

const asAccount = ({ type }: Actor): Naming => (type === "root" ? "caller" : "account")

function namingOfOne(text: string, actor: Actor): Naming | undefined {
  if (text === actor.arn) return "caller"
  if (text === actor.parentArn) return "parent"
  if (text === actor.uniqueId) return actor.type === "role-session" ? "parent" : "caller"
  if (isIdOfSession(text, actor)) return "caller"
  if (text === actor.account || isRootOf(text, actor.account)) return asAccount(actor)
  return undefined
}

/** `AROA…:name`, as policies are kept that name a session by its ARN. */
function isIdOfSession(text: string, { type, arn, uniqueId }: Actor): boolean {
  if (type !== "role-session" || uniqueId === undefined) return false
  return (
    text.startsWith(uniqueId) &&
    text.charAt(uniqueId.length) === ":" &&
    arn.endsWith(`/${text.slice(uniqueId.length + 1)}`)
  )
}

const isRootOf = (text: string, account: string): boolean =>
  account !== "" && text.startsWith("arn:") && text.endsWith(`:iam::${account}:root`)

/**
 * Whether NotPrincipal leaves the actor out. AWS looks at each of the names that a caller has, so a
 * policy must list all of them ("IAM JSON policy elements: NotPrincipal"; that one name less always
 * denies is not verified).
 */
export function isListed(element: PrincipalElement, actor: Actor): boolean {
  if (element.anyone) return true
  if (actor.account === "") return namingOf(element, actor) !== undefined
  const { aws } = element
  const account =
    aws.some((text) => text === actor.account || isRootOf(text, actor.account)) ||
    isCanonical(element, actor)
  const { type } = actor
  if (type === "root" || !account) return account
  const { arn, parentArn, uniqueId } = actor
  const unique = uniqueId !== undefined && aws.includes(uniqueId)
  if (type === "user") return unique || aws.includes(arn)
  const parent = parentArn === undefined || unique || aws.includes(parentArn)
  return parent && aws.some((text) => text === arn || isIdOfSession(text, actor))
}
