import {
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-dynamodb"
import { DescribeStreamCommand, DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams"
import { expect, test } from "vitest"
import { openTable, refusalOf } from "../testing/open-table.ts"

const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things"
const Key = { pk: { S: "a" }, sk: { S: "1" } }
const policyFor = (Action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "111111111111" }, Action, Resource: "*" }],
  })

test("a resource policy lets another account in, which names the table by its ARN", async () => {
  const { client, cloud } = await openTable()
  await client.send(new PutItemCommand({ TableName: ResourceArn, Item: Key }))
  const other = cloud.client(DynamoDBClient, {
    credentials: { accessKeyId: "111111111111", secretAccessKey: "x" },
  })
  const get = () => other.send(new GetItemCommand({ TableName: ResourceArn, Key }))
  expect(await refusalOf(get())).toMatch(/^AccessDeniedException: /)
  const Policy = policyFor("dynamodb:GetItem")
  const { RevisionId } = await client.send(new PutResourcePolicyCommand({ ResourceArn, Policy }))
  expect((await get()).Item).toEqual(Key)
  const put = other.send(new PutItemCommand({ TableName: ResourceArn, Item: Key }))
  expect(await refusalOf(put)).toMatch(/^AccessDeniedException: /)
  expect(await client.send(new GetResourcePolicyCommand({ ResourceArn }))).toMatchObject({
    Policy,
    RevisionId,
  })
})

test("revisions: the same policy keeps its own, another gets one, an old one is refused", async () => {
  const { client } = await openTable()
  const put = (action: string, ExpectedRevisionId?: string) =>
    client.send(
      new PutResourcePolicyCommand({ ResourceArn, Policy: policyFor(action), ExpectedRevisionId }),
    )
  const missing = `PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: ${ResourceArn}`
  expect(await refusalOf(client.send(new GetResourcePolicyCommand({ ResourceArn })))).toBe(missing)
  const first = await put("dynamodb:GetItem", "NO_POLICY")
  expect((await put("dynamodb:GetItem")).RevisionId).toBe(first.RevisionId)
  const second = await put("dynamodb:Query", first.RevisionId)
  expect(second.RevisionId).not.toBe(first.RevisionId)
  const mismatch = (text: string): string =>
    `PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: Requested ${text} revision id ${second.RevisionId}.`
  const other = (id = ""): string =>
    mismatch(
      `update for policy with revision id ${id}, but the policy associated to target table things has`,
    )
  expect(await refusalOf(put("dynamodb:Scan", first.RevisionId))).toBe(other(first.RevisionId))
  expect(await refusalOf(put("dynamodb:Scan", "NO_POLICY"))).toBe(
    mismatch(
      "policy update expecting none to be present for table things, but a policy exists with",
    ),
  )
  const removal = { ResourceArn, ExpectedRevisionId: "no-such" }
  expect(await refusalOf(client.send(new DeleteResourcePolicyCommand(removal)))).toBe(
    other("no-such"),
  )
  const remove = () => client.send(new DeleteResourcePolicyCommand({ ResourceArn }))
  expect((await remove()).RevisionId).toBe(second.RevisionId)
  expect((await remove()).RevisionId).toBeUndefined()
  expect(await refusalOf(put("dynamodb:Scan", "no-such"))).toBe(missing)
  const nowhere = client.send(new GetResourcePolicyCommand({ ResourceArn: `${ResourceArn}-not` }))
  expect(await refusalOf(nowhere)).toBe(
    "ResourceNotFoundException: Requested resource not found: Table: things-not not found",
  )
  expect(await refusalOf(put("nonsense"))).toMatch(
    /^ValidationException: One or more parameter values were invalid: Invalid policy document/,
  )
})

test("tables are tagged and untagged", async () => {
  const { client } = await openTable({ Tags: [{ Key: "a", Value: "1" }] })
  const tags = async () => (await client.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags
  await client.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] }))
  expect(await tags()).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ])
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a", "none"] }))
  expect(await tags()).toEqual([{ Key: "b", Value: "2" }])
  const elsewhere = `${ResourceArn}-not`
  const call = client.send(new ListTagsOfResourceCommand({ ResourceArn: elsewhere }))
  expect(await refusalOf(call)).toBe(
    `ResourceNotFoundException: Requested resource not found: ResourceArn: ${elsewhere} not found`,
  )
})

test("ids of statements are letters and digits", async () => {
  const { client } = await openTable()
  const put = (Sid: string) => {
    const Policy = policyFor("dynamodb:GetItem").replace('"Effect"', `"Sid":"${Sid}","Effect"`)
    return refusalOf(client.send(new PutResourcePolicyCommand({ ResourceArn, Policy })))
  }
  expect(await put("Let-them-in")).toBe(
    "ValidationException: The following Statement Ids are invalid: Let-them-in",
  )
  expect(await put("LetThemIn2")).toBe("no refusal")
})

// Docs: "Using resource-based policies for DynamoDB", streams; the words are recorded.
test("a stream has a policy of its own, which lets another account read it, not the table", async () => {
  const { client, cloud } = await openTable({
    StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  })
  const credentials = { accessKeyId: "111111111111", secretAccessKey: "x" }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "things" }))
  const StreamArn = Table?.LatestStreamArn as string
  const describe = () =>
    refusalOf(
      cloud
        .client(DynamoDBStreamsClient, { credentials })
        .send(new DescribeStreamCommand({ StreamArn })),
    )
  expect(await describe()).toMatch(/^AccessDeniedException/)
  const Policy = policyFor("dynamodb:*")
  const { RevisionId } = await client.send(
    new PutResourcePolicyCommand({ ResourceArn: StreamArn, Policy }),
  )
  expect(await describe()).toBe("no refusal")
  const get = cloud
    .client(DynamoDBClient, { credentials })
    .send(new GetItemCommand({ TableName: ResourceArn, Key }))
  expect(await refusalOf(get)).toMatch(/^AccessDeniedException/)
  const policyOf = (arn: string) => client.send(new GetResourcePolicyCommand({ ResourceArn: arn }))
  expect(await refusalOf(policyOf(ResourceArn))).toMatch(/^PolicyNotFoundException/)
  expect(await policyOf(StreamArn)).toMatchObject({ Policy, RevisionId })
  await client.send(new DeleteResourcePolicyCommand({ ResourceArn: StreamArn }))
  expect(await describe()).toMatch(/^AccessDeniedException/)
  expect(await refusalOf(policyOf(`${ResourceArn}/stream/never`))).toBe(
    "ResourceNotFoundException: Requested resource not found: Stream: never not found for Table: things",
  )
  expect(await refusalOf(policyOf(`${ResourceArn}/index/by-owner`))).toBe(
    `ValidationException: One or more parameter values were invalid: Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${ResourceArn}/index/by-owner`,
  )
})
