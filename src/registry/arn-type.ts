import { parseArn } from "./arn.ts"

/** What ARNs of these services do not say: they name one type of resource only. */
const TYPES: Readonly<Record<string, string>> = { sqs: "queue", sns: "topic", s3: "bucket" }

/** The type by which tag policies and tag filters name a resource; of most the ARN says it. */
export interface ArnType {
  readonly service: string
  /** Empty where it is none. */
  readonly type: string
}

export function arnType(arn: string): ArnType {
  const { service = "", resource = "" } = parseArn(arn) ?? {}
  const named = Object.hasOwn(TYPES, service) ? TYPES[service] : undefined
  return { service, type: named ?? resource.split(/[/:]/)[0] ?? "" }
}
