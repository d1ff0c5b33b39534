import type { PolicyKind } from "../../../iam/policy/document.ts"
import type { In } from "../define.ts"
import { invalid, notThere } from "../errors.ts"
import type { ResourceType } from "../resource/analyzed-resource.ts"

export type Configuration = In<"CreateAccessPreview">["configurations"][string]

/** What a preview's configuration comes to: a resource of a kind with a policy. */
export interface Previewed {
  readonly type: ResourceType
  readonly kind: PolicyKind
  /** Undefined: the resource shall have none. */
  readonly policy: string | undefined
}

/**
 * Reads a configuration. Throws ValidationException for none or several, and NotImplemented for
 * what is no policy: ACLs, access points, grants, attributes of snapshots.
 */
export function previewOf(configuration: Configuration): Previewed {
  const given = Object.entries(configuration).filter(([, value]) => value !== undefined)
  const [name = ""] = given[0] ?? []
  if (given.length !== 1)
    throw invalid("configurations", "A configuration must have exactly one resource type.")
  const known = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (!known) throw notThere(`access previews of ${name}`)
  const { type, kind = "resource", member } = known
  const values: Readonly<Record<string, unknown>> = { ...(given[0]?.[1] as object) }
  for (const [other, value] of Object.entries(values))
    if (value !== undefined && other !== member && !NO_ACCESS.has(other))
      throw notThere(`access previews with ${name}.${other}`)
  const value = values[member]
  // A key has one policy, by the name "default".
  const policy = typeof value === "object" ? (value as Record<string, unknown>)["default"] : value
  return { type, kind, policy: typeof policy === "string" && policy !== "" ? policy : undefined }
}

/** Members that give nobody access. */
const NO_ACCESS: ReadonlySet<string> = Object.freeze(new Set(["kmsKeyId"]))

interface Reader {
  readonly type: ResourceType
  readonly kind?: PolicyKind
  /** The member with the policy. */
  readonly member: string
}

const READERS: Readonly<Record<string, Reader>> = Object.freeze({
  sqsQueue: { type: "AWS::SQS::Queue", member: "queuePolicy" },
  iamRole: { type: "AWS::IAM::Role", kind: "trust", member: "trustPolicy" },
  kmsKey: { type: "AWS::KMS::Key", member: "keyPolicies" },
  s3Bucket: { type: "AWS::S3::Bucket", member: "bucketPolicy" },
  secretsManagerSecret: { type: "AWS::SecretsManager::Secret", member: "secretPolicy" },
  snsTopic: { type: "AWS::SNS::Topic", member: "topicPolicy" },
  ecrRepository: { type: "AWS::ECR::Repository", member: "repositoryPolicy" },
  efsFileSystem: { type: "AWS::EFS::FileSystem", member: "fileSystemPolicy" },
  dynamodbTable: { type: "AWS::DynamoDB::Table", member: "tablePolicy" },
  dynamodbStream: { type: "AWS::DynamoDB::Stream", member: "streamPolicy" },
})
