import {
  CreateAnalyzerCommand,
  DeleteAnalyzerCommand,
  GetAnalyzerCommand,
  ListAnalyzersCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAnalyzerCommand,
} from "@aws-sdk/client-accessanalyzer"
import { expect, test } from "vitest"
import { ANALYZER, openAnalyzer, TO_OTHER } from "../testing/open-analyzer.ts"

const analyzerName = "watch"

test("an analyzer is made, told and listed", async () => {
  const { cloud, client } = await openAnalyzer()
  const { analyzer } = await client.send(new GetAnalyzerCommand({ analyzerName }))
  expect(analyzer).toEqual({
    arn: ANALYZER,
    name: "watch",
    type: "ACCOUNT",
    createdAt: cloud.now(),
    tags: {},
    // The role that the service has made for itself.
    lastResourceAnalyzed: expect.stringMatching(/AWSServiceRoleForAccessAnalyzer$/),
    lastResourceAnalyzedAt: expect.any(Date),
    status: "ACTIVE",
  })
  const listed = await client.send(new ListAnalyzersCommand({}))
  expect(listed.analyzers).toEqual([analyzer])
  const unused = await client.send(new ListAnalyzersCommand({ type: "ACCOUNT_UNUSED_ACCESS" }))
  expect(unused.analyzers).toEqual([])
})

test("an account has one analyzer of external access in each Region", async () => {
  const { client } = await openAnalyzer()
  const type = "ACCOUNT"
  await expect(
    client.send(new CreateAnalyzerCommand({ analyzerName: "other", type })),
  ).rejects.toMatchObject({
    name: "ServiceQuotaExceededException",
    $metadata: { httpStatusCode: 402 },
  })
  await expect(
    client.send(new CreateAnalyzerCommand({ analyzerName, type })),
  ).rejects.toMatchObject({
    name: "ConflictException",
    resourceId: "watch",
    $metadata: { httpStatusCode: 409 },
  })
})

test("a deleted analyzer takes its findings with it, and its scans end", async () => {
  const { cloud, client, queue, scan, list } = await openAnalyzer()
  await scan(await queue("jobs", TO_OTHER))
  const [old] = await list()
  await client.send(new DeleteAnalyzerCommand({ analyzerName }))
  await cloud.advance("1h")
  await expect(list()).rejects.toMatchObject({ name: "ResourceNotFoundException" })
  await client.send(new CreateAnalyzerCommand({ analyzerName, type: "ACCOUNT" }))
  await cloud.settle()
  const found = await list()
  expect(found).toHaveLength(1)
  expect(found[0]?.id).not.toBe(old?.id)
})

test("analyzers have tags", async () => {
  const { client } = await openAnalyzer()
  const resourceArn = ANALYZER
  const tags = { team: "blue", use: "test" }
  await client.send(new TagResourceCommand({ resourceArn, tags }))
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["use"] }))
  const listed = await client.send(new ListTagsForResourceCommand({ resourceArn }))
  expect(listed.tags).toEqual({ team: "blue" })
})

test("an analyzer of external access has nothing to configure", async () => {
  const { client } = await openAnalyzer()
  const configuration = { unusedAccess: { unusedAccessAge: 90 } }
  await expect(
    client.send(new UpdateAnalyzerCommand({ analyzerName, configuration })),
  ).rejects.toMatchObject({ name: "ValidationException" })
})
