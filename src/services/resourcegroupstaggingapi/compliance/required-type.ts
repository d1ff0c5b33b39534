/**
 * Types of resources as tag policies name them, of the services that are here, and what
 * CloudFormation calls them ("Services and resource types that support enforcement").
 */
const TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.freeze({
  "access-analyzer": { analyzer: "AWS::AccessAnalyzer::Analyzer" },
  acm: { certificate: "AWS::CertificateManager::Certificate" },
  "acm-pca": { "certificate-authority": "AWS::ACMPCA::CertificateAuthority" },
  dax: { cache: "AWS::DAX::Cluster" },
  dynamodb: { table: "AWS::DynamoDB::Table" },
  iam: {
    "instance-profile": "AWS::IAM::InstanceProfile",
    mfa: "AWS::IAM::VirtualMFADevice",
    "oidc-provider": "AWS::IAM::OIDCProvider",
    role: "AWS::IAM::Role",
    "saml-provider": "AWS::IAM::SAMLProvider",
    "server-certificate": "AWS::IAM::ServerCertificate",
    user: "AWS::IAM::User",
  },
  kms: { key: "AWS::KMS::Key" },
  organizations: {
    account: "AWS::Organizations::Account",
    ou: "AWS::Organizations::OrganizationalUnit",
    resourcepolicy: "AWS::Organizations::ResourcePolicy",
  },
  s3: {
    accesspoint: "AWS::S3::AccessPoint",
    bucket: "AWS::S3::Bucket",
    "storage-lens": "AWS::S3::StorageLens",
    "storage-lens-group": "AWS::S3::StorageLensGroup",
  },
  s3express: { bucket: "AWS::S3Express::DirectoryBucket" },
  secretsmanager: { secret: "AWS::SecretsManager::Secret" },
  sqs: { queue: "AWS::SQS::Queue" },
  ssm: { parameter: "AWS::SSM::Parameter" },
})

/** A type that tags are required of. */
export interface RequiredType {
  /** `sqs:queue`. */
  readonly type: string
  /** None of types that are not known here. */
  readonly cloudFormation: readonly string[]
}

/** The types that an entry of a policy stands for: itself, or of `s3:ALL_SUPPORTED` each of them. */
export function requiredTypes(entry: string): readonly RequiredType[] {
  const [service = "", type = ""] = entry.split(":")
  const known = Object.hasOwn(TYPES, service) ? (TYPES[service] ?? {}) : {}
  const types = type === "ALL_SUPPORTED" || type === "*" ? Object.keys(known) : [type]
  return types.map((one) => {
    const cloudFormation = Object.hasOwn(known, one) ? [known[one]!] : []
    return { type: `${service}:${one}`, cloudFormation }
  })
}
