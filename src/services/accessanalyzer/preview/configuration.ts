import type {
  KmsKeyConfiguration,
  S3BucketAclGrantConfiguration,
  S3BucketConfiguration,
} from "../../../models/types/accessanalyzer.ts"
import type { PolicyKind } from "../../../iam/policy/document.ts"
import { notImplemented } from "../../../registry/not-implemented.ts"
import { canonicalId } from "../../s3/port.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"
import type { ResourceType } from "../resource/analyzed-resource.ts"
import { aclOpenings, restrictedTo } from "../resource/buckets.ts"
import { grantOpenings } from "../resource/keys.ts"
import { BY_POLICY, type Opening } from "../resource/share.ts"

export type Configuration = In<"CreateAccessPreview">["configurations"][string]

/** What a preview's configuration comes to: a resource of a kind with its ways in. */
export interface Previewed {
  readonly type: ResourceType
  readonly kind: PolicyKind
  readonly openings: readonly Opening[]
}

/**
 * Reads a configuration of a resource of that account. Throws ValidationException for none or
 * several, and NotImplemented for what this cloud does not have: snapshots, directory buckets.
 */
export function previewOf(configuration: Configuration, account: string): Previewed {
  const given = Object.entries(configuration).filter(([, value]) => value !== undefined)
  const [name = ""] = given[0] ?? []
  if (given.length !== 1)
    throw invalid("configurations", "A configuration must have exactly one resource type.")
  const { s3Bucket, kmsKey } = configuration
  if (s3Bucket)
    return {
      ...{ type: "AWS::S3::Bucket", kind: "resource" },
      openings: bucketOpenings(s3Bucket, account),
    }
  if (kmsKey) return { type: "AWS::KMS::Key", kind: "resource", openings: keyOpenings(kmsKey) }
  const known = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (!known) throw notImplemented(`access previews of ${name}`)
  const { type, kind = "resource", member } = known
  const values: Readonly<Record<string, unknown>> = { ...(given[0]?.[1] as object) }
  const policy = values[member]
  return { type, kind, openings: byPolicy(typeof policy === "string" ? policy : undefined) }
}

interface Reader {
  readonly type: ResourceType
  readonly kind?: PolicyKind
  /** The member with the policy; others, such as a secret's `kmsKeyId`, give nobody access. */
  readonly member: string
}

const READERS: Readonly<Record<string, Reader>> = Object.freeze({
  sqsQueue: { type: "AWS::SQS::Queue", member: "queuePolicy" },
  iamRole: { type: "AWS::IAM::Role", kind: "trust", member: "trustPolicy" },
  secretsManagerSecret: { type: "AWS::SecretsManager::Secret", member: "secretPolicy" },
  snsTopic: { type: "AWS::SNS::Topic", member: "topicPolicy" },
  ecrRepository: { type: "AWS::ECR::Repository", member: "repositoryPolicy" },
  efsFileSystem: { type: "AWS::EFS::FileSystem", member: "fileSystemPolicy" },
  dynamodbTable: { type: "AWS::DynamoDB::Table", member: "tablePolicy" },
  dynamodbStream: { type: "AWS::DynamoDB::Stream", member: "streamPolicy" },
})

const byPolicy = (policy: string | undefined): readonly Opening[] =>
  policy === undefined || policy === "" ? [] : [{ via: BY_POLICY, policy }]

/** A key has one policy, by the name "default". */
const keyOpenings = ({ keyPolicies, grants = [] }: KmsKeyConfiguration): readonly Opening[] => [
  ...byPolicy(keyPolicies?.["default"]),
  ...grantOpenings(
    grants.map(({ granteePrincipal: grantee, operations, constraints }) => ({
      ...{ grantee, operations },
      equals: constraints?.encryptionContextEquals,
      subset: constraints?.encryptionContextSubset,
    })),
  ),
]

function bucketOpenings(
  {
    bucketPolicy,
    bucketAclGrants = [],
    bucketPublicAccessBlock,
    accessPoints,
  }: S3BucketConfiguration,
  account: string,
): readonly Opening[] {
  const block = bucketPublicAccessBlock
  const restricted = block?.restrictPublicBuckets === true
  const points = Object.entries(accessPoints ?? {}).flatMap(([accessPointArn, point]) => {
    const own = point.publicAccessBlock?.restrictPublicBuckets === true
    const policy = restrictedTo(point.accessPointPolicy, restricted || own)
    if (policy === undefined || bucketPolicy === undefined) return []
    return [
      { via: { type: "S3_ACCESS_POINT", accessPointArn }, policy, behind: bucketPolicy } as const,
    ]
  })
  return [
    ...byPolicy(restrictedTo(bucketPolicy, restricted)),
    ...aclOpenings(bucketAclGrants.map(grantOf), {
      owner: canonicalId(account),
      ignored: block?.ignorePublicAcls === true,
    }),
    ...points,
  ]
}

const PERMISSIONS = ["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"] as const

/** Throws ValidationException for a grant to nobody. */
function grantOf({ permission: text, grantee }: S3BucketAclGrantConfiguration) {
  const permission = PERMISSIONS.find((one) => one === text)
  const named = grantee.id ?? grantee.uri
  if (permission === undefined || named === undefined)
    throw invalid("bucketAclGrants", "A grant must have a permission and a grantee.")
  return { permission, grantee: named }
}
