import {
  CreateOrganizationalUnitCommand,
  DeleteOrganizationalUnitCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  MoveAccountCommand,
  UpdateOrganizationalUnitCommand,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { newAccount } from "../testing/accounts.ts"
import { MANAGEMENT, openOrganization } from "../testing/open-organization.ts"

const rootOf = async (client: OrganizationsClient): Promise<string> =>
  (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? ""

const newUnit = async (client: OrganizationsClient, ParentId: string, Name: string) => {
  const input = { ParentId, Name }
  const { OrganizationalUnit } = await client.send(new CreateOrganizationalUnitCommand(input))
  return OrganizationalUnit?.Id ?? ""
}

test("ORG-4 the root holds accounts and units, units hold accounts and units", async () => {
  const { client, cloud, organization } = await openOrganization()
  const root = await rootOf(client)
  const top = await newUnit(client, root, "top")
  const below = await newUnit(client, top, "below")
  const account = await newAccount({ client, cloud }, "dev")
  expect(top).toMatch(new RegExp(`^ou-${root.slice(2)}-[a-z0-9]{8}$`))
  const unit = await client.send(
    new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: top }),
  )
  expect(unit.OrganizationalUnit).toEqual({
    Id: top,
    Arn: `arn:aws:organizations::${MANAGEMENT}:ou/${organization.Id}/${top}`,
    Name: "top",
  })
  await client.send(
    new MoveAccountCommand({
      AccountId: account,
      SourceParentId: root,
      DestinationParentId: below,
    }),
  )
  const parents = async (ChildId: string) =>
    (await client.send(new ListParentsCommand({ ChildId }))).Parents
  expect(await parents(account)).toEqual([{ Id: below, Type: "ORGANIZATIONAL_UNIT" }])
  expect(await parents(below)).toEqual([{ Id: top, Type: "ORGANIZATIONAL_UNIT" }])
  expect(await parents(top)).toEqual([{ Id: root, Type: "ROOT" }])
  const children = async (ParentId: string, ChildType: "ACCOUNT" | "ORGANIZATIONAL_UNIT") =>
    (await client.send(new ListChildrenCommand({ ParentId, ChildType }))).Children
  expect(await children(below, "ACCOUNT")).toEqual([{ Id: account, Type: "ACCOUNT" }])
  expect(await children(root, "ACCOUNT")).toEqual([{ Id: MANAGEMENT, Type: "ACCOUNT" }])
  expect(await children(root, "ORGANIZATIONAL_UNIT")).toEqual([
    { Id: top, Type: "ORGANIZATIONAL_UNIT" },
  ])
  const held = await client.send(new ListAccountsForParentCommand({ ParentId: below }))
  expect(held.Accounts?.map(({ Id }) => Id)).toEqual([account])
})

test("ORG-4 units nest five deep", async () => {
  const { client } = await openOrganization()
  let parent = await rootOf(client)
  for (let depth = 1; depth <= 5; depth += 1) parent = await newUnit(client, parent, `u${depth}`)
  expect(await refusalOf(newUnit(client, parent, "u6"))).toBe(
    "400 ConstraintViolationException: You attempted to create an OU tree that is too many levels deep.",
  )
})

test("units have names of their own under a parent, are renamed, and deleted when empty", async () => {
  const { client } = await openOrganization()
  const root = await rootOf(client)
  const a = await newUnit(client, root, "a")
  const b = await newUnit(client, root, "b")
  const duplicate =
    "400 DuplicateOrganizationalUnitException: An OU with the same name already exists."
  expect(await refusalOf(newUnit(client, root, "a"))).toBe(duplicate)
  const rename = (OrganizationalUnitId: string, Name: string) =>
    refusalOf(client.send(new UpdateOrganizationalUnitCommand({ OrganizationalUnitId, Name })))
  expect(await rename(b, "a")).toBe(duplicate)
  expect(await rename(b, "b")).toBe("no refusal")
  expect(await rename(b, "c")).toBe("no refusal")
  await newUnit(client, a, "a")
  const remove = (OrganizationalUnitId: string) =>
    refusalOf(client.send(new DeleteOrganizationalUnitCommand({ OrganizationalUnitId })))
  expect(await remove(a)).toMatch(/^400 OrganizationalUnitNotEmptyException/)
  expect(await remove(b)).toBe("no refusal")
  expect(await remove(b)).toBe(
    "400 OrganizationalUnitNotFoundException: You specified an organizational unit that doesn't exist.",
  )
  const missing = "400 ParentNotFoundException: You specified parent that doesn't exist."
  expect(await refusalOf(newUnit(client, b, "x"))).toBe(missing)
})

test("lists go page by page", async () => {
  const { client } = await openOrganization()
  const ParentId = await rootOf(client)
  for (const name of ["a", "b", "c"]) await newUnit(client, ParentId, name)
  const list = (MaxResults: number, NextToken?: string) =>
    client.send(new ListOrganizationalUnitsForParentCommand({ ParentId, MaxResults, NextToken }))
  const first = await list(2)
  const second = await list(2, first.NextToken)
  const names = [...(first.OrganizationalUnits ?? []), ...(second.OrganizationalUnits ?? [])]
  expect(new Set(names.map(({ Name }) => Name))).toEqual(new Set(["a", "b", "c"]))
  expect(second.NextToken).toBeUndefined()
  expect(await refusalOf(list(2, "nonsense"))).toMatch(/^400 InvalidInputException/)
})

test("an account moves from where it is to where there is a place", async () => {
  const { client, cloud } = await openOrganization()
  const root = await rootOf(client)
  const unit = await newUnit(client, root, "a")
  const AccountId = await newAccount({ client, cloud }, "dev")
  const move = (SourceParentId: string, DestinationParentId: string) =>
    refusalOf(
      client.send(new MoveAccountCommand({ AccountId, SourceParentId, DestinationParentId })),
    )
  const none = `${unit.slice(0, -8)}aaaaaaaa`
  expect(await move(none, unit)).toMatch(/^400 SourceParentNotFoundException/)
  expect(await move(root, none)).toMatch(/^400 DestinationParentNotFoundException/)
  expect(await move(root, root)).toMatch(/^400 DuplicateAccountException/)
  expect(await move(root, unit)).toBe("no refusal")
  expect(await move(root, unit)).toMatch(/^400 AccountNotFoundException/)
})
