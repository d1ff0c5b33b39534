import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateAccessGrantCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  GetDataAccessCommand,
  S3ControlClient,
  type CreateAccessGrantCommandInput,
  type CreateAccessGrantCommandOutput,
  type GetDataAccessCommandInput,
} from "@aws-sdk/client-s3-control"
import { keysOf, newUser, policyOf, type TestUser } from "../../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../../index.ts"
import { openCloud } from "../../s3/testing/open-bucket.ts"

export const ACCOUNT = "111122223333"
export const OTHER = "444455556666"
export const INSTANCE = `arn:aws:s3:us-east-1:${ACCOUNT}:access-grants/default`
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/vendor`

export type Keys = Pick<TestUser, "credentials">

export const rootOf = (accessKeyId: string): Keys => ({
  credentials: { accessKeyId, secretAccessKey: "test" },
})

/** The trust policy that AWS documents for the role of a location. */
export const trust = (more: object = {}): string =>
  policyOf({
    Principal: { Service: "access-grants.s3.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": INSTANCE } },
    ...more,
  })

type Clients = Pick<InProcessCloud, "client">

export interface TestGrants {
  readonly s3: S3Client
  readonly iam: IAMClient
  readonly control: S3ControlClient
  /** A user with a key, who may do what the statements say. */
  user(name: string, account: string, ...statements: object[]): Promise<Keys>
  grant(more?: Partial<CreateAccessGrantCommandInput>): Promise<CreateAccessGrantCommandOutput>
  /** What a caller gets for a target, as clients of S3 take it. */
  vend(keys: Keys, Target: string, more?: Partial<GetDataAccessCommandInput>): Promise<Vended>
}

export interface Vended {
  readonly s3: S3Client
  readonly keys: Keys
  readonly target: string | undefined
  readonly grantee: string | undefined
  readonly expires: Date | undefined
}

/**
 * A bucket `photos` with objects of alice and bob, and an instance whose default location has a role
 * that may do all of S3, with keys of this instance only.
 */
export async function openGrants(
  given?: Clients,
): Promise<TestGrants & { readonly cloud: InProcessCloud }> {
  const cloud = await openCloud({ account: ACCOUNT, now: "2027-01-04T00:00:00Z" })
  const world: Clients = given ?? cloud
  const iam = world.client(IAMClient)
  const s3 = world.client(S3Client, { forcePathStyle: true })
  const control = world.client(S3ControlClient)
  await s3.send(new CreateBucketCommand({ Bucket: "photos" }))
  for (const Key of ["alice/1", "alice/2", "alicia", "bob/1"])
    await s3.send(new PutObjectCommand({ Bucket: "photos", Key, Body: Key }))
  await makeRole(iam, "vendor", {
    ...{ Action: ["s3:*", "kms:*"], Resource: "*" },
  })
  await control.send(new CreateAccessGrantsInstanceCommand({ AccountId: ACCOUNT }))
  await control.send(
    new CreateAccessGrantsLocationCommand({
      ...{ AccountId: ACCOUNT, LocationScope: "s3://", IAMRoleArn: ROLE },
    }),
  )
  return { cloud, s3, iam, control, ...waysOf(world, control) }
}

export async function makeRole(
  iam: IAMClient,
  RoleName: string,
  statement: object,
  AssumeRolePolicyDocument = trust(),
): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyDocument = policyOf(statement)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }))
}

function waysOf(
  world: Clients,
  control: S3ControlClient,
): Pick<TestGrants, "user" | "grant" | "vend"> {
  return {
    async user(UserName, account, ...statements) {
      const iam = world.client(IAMClient, rootOf(account))
      const { credentials } = await newUser(iam, UserName, ...statements)
      return { credentials }
    },
    grant: (more = {}) =>
      control.send(
        new CreateAccessGrantCommand({
          ...{ AccountId: ACCOUNT, AccessGrantsLocationId: "default", Permission: "READ" },
          AccessGrantsLocationConfiguration: { S3SubPrefix: "photos/alice/*" },
          Grantee: userOf("alice"),
          ...more,
        }),
      ),
    async vend(keys, Target, more = {}) {
      const answer = await world
        .client(S3ControlClient, keys)
        .send(new GetDataAccessCommand({ AccountId: ACCOUNT, Target, Permission: "READ", ...more }))
      const vended = { credentials: keysOf(answer.Credentials) }
      return {
        ...{ s3: world.client(S3Client, { forcePathStyle: true, ...vended }), keys: vended },
        ...{ target: answer.MatchedGrantTarget, grantee: answer.Grantee?.GranteeIdentifier },
        expires: answer.Credentials?.Expiration,
      }
    },
  }
}

export const userOf = (name: string, account = ACCOUNT) => ({
  GranteeType: "IAM" as const,
  GranteeIdentifier: `arn:aws:iam::${account}:user/${name}`,
})

/** What a user needs to ask for credentials. */
export const MAY_ASK = { Action: "s3:GetDataAccess", Resource: INSTANCE }
