import {
  CreateOrganizationCommand,
  DeleteOrganizationCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations"
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount, newAccount } from "../testing/accounts.ts"
import {
  MANAGEMENT,
  openOrganization,
  openOrganizations,
  OTHER,
} from "../testing/open-organization.ts"

test("ORG-1 ORG-5 the account that makes an organization manages it", async () => {
  const { client, organization } = await openOrganization()
  const id = organization.Id
  expect(id).toMatch(/^o-[a-z0-9]{10}$/)
  expect(organization).toEqual({
    Id: id,
    Arn: `arn:aws:organizations::${MANAGEMENT}:organization/${id}`,
    FeatureSet: "ALL",
    MasterAccountArn: `arn:aws:organizations::${MANAGEMENT}:account/${id}/${MANAGEMENT}`,
    MasterAccountId: MANAGEMENT,
    MasterAccountEmail: expect.stringContaining("@"),
    AvailablePolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
  })
  const described = await client.send(new DescribeOrganizationCommand({}))
  expect(described.Organization).toEqual(organization)
  const { Roots } = await client.send(new ListRootsCommand({}))
  expect(Roots).toEqual([
    {
      Id: expect.stringMatching(/^r-[a-z0-9]{4}$/),
      Arn: expect.stringMatching(
        new RegExp(`^arn:aws:organizations::${MANAGEMENT}:root/${id}/r-[a-z0-9]{4}$`),
      ),
      Name: "Root",
      PolicyTypes: [],
    },
  ])
  const { Accounts } = await client.send(new ListAccountsCommand({}))
  expect(Accounts).toMatchObject([{ Id: MANAGEMENT, Status: "ACTIVE", JoinedMethod: "INVITED" }])
})

test("an account in no organization, and one that is in one already", async () => {
  const { client, of } = await openOrganizations()
  const describe = () => refusalOf(client.send(new DescribeOrganizationCommand({})))
  expect(await describe()).toBe(
    "400 AWSOrganizationsNotInUseException: Your account is not a member of an organization.",
  )
  const create = () => client.send(new CreateOrganizationCommand({}))
  await create()
  expect(await refusalOf(create())).toBe(
    "400 AlreadyInOrganizationException: The AWS account is already a member of an organization.",
  )
  await inviteAccount({ client, of }, OTHER)
  expect(await refusalOf(of(OTHER).send(new CreateOrganizationCommand({})))).toMatch(
    /^400 AlreadyInOrganizationException/,
  )
})

test("ORG-1 members see their organization, but only its management account governs it", async () => {
  const { client, of, organization } = await openOrganization()
  await inviteAccount({ client, of }, OTHER)
  const member = of(OTHER)
  const seen = await member.send(new DescribeOrganizationCommand({}))
  expect(seen.Organization?.Id).toBe(organization.Id)
  const denied = "400 AccessDeniedException: You don't have permissions to access this resource."
  expect(await refusalOf(member.send(new ListAccountsCommand({})))).toBe(denied)
  expect(await refusalOf(member.send(new DeleteOrganizationCommand({})))).toBe(denied)
})

test("an organization is deleted when only its management account is left", async () => {
  const { client, cloud } = await openOrganization()
  await newAccount({ client, cloud }, "first")
  expect(await refusalOf(client.send(new DeleteOrganizationCommand({})))).toBe(
    "400 OrganizationNotEmptyException: To delete an organization you must first remove all member accounts (except the master).",
  )
  const other = await openOrganization()
  await other.client.send(new DeleteOrganizationCommand({}))
  expect(await refusalOf(other.client.send(new DescribeOrganizationCommand({})))).toMatch(
    /^400 AWSOrganizationsNotInUseException/,
  )
  await other.client.send(new CreateOrganizationCommand({}))
})

test("accounts of an organization with all features have its service-linked role", async () => {
  const { cloud } = await openOrganization()
  const input = { RoleName: "AWSServiceRoleForOrganizations" }
  const { Role } = await cloud.client(IAMClient).send(new GetRoleCommand(input))
  expect(Role?.Path).toBe("/aws-service-role/organizations.amazonaws.com/")
})
