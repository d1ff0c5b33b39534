import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
  type GetResourcesCommandInput,
} from "@aws-sdk/client-resource-groups-tagging-api"
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { InProcessCloud } from "../../../index.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

export interface Whose {
  readonly account?: string
  readonly region?: string
}

export type TagsOfArns = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Clients of an account's root in a Region, and what tests do most. */
export function taggingOf(cloud: InProcessCloud, whose: Whose = {}) {
  const { account = "000000000000", region = "us-east-1" } = whose
  const credentials = { accessKeyId: account, secretAccessKey: "test" }
  const options = { credentials, region, maxAttempts: 1 }
  const tagging = cloud.client(ResourceGroupsTaggingAPIClient, options)
  const sqs = cloud.client(SQSClient, options)
  return {
    options,
    tagging,
    sqs,
    /** The ARN of a new queue. */
    async queue(QueueName: string, tags?: Record<string, string>): Promise<string> {
      await sqs.send(new CreateQueueCommand({ QueueName, tags }))
      return `arn:aws:sqs:${region}:${account}:${QueueName}`
    },
    /** Tags by ARN, of all pages. */
    async shown(input: GetResourcesCommandInput = {}): Promise<TagsOfArns> {
      const found: Record<string, Record<string, string>> = {}
      let PaginationToken: string | undefined
      do {
        const page = await tagging.send(
          new GetResourcesCommand({ ...input, ...(PaginationToken && { PaginationToken }) }),
        )
        for (const { ResourceARN = "", Tags = [] } of page.ResourceTagMappingList ?? [])
          found[ResourceARN] = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value ?? ""]))
        PaginationToken = page.PaginationToken
      } while (PaginationToken)
      return found
    },
  }
}
