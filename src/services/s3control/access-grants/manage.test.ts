import { CreateUserCommand } from "@aws-sdk/client-iam"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateAccessGrantCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  DeleteAccessGrantCommand,
  DeleteAccessGrantsInstanceCommand,
  DeleteAccessGrantsLocationCommand,
  GetAccessGrantCommand,
  GetAccessGrantsInstanceCommand,
  GetAccessGrantsInstanceForPrefixCommand,
  GetAccessGrantsLocationCommand,
  ListAccessGrantsCommand,
  ListAccessGrantsInstancesCommand,
  ListAccessGrantsLocationsCommand,
  ListCallerAccessGrantsCommand,
  ListTagsForResourceCommand,
  S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccessGrantsLocationCommand,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import {
  ACCOUNT,
  INSTANCE,
  makeRole,
  openGrants,
  OTHER,
  ROLE,
  rootOf,
  trust,
  userOf,
} from "../testing/open-grants.ts"

const AccountId = ACCOUNT
const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

async function open() {
  const world = await openGrants()
  const { control, iam } = world
  await iam.send(new CreateUserCommand({ UserName: "alice" }))
  return {
    ...world,
    register: (LocationScope: string, IAMRoleArn = ROLE) =>
      control.send(new CreateAccessGrantsLocationCommand({ AccountId, LocationScope, IAMRoleArn })),
  }
}

test("an account has one instance in a Region, which goes when it is empty", async () => {
  const { cloud, control } = await open()
  const there = cloud.client(S3ControlClient, { region: "eu-west-1" })
  const missing = "AccessGrantsInstanceNotExistsError 404: Access Grants Instance does not exist"
  const get = (client: S3ControlClient) =>
    client.send(new GetAccessGrantsInstanceCommand({ AccountId }))
  expect(await refusalOf(get(there))).toBe(missing)
  expect(await refusalOf(there.send(new ListAccessGrantsCommand({ AccountId })))).toBe(missing)
  const made = await there.send(new CreateAccessGrantsInstanceCommand({ AccountId }))
  const whole = {
    ...{ AccessGrantsInstanceId: "default", CreatedAt: cloud.now() },
    AccessGrantsInstanceArn: INSTANCE.replace("us-east-1", "eu-west-1"),
  }
  expect(made).toMatchObject(whole)
  expect(await get(there)).toMatchObject(whole)
  expect(await refusalOf(control.send(new CreateAccessGrantsInstanceCommand({ AccountId })))).toBe(
    "AccessGrantsInstanceAlreadyExists 409: Access Grants Instance already exists",
  )
  const list = (client: S3ControlClient) =>
    client.send(new ListAccessGrantsInstancesCommand({ AccountId }))
  expect((await list(there)).AccessGrantsInstancesList).toEqual([whole])
  const remove = (client: S3ControlClient) =>
    client.send(new DeleteAccessGrantsInstanceCommand({ AccountId }))
  await remove(there)
  expect((await list(there)).AccessGrantsInstancesList ?? []).toEqual([])
  expect(await refusalOf(remove(there))).toBe(missing)
  expect(await refusalOf(remove(control))).toBe(
    "AccessGrantsInstanceNotEmptyError 400: Please clean up locations before deleting the access grants instance",
  )
  // An instance is its account's alone.
  const other = cloud.client(S3ControlClient, rootOf(OTHER))
  expect(await refusalOf(get(other))).toMatch(/^AccessDenied 403/)
  expect(await refusalOf(remove(other))).toMatch(/^AccessDenied 403/)
})

test("locations are the default one, buckets and prefixes of the account in the Region", async () => {
  const { cloud, control, register, s3 } = await open()
  const made = await register("s3://photos/alice*")
  expect(made.AccessGrantsLocationId).toMatch(new RegExp(`^${UUID}$`))
  expect(made).toMatchObject({
    ...{ LocationScope: "s3://photos/alice*", IAMRoleArn: ROLE, CreatedAt: cloud.now() },
    AccessGrantsLocationArn: `${INSTANCE}/location/${made.AccessGrantsLocationId}`,
  })
  const again = await control.send(
    new GetAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId: "default" }),
  )
  expect(again).toMatchObject({
    ...{ LocationScope: "s3://", AccessGrantsLocationId: "default" },
    AccessGrantsLocationArn: `${INSTANCE}/location/default`,
  })
  const exists =
    "AccessGrantsLocationAlreadyExistsError 409: The specified access grants location already exists"
  for (const scope of ["s3://", "s3://photos/alice*"])
    expect(await refusalOf(register(scope))).toBe(exists)
  const invalid = "InvalidAccessGrantsLocation 400: The specified Access Grants Location is invalid"
  const far = cloud.client(S3Client, { region: "eu-west-1", forcePathStyle: true })
  await far.send(
    new CreateBucketCommand({
      Bucket: "far",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    }),
  )
  const theirs = cloud.client(S3Client, { forcePathStyle: true, ...rootOf(OTHER) })
  await theirs.send(new CreateBucketCommand({ Bucket: "theirs" }))
  for (const scope of [
    "s3://none",
    "s3://far/",
    "s3://theirs",
    "photos",
    "s3://*",
    "s3://photos/*/x",
  ])
    expect(await refusalOf(register(scope))).toBe(invalid)
  await s3.send(new CreateBucketCommand({ Bucket: "films" }))
  await register("s3://films")
  const list = async (more = {}) =>
    control.send(new ListAccessGrantsLocationsCommand({ AccountId, ...more }))
  const { AccessGrantsLocationsList: all = [], NextToken } = await list({ MaxResults: 2 })
  const { AccessGrantsLocationsList: rest = [] } = await list({ NextToken })
  expect([all.length, rest.length]).toEqual([2, 1])
  expect(new Set([...all, ...rest].map(({ LocationScope }) => LocationScope))).toEqual(
    new Set([...["s3://", "s3://films", "s3://photos/alice*"]]),
  )
  const { AccessGrantsLocationsList: one } = await list({ LocationScope: "s3://films" })
  expect(one).toHaveLength(1)
})

test("a location's role must be one that S3 can assume, and that the caller may pass on", async () => {
  const { cloud, control, iam, register, user } = await open()
  const invalid = "InvalidIamRole 400: The specified IAM Role is invalid"
  await makeRole(
    iam,
    "aloof",
    { Action: "s3:*", Resource: "*" },
    trust({ Condition: { StringEquals: { "aws:SourceAccount": OTHER } } }),
  )
  const roles = [`arn:aws:iam::${ACCOUNT}:role/none`, `arn:aws:iam::${ACCOUNT}:role/aloof`]
  for (const role of [...roles, `arn:aws:iam::${OTHER}:role/vendor`])
    expect(await refusalOf(register("s3://photos", role))).toMatch(/InvalidIamRole|AccessDenied/)
  for (const role of roles) expect(await refusalOf(register("s3://photos", role))).toBe(invalid)
  await makeRole(iam, "second", { Action: "s3:*", Resource: "*" })
  const second = `arn:aws:iam::${ACCOUNT}:role/second`
  const update = (IAMRoleArn: string, AccessGrantsLocationId = "default", client = control) =>
    client.send(
      new UpdateAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId, IAMRoleArn }),
    )
  expect(await refusalOf(update(roles[0] ?? ""))).toBe(invalid)
  expect(await update(second)).toMatchObject({ IAMRoleArn: second, LocationScope: "s3://" })
  expect(await refusalOf(update(second, "none"))).toBe(
    "NoSuchAccessGrantsLocationError 404: The specified access grants location does not exist",
  )
  const keys = await user("warden", ACCOUNT, { Action: "s3:*AccessGrant*", Resource: "*" })
  const warden = cloud.client(S3ControlClient, keys)
  const passed = await refusalOf(update(ROLE, "default", warden))
  expect(passed).toMatch(/^AccessDenied 403: .* iam:PassRole on resource: .*role\/vendor/)
})

test("grants name what is granted of a location, and go; ids are AWS's kind", async () => {
  const { cloud, control, grant, register } = await open()
  const made = await grant()
  expect(made.AccessGrantId).toMatch(new RegExp(`^${UUID}$`))
  const whole = {
    ...{ CreatedAt: cloud.now(), AccessGrantId: made.AccessGrantId, Permission: "READ" },
    AccessGrantArn: `${INSTANCE}/grant/${made.AccessGrantId}`,
    ...{ Grantee: userOf("alice"), AccessGrantsLocationId: "default" },
    AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/alice/*" },
    GrantScope: "s3://photos/alice/*",
  }
  expect(made).toMatchObject(whole)
  const { AccessGrantId } = made
  const get = () => control.send(new GetAccessGrantCommand({ AccountId, AccessGrantId }))
  expect(await get()).toMatchObject(whole)
  expect(await refusalOf(grant())).toBe(
    "AccessGrantAlreadyExists 409: The specified access grant already exists",
  )
  expect(await refusalOf(grant({ Permission: "WRITE" }))).toBe("no refusal")
  const { AccessGrantsLocationId = "" } = await register("s3://photos/alice*")
  const within = async (S3SubPrefix?: string, more = {}) =>
    (
      await grant({
        ...{ AccessGrantsLocationId, Permission: "READWRITE", ...more },
        AccessGrantsLocationConfiguration: S3SubPrefix === undefined ? undefined : { S3SubPrefix },
      })
    ).GrantScope
  expect(await within()).toBe("s3://photos/alice*")
  expect(await within("/a/*")).toBe("s3://photos/alice/a/*")
  expect(await within("/b/")).toBe("s3://photos/alice/b/*")
  expect(await within("/c", { S3PrefixType: "Object" })).toBe("s3://photos/alice/c")
  const location = { AccountId, AccessGrantsLocationId }
  expect(await refusalOf(control.send(new DeleteAccessGrantsLocationCommand(location)))).toBe(
    "AccessGrantsLocationNotEmptyError 400: Please clean up access grants before deleting access grants location",
  )
  const list = async (more = {}) =>
    (await control.send(new ListAccessGrantsCommand({ AccountId, ...more }))).AccessGrantsList ?? []
  expect(await list()).toHaveLength(6)
  const bare = (await list({ GrantScope: "s3://photos/alice*" }))[0]
  expect(bare).not.toHaveProperty("AccessGrantsLocationConfiguration")
  expect(await list({ Permission: "WRITE" })).toHaveLength(1)
  expect(await list({ GranteeType: "IAM", GranteeIdentifier: "arn:aws:iam::1:user/x" })).toEqual([])
  for (const one of await list())
    await control.send(
      new DeleteAccessGrantCommand({ AccountId, AccessGrantId: one.AccessGrantId }),
    )
  expect(await refusalOf(get())).toBe(
    "NoSuchAccessGrantError 404: The specified access grant does not exist",
  )
  await control.send(new DeleteAccessGrantsLocationCommand(location))
  await control.send(
    new DeleteAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId: "default" }),
  )
  await control.send(new DeleteAccessGrantsInstanceCommand({ AccountId }))
})

test("what cannot be granted is refused", async () => {
  const { cloud, control, grant, s3 } = await open()
  const invalid = "InvalidAccessGrant 400: The specified Access Grant is invalid"
  const theirs = cloud.client(S3Client, { forcePathStyle: true, ...rootOf(OTHER) })
  await theirs.send(new CreateBucketCommand({ Bucket: "theirs" }))
  const paths = ["*", "none/*", "theirs/*", "photos/*/x", "Photos/*", `photos/${"x".repeat(1_025)}`]
  for (const S3SubPrefix of paths)
    expect(await refusalOf(grant({ AccessGrantsLocationConfiguration: { S3SubPrefix } }))).toBe(
      invalid,
    )
  expect(await refusalOf(grant({ AccessGrantsLocationConfiguration: undefined }))).toBe(invalid)
  expect(await refusalOf(grant({ S3PrefixType: "Object" }))).toBe(invalid)
  expect(await refusalOf(grant({ AccessGrantsLocationId: "none" }))).toMatch(
    /^NoSuchAccessGrantsLocationError 404/,
  )
  const grantee = (GranteeIdentifier: string, GranteeType: "IAM" | "DIRECTORY_USER" = "IAM") =>
    refusalOf(grant({ Grantee: { GranteeType, GranteeIdentifier } }))
  const nobody = "InvalidRequest 400: Invalid Grantee in the request"
  expect(await grantee(`arn:aws:iam::${ACCOUNT}:user/nobody`)).toBe(nobody)
  expect(await grantee(`arn:aws:iam::${ACCOUNT}:user/path/alice`)).toBe(nobody)
  expect(await grantee(`arn:aws:iam::${ACCOUNT}:root`)).toBe(nobody)
  expect(await grantee("alice")).toBe(nobody)
  // There are no people of a directory as long as there is no Identity Center.
  expect(await grantee("83d43802-00b1-7054-db02-f1d683aacba5", "DIRECTORY_USER")).toBe(nobody)
  // A role exists by its name in a cloud that takes dummy keys, of other accounts too.
  expect(await grantee(`arn:aws:iam::${OTHER}:role/somebody`)).toBe("no refusal")
  await s3.send(new CreateBucketCommand({ Bucket: "photos2" }))
  const { AccessGrantsLocationId } = await control.send(
    new CreateAccessGrantsLocationCommand({
      AccountId,
      LocationScope: "s3://photos",
      IAMRoleArn: ROLE,
    }),
  )
  const outside = {
    AccessGrantsLocationId,
    AccessGrantsLocationConfiguration: { S3SubPrefix: "2/*" },
  }
  expect(await refusalOf(grant(outside))).toBe(invalid)
})

test("a caller lists what is granted to it, page by page", async () => {
  const { cloud, grant, user } = await open()
  const keys = await user("carol", ACCOUNT, {
    Action: "s3:ListCallerAccessGrants",
    Resource: INSTANCE,
  })
  const Grantee = userOf("carol")
  for (const name of ["c/*", "a/*", "b/1"])
    await grant({ Grantee, AccessGrantsLocationConfiguration: { S3SubPrefix: `photos/${name}` } })
  await grant()
  const client = cloud.client(S3ControlClient, keys)
  const list = (more = {}) => client.send(new ListCallerAccessGrantsCommand({ AccountId, ...more }))
  const scopes = async (more = {}) =>
    (await list(more)).CallerAccessGrantsList?.map(({ GrantScope }) => GrantScope) ?? []
  expect((await list()).CallerAccessGrantsList?.[0]).toEqual({
    ...{ Permission: "READ", GrantScope: "s3://photos/a/*", ApplicationArn: "NA" },
  })
  const all = ["s3://photos/a/*", "s3://photos/b/1*", "s3://photos/c/*"]
  expect(await scopes({ AllowedByApplication: true })).toEqual(all)
  const { NextToken } = await list({ MaxResults: 2 })
  expect(await scopes({ MaxResults: 2 })).toEqual(all.slice(0, 2))
  expect(await scopes({ NextToken })).toEqual(all.slice(2))
  expect(await scopes({ GrantScope: "s3://photos/b" })).toEqual(all.slice(1, 2))
  // A token that nobody gave begins at the front.
  expect(await scopes({ NextToken: "what" })).toEqual(all)
})

test("the instance that decides on a prefix is its bucket's owner's", async () => {
  const { cloud, control } = await open()
  const find = (S3Prefix: string, client = control) =>
    client.send(new GetAccessGrantsInstanceForPrefixCommand({ AccountId, S3Prefix }))
  expect(await find("s3://photos/alice/1")).toMatchObject({
    ...{ AccessGrantsInstanceArn: INSTANCE, AccessGrantsInstanceId: "default" },
  })
  const there = cloud.client(S3ControlClient, { region: "eu-west-1" })
  await there.send(new CreateAccessGrantsInstanceCommand({ AccountId }))
  expect(await refusalOf(find("s3://photos/alice/1", there))).toMatch(
    /^AccessGrantsInstanceNotExistsError 404/,
  )
})

test("instances, locations and grants have tags, which policies see", async () => {
  const { cloud, control, grant, user } = await open()
  const made = await grant({ Tags: [{ Key: "team", Value: "red" }] })
  const { AccessGrantArn: ResourceArn = "", AccessGrantId } = made
  const tags = async (arn: string) =>
    (await control.send(new ListTagsForResourceCommand({ AccountId, ResourceArn: arn }))).Tags
  expect(await tags(ResourceArn)).toEqual([{ Key: "team", Value: "red" }])
  for (const arn of [INSTANCE, `${INSTANCE}/location/default`, ResourceArn]) {
    const Tags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ]
    await control.send(new TagResourceCommand({ AccountId, ResourceArn: arn, Tags }))
    await control.send(new UntagResourceCommand({ AccountId, ResourceArn: arn, TagKeys: ["a"] }))
    expect(await tags(arn)).toContainEqual({ Key: "b", Value: "2" })
  }
  expect(await refusalOf(tags(`${INSTANCE}/grant/none`))).toMatch(/^NoSuchResource 404/)
  // What is called as a bucket is, but is none.
  expect(await refusalOf(tags(`arn:aws:sqs:us-east-1:${ACCOUNT}:photos`))).toMatch(
    /^NoSuchResource 404/,
  )
  const many = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: "" }))
  const Permission = "WRITE" as const
  expect(await refusalOf(grant({ Permission, Tags: many }))).toMatch(/^TooManyTags 400/)
  expect(await refusalOf(grant({ Permission, Tags: [{ Key: "aws:x", Value: "" }] }))).toBe(
    "InvalidTags 400: Tag keys cannot start with AWS reserved prefix for system tags.",
  )
  const Tags = [
    { Key: "x", Value: "" },
    { Key: "x", Value: "" },
  ]
  expect(await refusalOf(grant({ Permission, Tags }))).toMatch(/^InvalidTag 400: There are dup/)
  const keys = await user("warden", ACCOUNT, {
    ...{ Action: "s3:GetAccessGrant", Resource: `${INSTANCE}/grant/*` },
    Condition: {
      StringEquals: { "aws:ResourceTag/team": "red" },
      StringLike: { "s3:AccessGrantScope": "s3://photos/alice/*" },
    },
  })
  const warden = cloud.client(S3ControlClient, keys)
  const get = (id: string | undefined) =>
    refusalOf(warden.send(new GetAccessGrantCommand({ AccountId, AccessGrantId: id })))
  expect(await get(AccessGrantId)).toBe("no refusal")
  const other = await grant({ Permission })
  expect(await get(other.AccessGrantId)).toMatch(/^AccessDenied 403/)
})

test("who may grant can be held to a scope", async () => {
  const { cloud, user } = await open()
  const keys = await user(
    "warden",
    ACCOUNT,
    {
      ...{ Action: "s3:CreateAccessGrant", Resource: `${INSTANCE}/grant/*` },
      Condition: { StringLike: { "s3:AccessGrantScope": "s3://photos/alice/*" } },
    },
    {
      ...{ Action: "s3:CreateAccessGrantsLocation", Resource: `${INSTANCE}/location/*` },
      Condition: { StringEquals: { "s3:AccessGrantsLocationScope": "s3://photos" } },
    },
    {
      ...{ Action: "iam:PassRole", Resource: ROLE },
      Condition: { StringEquals: { "iam:PassedToService": "access-grants.s3.amazonaws.com" } },
    },
  )
  const warden = cloud.client(S3ControlClient, keys)
  const grant = (S3SubPrefix: string) =>
    refusalOf(
      warden.send(
        new CreateAccessGrantCommand({
          ...{ AccountId, AccessGrantsLocationId: "default", Permission: "READ" },
          ...{ AccessGrantsLocationConfiguration: { S3SubPrefix }, Grantee: userOf("alice") },
        }),
      ),
    )
  expect(await grant("photos/alice/x*")).toBe("no refusal")
  expect(await grant("photos/bob/*")).toMatch(/^AccessDenied 403/)
  const register = (LocationScope: string) =>
    refusalOf(
      warden.send(
        new CreateAccessGrantsLocationCommand({ AccountId, LocationScope, IAMRoleArn: ROLE }),
      ),
    )
  expect(await register("s3://photos")).toBe("no refusal")
  expect(await register("s3://photos/x")).toMatch(/^AccessDenied 403/)
})
