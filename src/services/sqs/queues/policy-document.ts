import { parsePolicy } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import {
  invalidAttributeValue,
  invalidParameterValue,
  invalidValue,
  missingParameter,
  tooManyActions,
} from "../errors.ts"
import { LABEL_LENGTH, POLICY_ACTIONS } from "../limits.ts"
import { assertPolicyQuotas } from "./policy-quotas.ts"

/** What AddPermission grants. */
export interface Permission {
  readonly label: string
  readonly accounts: readonly string[]
  /** Names without the service, such as `SendMessage`; `*` for all. */
  readonly actions: readonly string[]
}

interface Statement {
  readonly Sid?: string
  readonly [member: string]: unknown
}

interface PolicyDocument {
  readonly Version?: string
  readonly Id?: string
  readonly Statement: readonly Statement[]
  readonly [member: string]: unknown
}

/** Actions that a queue's owner can give to others. */
const SHARED_ACTIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
  ]),
)

/** Actions that only the owner may take ("Cross-account permissions don't apply to this action"). */
const OWNER_ACTIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    "AddPermission",
    "CancelMessageMoveTask",
    "CreateQueue",
    "DeleteQueue",
    "ListMessageMoveTasks",
    "ListQueueTags",
    "ListQueues",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
  ]),
)

const LABEL = /^[A-Za-z0-9_-]+$/
const ACCOUNT = /^\d{12}$/
/** The version that AddPermission writes (recorded). */
const OLD_VERSION = "2008-10-17"
const VERSIONS: readonly unknown[] = [undefined, OLD_VERSION, "2012-10-17"]

/**
 * The `Policy` attribute: undefined for "", which removes it (recorded). Throws unless it is a
 * policy that can be evaluated.
 */
export function parsePolicyAttribute(text: string): string | undefined {
  if (text === "") return undefined
  const document = parseDocument(text)
  if (document === undefined) throw invalidAttributeValue("Policy")
  assertPolicyQuotas(text, document.Statement)
  if (!isReadable(text)) throw invalidAttributeValue("Policy")
  return text
}

/** The policy text with one more statement, made as AWS makes it (recorded). */
export function policyWithPermission(
  policy: string | undefined,
  queueArn: string,
  permission: Permission,
): string {
  assertPermission(permission)
  const document = policy === undefined ? undefined : parseDocument(policy)
  const statements = document?.Statement ?? []
  if (statements.some((statement) => statement.Sid === permission.label)) {
    throw invalidValue("Label", permission.label, "Already exists.")
  }
  const longer = [...statements, statementOf(permission, queueArn)]
  const text = JSON.stringify({
    ...(document ?? { Version: OLD_VERSION, Id: `${queueArn}/SQSDefaultPolicy` }),
    Statement: longer,
  })
  assertPolicyQuotas(text, longer)
  return text
}

/** The policy text without the statement of that label; undefined when it was the last (recorded). */
export function policyWithoutPermission(
  policy: string | undefined,
  label: string | undefined,
): string | undefined {
  if (label === undefined || label === "") throw missingParameter("Label")
  // Recorded for a queue without a policy; the longer words are as emulators have them.
  if (policy === undefined) throw invalidValue("Label", label, "can't find label.")
  const document = parseDocument(policy)
  const statements = document?.Statement ?? []
  const left = statements.filter((statement) => statement.Sid !== label)
  if (left.length === statements.length) {
    throw invalidValue("Label", label, "can't find label on existing policy.")
  }
  return left.length === 0 ? undefined : JSON.stringify({ ...document, Statement: left })
}

function assertPermission({ label, accounts, actions }: Permission): void {
  if (label === "") throw missingParameter("Label")
  if (label.length > LABEL_LENGTH || !LABEL.test(label)) {
    // The rule is documented; the words are not verified.
    throw invalidValue(
      "Label",
      label,
      "Label can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
    )
  }
  if (actions.length === 0) throw missingParameter("Actions")
  if (accounts.length === 0) throw unverifiable("[]")
  if (actions.length > POLICY_ACTIONS) throw tooManyActions(actions.length)
  for (const action of actions) assertAction(action)
  for (const account of accounts) if (!ACCOUNT.test(account)) throw unverifiable(`[${account}]`)
}

const unverifiable = (principals: string): Error =>
  invalidValue("PrincipalId", principals, "Unable to verify.")

function assertAction(action: string): void {
  if (SHARED_ACTIONS.has(action)) return
  throw invalidParameterValue(
    `Value SQS:${action} for parameter ActionName is invalid. Reason: ` +
      (OWNER_ACTIONS.has(action)
        ? "Only the queue owner is allowed to invoke this action."
        : "Please refer to the appropriate WSDL for a list of valid actions. "),
  )
}

function statementOf({ label, accounts, actions }: Permission, queueArn: string): Statement {
  const partition = queueArn.split(":")[1]
  return {
    Sid: label,
    Effect: "Allow",
    Principal: {
      AWS: oneOrList(accounts.map((account) => `arn:${partition}:iam::${account}:root`)),
    },
    Action: oneOrList(actions.map((action) => `SQS:${action}`)),
    Resource: queueArn,
  }
}

const oneOrList = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] as string) : values

/** A policy with its statements as a list; undefined when the text is no policy. */
function parseDocument(text: string): PolicyDocument | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value) || !VERSIONS.includes(value["Version"])) return undefined
  const given = value["Statement"]
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (statements.length === 0 || !statements.every(isStatement)) return undefined
  return { ...value, Statement: statements }
}

function isReadable(text: string): boolean {
  try {
    // Recorded: what is no ARN may stand as the resource.
    parsePolicy(text, { kind: "resource", strayResources: true })
    return true
  } catch (error) {
    if (error instanceof PolicyRefusal) return false
    throw error
  }
}

const isStatement = (value: unknown): value is Statement =>
  isObject(value) &&
  (value["Effect"] === "Allow" || value["Effect"] === "Deny") &&
  (value["Principal"] !== undefined || value["NotPrincipal"] !== undefined) &&
  (value["Action"] !== undefined || value["NotAction"] !== undefined)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
