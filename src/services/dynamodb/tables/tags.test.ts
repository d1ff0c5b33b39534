import {
  CreateTableCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type DynamoDBClient,
  type Tag,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"

const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/things"

const tagging = (client: DynamoDBClient) => ({
  put: (...Tags: readonly object[]) =>
    refusalOf(client.send(new TagResourceCommand({ ResourceArn, Tags: Tags as Tag[] }))),
  take: (...TagKeys: string[]) =>
    refusalOf(client.send(new UntagResourceCommand({ ResourceArn, TagKeys }))),
  of: async (arn = ResourceArn) => {
    const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: arn }))
    return Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]))
  },
})

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ Key: `key${i}`, Value: "" }))

// Recorded.
test("a tag that cannot be is refused, and those beside it", async () => {
  const { client } = await openTable()
  const { put, take, of } = tagging(client)
  const good = { Key: "good", Value: "1" }
  const refusals = [
    [
      put(good, { Key: "k".repeat(129), Value: "" }),
      `Tag Key provided is invalid, Key: ${"k".repeat(129)}`,
    ],
    [put(good, { Key: "", Value: "" }), "Tag Key provided is invalid, Key: "],
    [put(good, { Value: "1" }), "Tag Key provided is invalid, Key: null"],
    [put({ Key: "bad#char", Value: "" }), "Tag Key provided is invalid, Key: bad#char"],
    [put({ Key: "a", Value: "100%" }), "Tag Value provided is invalid, Value: 100%"],
    [put({ Key: "a" }), "Tag Value provided is invalid, Value: null"],
    [
      put({ Key: "a", Value: "v".repeat(257) }),
      `Tag Value provided is invalid, Value: ${"v".repeat(257)}`,
    ],
    [take("k".repeat(129)), `Tag Key provided is invalid, Key: ${"k".repeat(129)}`],
  ] as const
  for (const [refused, words] of refusals)
    expect(await refused).toBe(`ValidationException: The ${words}`)
  expect(await put(good, { Key: "AWS:zzz", Value: "" })).toBe(
    "ValidationException: Tag Key cannot be prefixed with aws:, Key: AWS:zzz",
  )
  expect(await take("aws:foo")).toBe(
    "ValidationException: Tag Key cannot be prefixed with aws:, Key: aws:foo",
  )
  expect(await put(good, good)).toBe(
    "ValidationException: Duplicate Tag Keys provided as input: Duplicate Tag Key found good",
  )
  expect(await of()).toEqual({})
  expect(
    await put({ Key: "ключ", Value: "a+b-c=d.e_f:g/h@i" }, { Key: "k".repeat(128), Value: "" }),
  ).toBe("no refusal")
  expect(await take("never")).toBe("no refusal")
  expect(Object.keys(await of())).toEqual(["ключ", "k".repeat(128)])
})

// Recorded.
test("a table has fifty tags at most, and no request takes away more", async () => {
  const { client } = await openTable({ Tags: many(50) })
  const { put, take, of } = tagging(client)
  const words =
    "ValidationException: Number of Tags exceed the current limit for the provided ResourceArn"
  expect(await put({ Key: "one", Value: "more" })).toBe(words)
  expect(await put({ Key: "key7", Value: "other" })).toBe("no refusal")
  expect(await of()).toMatchObject({ key6: "", key7: "other" })
  expect(await take(...many(51).map(({ Key }) => Key))).toBe(words)
  const create = (Tags: Tag[]) =>
    refusalOf(
      client.send(
        new CreateTableCommand({
          TableName: "more",
          ...keys("id"),
          BillingMode: "PAY_PER_REQUEST",
          Tags,
        }),
      ),
    )
  expect(await create(many(51))).toBe(words)
  expect(await create([{ Key: "aws:a", Value: "" }])).toBe(
    "ValidationException: Tag Key cannot be prefixed with aws:, Key: aws:a",
  )
  expect(await create([])).toBe("no refusal")
})

// Recorded.
test("what has no tags is told by the form of its ARN", async () => {
  const { client } = await openTable()
  const list = (arn: string) => refusalOf(tagging(client).of(arn))
  const wrong = "ValidationException: One or more parameter values were invalid:"
  expect(await list("things")).toBe(`${wrong} ARNs must start with 'arn:': things`)
  expect(await list(`${ResourceArn}/index/by-name`)).toBe(
    `${wrong} Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${ResourceArn}/index/by-name`,
  )
  expect(await list(`${ResourceArn}/backup/01489602797149-73d8d5bc`)).toBe(
    `${wrong} Provided Arn is not a DynamoDB resource arn: ${ResourceArn}/backup/01489602797149-73d8d5bc`,
  )
  const elsewhere = ResourceArn.replace("us-east-1", "eu-west-1")
  expect(await list(elsewhere)).toBe(
    `ValidationException: Invalid TableArn: Invalid ResourceArn provided as input ${elsewhere}`,
  )
  const stream = `${ResourceArn}/stream/2026-01-01T00:00:00.000`
  expect(await list(stream)).toBe(
    `ResourceNotFoundException: Requested resource not found: ResourceArn: ${stream} not found`,
  )
})
