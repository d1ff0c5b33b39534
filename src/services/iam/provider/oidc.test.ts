import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const Url = "https://token.example.com/ci"
const ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.example.com/ci`
const named = { OpenIDConnectProviderArn: ARN }
const PRINT = "6938fd4d98bab03faadb97b34396831e3780aea1"

const create = (client: IAMClient, more = {}) =>
  client.send(new CreateOpenIDConnectProviderCommand({ Url, ...more }))

const get = async (client: IAMClient) => {
  const { $metadata: _, ...rest } = await client.send(new GetOpenIDConnectProviderCommand(named))
  return rest
}

const MISSING = `404 NoSuchEntity: OpenIDConnect Provider not found for arn ${ARN}`

test("a provider is named by its URL and gives back what it was made with", async () => {
  const { client, cloud } = await openIam()
  const Tags = [{ Key: "team", Value: "ci" }]
  const made = await create(client, {
    ClientIDList: ["sts.amazonaws.com"],
    ThumbprintList: [PRINT],
    Tags,
  })
  expect(made).toMatchObject({ OpenIDConnectProviderArn: ARN, Tags })
  const CreateDate = new Date(Math.floor(cloud.now().getTime() / 1000) * 1000)
  expect(await get(client)).toEqual({
    Url: "token.example.com/ci",
    ClientIDList: ["sts.amazonaws.com"],
    ThumbprintList: [PRINT],
    CreateDate,
    Tags,
  })
  const { OpenIDConnectProviderList } = await client.send(new ListOpenIDConnectProvidersCommand({}))
  expect(OpenIDConnectProviderList).toEqual([{ Arn: ARN }])
})

test("a URL is taken once, and must be one of https", async () => {
  const { client, of } = await openIam()
  await create(client)
  expect(await refusalOf(create(client))).toBe(
    `409 EntityAlreadyExists: Provider with url ${Url} already exists.`,
  )
  await create(of("210987654321"))
  for (const wrong of ["http://token.example.com", "token.example.com", "https://a.example?x=1"])
    expect(await refusalOf(create(client, { Url: wrong }))).toBe(
      "400 ValidationError: Invalid Open ID Connect Provider URL",
    )
})

test("client ids come and go, and both work twice", async () => {
  const { client } = await openIam()
  await create(client, { ClientIDList: ["one", "one"] })
  const add = new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: "two" })
  await client.send(add)
  await client.send(add)
  expect((await get(client)).ClientIDList).toEqual(["one", "two"])
  const remove = new RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID: "one" })
  await client.send(remove)
  await client.send(remove)
  expect((await get(client)).ClientIDList).toEqual(["two"])
})

test("thumbprints are replaced as a whole, five at most", async () => {
  const { client } = await openIam()
  await create(client, { ThumbprintList: [PRINT] })
  const update = (ThumbprintList: string[]) =>
    client.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...named, ThumbprintList }))
  const other = "a".repeat(40)
  await update([other])
  expect((await get(client)).ThumbprintList).toEqual([other])
  expect(await refusalOf(update(Array.from({ length: 6 }, () => other)))).toBe(
    "400 InvalidInput: Thumbprint list must contain fewer than 5 entries.",
  )
})

test("a provider that is gone is not found, and can be deleted again", async () => {
  const { client, of } = await openIam()
  await create(client)
  expect(await refusalOf(get(of("210987654321")))).toBe(MISSING)
  const remove = new DeleteOpenIDConnectProviderCommand(named)
  await client.send(remove)
  expect(await refusalOf(get(client))).toBe(MISSING)
  expect(await refusalOf(client.send(remove))).toBe("no refusal")
})

test("tags are set, listed page by page and taken off", async () => {
  const { client } = await openIam()
  await create(client)
  const Tags = ["a", "b", "c"].map((Key) => ({ Key, Value: Key }))
  await client.send(new TagOpenIDConnectProviderCommand({ ...named, Tags }))
  const list = (Marker?: string) =>
    client.send(new ListOpenIDConnectProviderTagsCommand({ ...named, MaxItems: 2, Marker }))
  const first = await list()
  expect(first).toMatchObject({ Tags: Tags.slice(0, 2), IsTruncated: true })
  expect(await list(first.Marker)).toMatchObject({ Tags: Tags.slice(2), IsTruncated: false })
  await client.send(new UntagOpenIDConnectProviderCommand({ ...named, TagKeys: ["A", "c"] }))
  expect((await list()).Tags).toEqual([{ Key: "b", Value: "b" }])
})
