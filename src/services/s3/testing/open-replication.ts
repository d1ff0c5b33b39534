import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  S3Client,
  type HeadObjectCommandOutput,
  type PutObjectCommandInput,
  type ReplicationRule,
} from "@aws-sdk/client-s3"
import type { CloudOptions, InProcessCloud } from "../../../index.ts"
import { openBucket, openCloud, type TestBucket } from "./open-bucket.ts"

export const ACCOUNT = "000000000000"
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/replicator`

/** What has clients of its own. */
export type Clients = Pick<InProcessCloud, "client">

/** What AWS's guide gives a role ("Setting up permissions for live replication"). */
const ACTIONS = [
  ...["GetReplicationConfiguration", "ListBucket", "GetObjectVersionForReplication"],
  ...["GetObjectVersionAcl", "GetObjectVersionTagging", "GetObjectRetention"],
  ...["GetObjectLegalHold", "ReplicateObject", "ReplicateDelete", "ReplicateTags"],
  "ObjectOwnerOverrideToBucketOwner",
].map((name) => `s3:${name}`)

export const document = (...statements: object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  })

/** Lets the role do these things and no others; all that replication needs if none are named. */
export async function allow(
  cloud: Clients,
  { actions = ACTIONS, more = [] }: { actions?: readonly string[]; more?: object[] } = {},
): Promise<void> {
  await cloud.client(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName: "replicator",
      PolicyName: "replication",
      PolicyDocument: document({ Action: actions, Resource: "*" }, ...more),
    }),
  )
}

export const without = (...left: string[]): string[] =>
  ACTIONS.filter((one) => !left.includes(one.slice("s3:".length)))

export async function makeRole(cloud: Clients, service = "s3.amazonaws.com"): Promise<void> {
  const trust = document({ Principal: { Service: service }, Action: "sts:AssumeRole" })
  await cloud
    .client(IAMClient)
    .send(new CreateRoleCommand({ RoleName: "replicator", AssumeRolePolicyDocument: trust }))
  await allow(cloud)
}

export interface Side {
  readonly Bucket: string
  readonly client: S3Client
}

/** A versioned bucket in a Region, of an account. */
export async function openSide(
  cloud: Clients,
  Bucket: string,
  {
    region = "us-east-1",
    account = ACCOUNT,
    ...more
  }: {
    region?: string
    account?: string
    ObjectLockEnabledForBucket?: boolean
    ObjectOwnership?: "ObjectWriter"
  } = {},
): Promise<Side> {
  const credentials = { accessKeyId: account, secretAccessKey: "test" }
  const client = cloud.client(S3Client, { forcePathStyle: true, region, credentials })
  const place =
    region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } }
  await client.send(new CreateBucketCommand({ Bucket, ...place, ...more }))
  const VersioningConfiguration = { Status: "Enabled" as const }
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  return { Bucket, client }
}

/** The policy with which a bucket of another account lets the role in. */
export async function letIn(
  { client, Bucket }: Side,
  actions: readonly string[] = ACTIONS,
): Promise<void> {
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]
  const ours = actions.filter((one) => /Replicate|Override/.test(one))
  const Policy = document({ Principal: { AWS: ROLE }, Action: ours, Resource })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

/** A rule of the latest form, from what it differs in. */
export const ruleTo = (Bucket: string, rule: Partial<ReplicationRule> = {}): ReplicationRule => {
  const { Destination, ...more } = rule
  return {
    ID: "all",
    Status: "Enabled",
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: "Disabled" },
    Destination: { ...Destination, Bucket: `arn:aws:s3:::${Bucket}` },
    ...more,
  }
}

export const configure = (
  { client, Bucket }: Side,
  ...Rules: ReplicationRule[]
): Promise<unknown> =>
  client.send(
    new PutBucketReplicationCommand({
      Bucket,
      ReplicationConfiguration: { Role: ROLE, Rules },
    }),
  )

export interface TestReplication extends TestBucket {
  readonly source: Side
  readonly target: Side
  /** Head of a key at the source and at the target; undefined where it is not there. */
  heads(Key: string): Promise<[Head, Head]>
  /** The statuses of a key at both ends. */
  statuses(Key: string): Promise<[string | undefined, string | undefined]>
  /** What is replicated by default is there after this. */
  settled(): Promise<void>
}

type Head = HeadObjectCommandOutput | undefined

export const headOf = ({ client, Bucket }: Side, Key: string): Promise<Head> =>
  client.send(new HeadObjectCommand({ Bucket, Key })).catch(() => undefined)

/** All versions and markers of a bucket, newest first: `key id` or `key id marker`. */
export async function versionsOf({ client, Bucket }: Side): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket }),
  )
  return [
    ...Versions.map(({ Key, VersionId }) => `${Key} ${VersionId}`),
    ...DeleteMarkers.map(({ Key, VersionId }) => `${Key} ${VersionId} marker`),
  ]
}

export interface Setup {
  readonly rule?: Partial<ReplicationRule>
  readonly target?: Parameters<typeof openSide>[2]
  readonly source?: Parameters<typeof openSide>[2]
  readonly options?: CloudOptions
}

/** `photos`, replicated into `copies` by one rule for all of it. */
export async function openReplication({
  rule = {},
  target: to = {},
  source: from = {},
  options = {},
}: Setup = {}): Promise<TestReplication> {
  const cloud = await openCloud(options)
  await makeRole(cloud)
  const target = await openSide(cloud, "copies", to)
  const source = await openSide(cloud, "photos", from)
  await configure(source, ruleTo("copies", rule))
  const { put, text } = await bucketAt(cloud, source)
  const heads = async (Key: string): Promise<[Head, Head]> => [
    await headOf(source, Key),
    await headOf(target, Key),
  ]
  return {
    ...{ cloud, source, target, put, text, heads },
    ...{ client: source.client, Bucket: source.Bucket },
    async statuses(Key) {
      const [one, other] = await heads(Key)
      return [one?.ReplicationStatus, other?.ReplicationStatus]
    },
    settled: () => cloud.advance("1m"),
  }
}

const bucketAt = async (cloud: InProcessCloud, { client, Bucket }: Side) => {
  const { put, text } = await openBucket("unused", { cloud })
  const at = { Bucket } as Partial<PutObjectCommandInput>
  return {
    put: ((Key, Body = "", more = {}) => put(Key, Body, { ...at, ...more })) as TestBucket["put"],
    text: ((Key, more = {}) => text(Key, { ...at, ...more })) as TestBucket["text"],
    client,
  }
}
