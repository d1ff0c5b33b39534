import {
  CreateAccountAliasCommand,
  DeleteAccountAliasCommand,
  ListAccountAliasesCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { openIam, refusalOf } from "../testing/open-iam.ts"

const create = (client: IAMClient, AccountAlias: string) =>
  client.send(new CreateAccountAliasCommand({ AccountAlias }))

const list = async (client: IAMClient) =>
  (await client.send(new ListAccountAliasesCommand({}))).AccountAliases

test("an account has one alias at most: another takes its place", async () => {
  const { client } = await openIam()
  expect(await list(client)).toEqual([])
  await create(client, "first-name")
  await create(client, "second-name")
  expect(await list(client)).toEqual(["second-name"])
})

test("no two accounts have the same alias, and an alias that is gone is free", async () => {
  const { client, of } = await openIam()
  const other = of("210987654321")
  await create(client, "acme")
  expect(await refusalOf(create(other, "acme"))).toBe(
    "409 EntityAlreadyExists: The account alias acme already exists.",
  )
  const remove = new DeleteAccountAliasCommand({ AccountAlias: "acme" })
  expect(await refusalOf(other.send(remove))).toBe(
    "404 NoSuchEntity: The account alias with name acme cannot be found.",
  )
  await client.send(remove)
  expect(await list(client)).toEqual([])
  await create(other, "acme")
  expect(await list(other)).toEqual(["acme"])
})

test.each(["UPPER", "-a-b", "a--b", "ab"])("%s is no alias", async (name) => {
  const { client } = await openIam()
  expect(await refusalOf(create(client, name))).toMatch(/^400 ValidationError: /)
})
