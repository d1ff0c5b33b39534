import {
  AccessAnalyzerClient,
  CreateAnalyzerCommand,
  GetAnalyzedResourceCommand,
  ListFindingsCommand,
  StartResourceScanCommand,
  type CreateAnalyzerCommandInput,
  type FindingSummary,
  type ListFindingsCommandInput,
} from "@aws-sdk/client-accessanalyzer"
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export const ACCOUNT = "123456789012"
export const OTHER = "210987654321"
export const ANALYZER = `arn:aws:access-analyzer:us-east-1:${ACCOUNT}:analyzer/watch`

/** A cloud with an analyzer of its account, and the official clients. */
export interface TestAnalyzer {
  readonly cloud: InProcessCloud
  readonly client: AccessAnalyzerClient
  /** Makes a queue, gives it a policy, or takes it away; gives back the ARN. */
  queue(name: string, statement: object | undefined): Promise<string>
  /** Looks at a resource now. */
  scan(resourceArn: string): Promise<void>
  list(more?: Partial<ListFindingsCommandInput>): Promise<FindingSummary[]>
  isAnalyzed(resourceArn: string): Promise<boolean>
}

export async function openAnalyzer(
  rules?: CreateAnalyzerCommandInput["archiveRules"],
): Promise<TestAnalyzer> {
  const cloud = await openInProcess({ account: ACCOUNT })
  const client = cloud.client(AccessAnalyzerClient)
  const sqs = cloud.client(SQSClient)
  await client.send(
    new CreateAnalyzerCommand({ analyzerName: "watch", type: "ACCOUNT", archiveRules: rules }),
  )
  return {
    cloud,
    client,
    async queue(name, statement) {
      const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }))
      const Policy = statement ? policyText(statement, arn) : ""
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
      return arn
    },
    async scan(resourceArn) {
      await client.send(new StartResourceScanCommand({ analyzerArn: ANALYZER, resourceArn }))
    },
    async list(more) {
      const asked = new ListFindingsCommand({ analyzerArn: ANALYZER, ...more })
      return (await client.send(asked)).findings ?? []
    },
    isAnalyzed: (resourceArn) =>
      client.send(new GetAnalyzedResourceCommand({ analyzerArn: ANALYZER, resourceArn })).then(
        () => true,
        () => false,
      ),
  }
}

export const policyText = (statement: object, Resource: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "sqs:SendMessage", Resource, ...statement },
  })

export const TO_OTHER = { Principal: { AWS: OTHER } }
export const TO_ANYONE = { Principal: "*" }
