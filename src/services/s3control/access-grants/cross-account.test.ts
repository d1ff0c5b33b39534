import { GetObjectCommand } from "@aws-sdk/client-s3"
import {
  CreateAccessGrantCommand,
  DeleteAccessGrantsInstanceResourcePolicyCommand,
  GetAccessGrantsInstanceCommand,
  GetAccessGrantsInstanceForPrefixCommand,
  GetAccessGrantsInstanceResourcePolicyCommand,
  ListAccessGrantsCommand,
  ListAccessGrantsLocationsCommand,
  ListCallerAccessGrantsCommand,
  PutAccessGrantsInstanceResourcePolicyCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { policyOf } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import { ACCOUNT, INSTANCE, openGrants, OTHER, userOf } from "../testing/open-grants.ts"

const AccountId = ACCOUNT
const SHARED = [
  ...["s3:ListAccessGrants", "s3:ListAccessGrantsLocations", "s3:GetDataAccess"],
  ...["s3:GetAccessGrantsInstanceForPrefix", "s3:ListCallerAccessGrants"],
]

async function open() {
  const world = await openGrants()
  const { control } = world
  const guest = await world.user("guest", OTHER, { Action: SHARED, Resource: INSTANCE })
  return {
    ...world,
    guest,
    put: (Policy: string, more = {}) =>
      control.send(
        new PutAccessGrantsInstanceResourcePolicyCommand({ AccountId, Policy, ...more }),
      ),
  }
}

const toOther = (more: object = {}) =>
  policyOf({ Principal: { AWS: OTHER }, Action: SHARED, Resource: INSTANCE, ...more })

test("the instance's policy opens it to another account, whose people are granted something", async () => {
  const { cloud, grant, guest, put, vend } = await open()
  const Grantee = userOf("guest", OTHER)
  await grant({ Grantee })
  const ours = "s3://photos/alice/*"
  expect(await refusalOf(vend(guest, ours))).toBe("AccessDenied 403: Access Denied")
  await put(toOther())
  const { s3, grantee } = await vend(guest, ours)
  expect(grantee).toBe(Grantee.GranteeIdentifier)
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "photos", Key: "alice/1" }))
  expect(await Body?.transformToString()).toBe("alice/1")
  expect(
    await refusalOf(s3.send(new GetObjectCommand({ Bucket: "photos", Key: "bob/1" }))),
  ).toMatch(/^AccessDenied/)
  const client = cloud.client(S3ControlClient, guest)
  const found = await client.send(
    new GetAccessGrantsInstanceForPrefixCommand({ AccountId: OTHER, S3Prefix: "s3://photos/x" }),
  )
  expect(found.AccessGrantsInstanceArn).toBe(INSTANCE)
  expect(
    (await client.send(new ListAccessGrantsCommand({ AccountId }))).AccessGrantsList,
  ).toHaveLength(1)
  const locations = await client.send(new ListAccessGrantsLocationsCommand({ AccountId }))
  expect(locations.AccessGrantsLocationsList).toHaveLength(1)
  const mine = await client.send(new ListCallerAccessGrantsCommand({ AccountId }))
  expect(mine.CallerAccessGrantsList?.map(({ GrantScope }) => GrantScope)).toEqual([ours])
})

test("a policy opens only what AWS opens to other accounts", async () => {
  const { cloud, put, user } = await open()
  await put(toOther({ Action: "s3:*" }))
  const all = await user("all", OTHER, { Action: "s3:*", Resource: "*" })
  const client = cloud.client(S3ControlClient, all)
  expect(await refusalOf(client.send(new ListAccessGrantsCommand({ AccountId })))).toBe(
    "no refusal",
  )
  expect(await refusalOf(client.send(new GetAccessGrantsInstanceCommand({ AccountId })))).toMatch(
    /^AccessDenied 403/,
  )
  const grant = new CreateAccessGrantCommand({
    ...{ AccountId, AccessGrantsLocationId: "default", Permission: "READ" },
    AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/*" },
    Grantee: userOf("guest", OTHER),
  })
  expect(await refusalOf(client.send(grant))).toMatch(/^AccessDenied 403/)
})

test("a policy comes back, is checked, and goes", async () => {
  const { cloud, control, put } = await open()
  const get = () => control.send(new GetAccessGrantsInstanceResourcePolicyCommand({ AccountId }))
  const missing =
    "AccessGrantsInstanceResourcePolicyNotExists 404: Access Grants Instance Resource Policy does not exist"
  expect(await refusalOf(get())).toBe(missing)
  const whole = { Policy: toOther(), Organization: "o-a1b2c3d4e5", CreatedAt: cloud.now() }
  expect(await put(toOther(), { Organization: "o-a1b2c3d4e5" })).toMatchObject(whole)
  expect(await get()).toMatchObject(whole)
  const invalid = "InvalidResourcePolicy 400: The specified Resource Policy is invalid"
  const bad = [
    ...["what", "{}", policyOf({ Action: SHARED, Resource: INSTANCE })],
    ...[toOther({ Resource: INSTANCE.replace(ACCOUNT, OTHER) }), toOther({ Action: "sqs:*" })],
    ...[toOther({ Action: "s3:Fly" }), toOther({ Resource: "arn:aws:s3:::photos" })],
  ]
  for (const policy of bad) expect(await refusalOf(put(policy))).toBe(invalid)
  expect(await refusalOf(put(toOther({ Resource: "*" })))).toBe("no refusal")
  const remove = () =>
    control.send(new DeleteAccessGrantsInstanceResourcePolicyCommand({ AccountId }))
  await remove()
  expect(await refusalOf(remove())).toBe(missing)
})

test("an organization is let in as a whole", async () => {
  const { cloud, grant, put, user, vend } = await open()
  const organizations = cloud.client(OrganizationsClient)
  const { Organization } = await organizations.send(new CreateOrganizationCommand({}))
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ Email: "m@example.com", AccountName: "member" }),
  )
  await cloud.advance("1h")
  const status = new DescribeCreateAccountStatusCommand({
    CreateAccountRequestId: CreateAccountStatus?.Id,
  })
  const member = (await organizations.send(status)).CreateAccountStatus?.AccountId ?? ""
  const anybody = {
    ...{ Principal: "*", Action: "s3:GetDataAccess" },
    Condition: { StringEquals: { "aws:PrincipalOrgID": Organization?.Id } },
  }
  await put(toOther(anybody))
  const may = { Action: "s3:GetDataAccess", Resource: "*" }
  const inside = await user("inside", member, may)
  const outside = await user("outside", OTHER, may)
  await grant({ Grantee: userOf("inside", member) })
  await grant({ Grantee: userOf("outside", OTHER) })
  expect(await refusalOf(vend(inside, "s3://photos/alice/1"))).toBe("no refusal")
  expect(await refusalOf(vend(outside, "s3://photos/alice/1"))).toBe(
    "AccessDenied 403: Access Denied",
  )
})
