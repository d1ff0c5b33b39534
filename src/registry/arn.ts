import { partitionOf } from "../kernel/places.ts"

/** An ARN: `arn("sqs", "us-east-1", "123456789012", "jobs")`. A global service has Region "". */
export function arn(service: string, region: string, account: string, resource: string): string {
  return `arn:${region === "" ? "aws" : partitionOf(region).id}:${service}:${region}:${account}:${resource}`
}

export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** The parts of an ARN, or nothing when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([a-z0-9-]+):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws|partner|):(.+)$/s.exec(
    text,
  )
  if (!match) return undefined
  const [, partition = "", service = "", region = "", account = "", resource = ""] = match
  return { partition, service, region, account, resource }
}
