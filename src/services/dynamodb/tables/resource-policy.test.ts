import {
  DeleteResourcePolicyCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-dynamodb"
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
  expect(await refusalOf(put("nonsense"))).toMatch(/^ValidationException: Invalid policy document/)
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
