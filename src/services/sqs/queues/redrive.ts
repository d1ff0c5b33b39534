import { invalidAttributeValue, invalidParameterValue, invalidValue } from "../errors.ts"
import { RECEIVE_COUNT, REDRIVE_SOURCES } from "../limits.ts"
import { isFifoName, parseQueueArn } from "./names.ts"

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly targetArn: string
  readonly maxReceiveCount: number
}

/** Which queues may name a queue as their dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly permission: "allowAll" | "denyAll" | "byQueue"
  readonly sources?: readonly string[]
}

/** The queue whose policy is read. */
export interface RedriveSource {
  readonly account: string
  readonly region: string
  readonly fifo: boolean
  readonly arn: string
}

/** What is known of a target: undefined when there is no such queue. */
export interface RedriveTarget {
  readonly fifo: boolean
  readonly allow?: RedriveAllowPolicy | undefined
}

const TARGET = "deadLetterTargetArn"
const COUNT = "maxReceiveCount"

/**
 * Reads a RedrivePolicy text; undefined for "", which removes the policy (recorded). Throws
 * InvalidParameterValue with the policy quoted. The order of the two "mandatory" refusals and "does
 * not exist" are AWS's as users quote them; the other texts are not verified.
 */
export function parseRedrivePolicy(text: string): RedrivePolicy | undefined {
  if (text === "") return undefined
  const policy = parseObject(text)
  if (policy === undefined) {
    throw invalidParameterValue(
      "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
    )
  }
  const refuse = (reason: string): Error => invalidValue("RedrivePolicy", text, reason)
  for (const name of [COUNT, TARGET]) {
    if (policy[name] === undefined) {
      throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`)
    }
  }
  if (Object.keys(policy).some((name) => name !== COUNT && name !== TARGET)) {
    throw refuse(`Only following attributes are supported: [${COUNT}, ${TARGET}].`)
  }
  const maxReceiveCount = countOf(policy[COUNT])
  if (maxReceiveCount === undefined) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${String(policy[COUNT])}, ` +
        `valid values are from ${RECEIVE_COUNT.min} to ${RECEIVE_COUNT.max} both inclusive.`,
    )
  }
  const targetArn = policy[TARGET]
  if (typeof targetArn !== "string" || targetArn.split(":").length !== 6) {
    throw refuse("Dead-letter target ARN should be fully qualified ARN.")
  }
  if (!parseQueueArn(targetArn)) {
    throw refuse("Only SQS queues are valid resources for deadLetterTargetArn.")
  }
  return { targetArn, maxReceiveCount }
}

/** Throws InvalidParameterValue unless `source` may use its policy's target. */
export function assertRedriveTarget(
  policy: RedrivePolicy,
  source: RedriveSource,
  target: RedriveTarget | undefined,
): void {
  const refuse = (reason: string): Error =>
    invalidValue("RedrivePolicy", renderRedrivePolicy(policy), reason)
  const arn = parseQueueArn(policy.targetArn)
  if (arn === undefined || arn.account !== source.account || arn.region !== source.region) {
    throw refuse("Dead-letter target owner should be same as the source.")
  }
  if (isFifoName(arn.name) !== source.fifo) {
    // Two full stops: as AWS writes it.
    throw refuse("Dead-letter queue must be same type of queue as the source..")
  }
  if (target === undefined) throw refuse("Dead letter target does not exist.")
  if (!allows(target.allow, source.arn)) {
    // That AWS refuses is documented; the words are not verified.
    throw refuse(
      "The redrive allow policy of the dead-letter queue does not allow this source queue.",
    )
  }
}

export const renderRedrivePolicy = (policy: RedrivePolicy): string =>
  JSON.stringify({ [TARGET]: policy.targetArn, [COUNT]: policy.maxReceiveCount })

/** Whether a queue with this policy takes `sourceArn` for a source; without one every queue's. */
export function allows(allow: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (allow === undefined || allow.permission === "allowAll") return true
  return allow.permission === "byQueue" && (allow.sources ?? []).includes(sourceArn)
}

/** Reads a RedriveAllowPolicy text; undefined for "". The texts are not verified. */
export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy | undefined {
  if (text === "") return undefined
  const policy = parseObject(text)
  const { redrivePermission: permission, sourceQueueArns: sources, ...rest } = policy ?? {}
  if (!isPermission(permission) || Object.keys(rest).length > 0 || !isSources(sources)) {
    throw invalidAttributeValue(
      "RedriveAllowPolicy",
      "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
    )
  }
  const refuse = (reason: string): Error =>
    invalidValue(
      "RedriveAllowPolicy",
      text,
      `Amazon SQS can't create the redrive allow policy. ${reason}`,
    )
  if (permission === "byQueue") {
    if (sources === undefined || sources.length === 0) {
      throw refuse(
        "When you specify the byQueue permission type, you must also specify one or more " +
          "sourceQueueArns values.",
      )
    }
    if (sources.length > REDRIVE_SOURCES) {
      throw refuse(`The maximum number of source queue ARNs you can specify is ${REDRIVE_SOURCES}.`)
    }
    return { permission, sources }
  }
  if (sources !== undefined) {
    throw refuse(
      "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.",
    )
  }
  return { permission }
}

export const renderRedriveAllowPolicy = (policy: RedriveAllowPolicy): string =>
  JSON.stringify({
    redrivePermission: policy.permission,
    ...(policy.sources ? { sourceQueueArns: policy.sources } : {}),
  })

/** AWS takes the count as a number or as its digits. */
function countOf(value: unknown): number | undefined {
  const count = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value
  if (typeof count !== "number" || !Number.isInteger(count)) return undefined
  return count >= RECEIVE_COUNT.min && count <= RECEIVE_COUNT.max ? count : undefined
}

const isPermission = (value: unknown): value is RedriveAllowPolicy["permission"] =>
  value === "allowAll" || value === "denyAll" || value === "byQueue"

const isSources = (value: unknown): value is readonly string[] | undefined =>
  value === undefined || (Array.isArray(value) && value.every((one) => typeof one === "string"))

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
    return value as Record<string, unknown>
  } catch {
    return undefined
  }
}
