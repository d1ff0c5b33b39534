import { parseArn } from "../../../registry/arn.ts"
import { badValue } from "../errors.ts"
import type { Cluster } from "./cluster.ts"

interface TopicInput {
  readonly NotificationTopicArn?: string | undefined
  readonly NotificationTopicStatus?: string | undefined
}

/** Throws InvalidParameterValueException. An empty ARN leaves no topic. */
export function topicOf(input: TopicInput, old: Cluster["topic"]): Cluster["topic"] {
  const { NotificationTopicArn: given, NotificationTopicStatus: status } = input
  if (given !== undefined && given !== "" && parseArn(given)?.service !== "sns")
    throw badValue(`${given} is not the ARN of an Amazon SNS topic.`)
  if (status !== undefined && status !== "active" && status !== "inactive")
    throw badValue(`Invalid notification topic status: ${status}.`)
  const arn = given ?? old?.arn
  if (arn === undefined || arn === "") return undefined
  return { arn, active: status === undefined ? (old?.active ?? true) : status === "active" }
}

/** Throws InvalidParameterValueException for what no security group is called. */
export function assertSecurityGroups(ids: readonly string[] = []): void {
  const bad = ids.find((id) => !/^sg-[0-9a-f]{8,17}$/.test(id))
  if (bad !== undefined) throw badValue(`Invalid security group identifier: ${bad}.`)
}
