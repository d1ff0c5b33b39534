import type { Value } from "./minimal-input.ts"
import type { Input } from "./shaped-request.ts"

const table: Input = {
  TableName: "table",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
}
const authority: Input = {
  CertificateAuthorityType: "ROOT",
  CertificateAuthorityConfiguration: {
    KeyAlgorithm: "EC_prime256v1",
    SigningAlgorithm: "SHA256WITHECDSA",
    Subject: { CommonName: "ca" },
  },
}
const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}'

/** Values without which random inputs get nowhere, by the name of their member. */
export const KNOWN_MEMBERS: Readonly<Record<string, readonly Value[]>> = {
  AccountId: ["000000000000"],
  vaultName: ["vault"],
  Bucket: ["bucket-a", "bucket-b"],
  Key: ["key", "folder/key"],
  TableName: ["table"],
  TableArn: ["arn:aws:dynamodb:us-east-1:000000000000:table/table"],
  QueueUrl: ["http://localhost:4566/000000000000/queue"],
  RoleArn: ["arn:aws:iam::000000000000:role/role"],
  DomainName: ["example.com", "*.example.com"],
  RegionName: ["eu-south-1", "us-east-1"],
  ClusterName: ["cluster"],
  NodeType: ["dax.r5.large"],
  IamRoleArn: ["arn:aws:iam::000000000000:role/role"],
  SubnetIds: [["subnet-12345678"]],
  HsmType: ["hsm1.medium"],
  AvailabilityZone: ["us-east-1a"],
  VaultName: ["vault"],
  Policy: [trust],
  AssumeRolePolicyDocument: [trust],
  PolicyDocument: [trust],
  analyzerName: ["analyzer"],
  type: ["ACCOUNT"],
  RoleName: ["role"],
  UserName: ["user"],
  Item: [{ pk: { S: "a" }, n: { N: "1" } }],
  Expression: ["select * from s3object s"],
  TargetPrefix: ["logs/"],
  jobParameters: [{ Type: "inventory-retrieval" }],
  ClientRequestToken: ["token"],
}

/** Inputs whose members must agree, by service and operation. */
export const KNOWN_INPUTS: Readonly<Record<string, readonly Input[]>> = {
  "dynamodb.CreateTable": [
    table,
    {
      ...table,
      TableName: "other",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    },
  ],
  "dynamodb.PutItem": [{ TableName: "table", Item: { pk: { S: "a" } } }],
  "dynamodb.GetItem": [{ TableName: "table", Key: { pk: { S: "a" } } }],
  "dynamodb.UpdateContinuousBackups": [
    {
      TableName: "table",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  ],
  "dynamodb.CreateBackup": [{ TableName: "table", BackupName: "backup" }],
  "dynamodb.ExportTableToPointInTime": [
    { TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/table", S3Bucket: "bucket-a" },
  ],
  "s3.CreateBucket": [{ Bucket: "bucket-a" }, { Bucket: "bucket-b" }],
  "s3.PutBucketVersioning": [
    { Bucket: "bucket-a", VersioningConfiguration: { Status: "Enabled" } },
    { Bucket: "bucket-b", VersioningConfiguration: { Status: "Enabled" } },
  ],
  "s3.PutObject": [{ Bucket: "bucket-a", Key: "key", Body: '{"a":1}\n' }],
  "s3.SelectObjectContent": [
    {
      Bucket: "bucket-a",
      Key: "key",
      Expression: "select * from s3object s",
      ExpressionType: "SQL",
      InputSerialization: { JSON: { Type: "LINES" } },
      OutputSerialization: { JSON: {} },
    },
  ],
  "s3.PutBucketLogging": [
    {
      Bucket: "bucket-a",
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "bucket-b", TargetPrefix: "x" } },
    },
  ],
  "s3control.CreateJob": [
    {
      AccountId: "000000000000",
      ConfirmationRequired: false,
      Operation: { S3PutObjectTagging: { TagSet: [{ Key: "a", Value: "b" }] } },
      Report: { Enabled: false },
      ClientRequestToken: "token",
      Priority: 1,
      RoleArn: "arn:aws:iam::000000000000:role/role",
      ManifestGenerator: {
        S3JobManifestGenerator: {
          SourceBucket: "arn:aws:s3:::bucket-a",
          EnableManifestOutput: false,
        },
      },
    },
  ],
  "acm-pca.CreateCertificateAuthority": [
    authority,
    { ...authority, CertificateAuthorityType: "SUBORDINATE" },
  ],
  "acm.RequestCertificate": [
    { DomainName: "example.com", ValidationMethod: "DNS" },
    { DomainName: "example.com", ValidationMethod: "EMAIL" },
  ],
  "glacier.CreateVault": [{ accountId: "-", vaultName: "vault" }],
  "glacier.UploadArchive": [{ accountId: "-", vaultName: "vault", body: "x" }],
  "glacier.InitiateJob": [
    { accountId: "-", vaultName: "vault", jobParameters: { Type: "inventory-retrieval" } },
  ],
  "account.EnableRegion": [{ RegionName: "eu-south-1" }],
  "dax.CreateCluster": [
    {
      ClusterName: "cluster",
      NodeType: "dax.r5.large",
      ReplicationFactor: 1,
      IamRoleArn: "arn:aws:iam::000000000000:role/role",
    },
  ],
  "cloudhsmv2.CreateCluster": [
    { HsmType: "hsm1.medium", SubnetIds: ["subnet-12345678"] },
    { HsmType: "hsm2m.medium", SubnetIds: ["subnet-12345678"], Mode: "NON_FIPS" },
  ],
  "accessanalyzer.CreateAnalyzer": [
    { analyzerName: "analyzer", type: "ACCOUNT" },
    { analyzerName: "unused", type: "ACCOUNT_UNUSED_ACCESS" },
  ],
  "iam.CreateRole": [{ RoleName: "role", AssumeRolePolicyDocument: trust }],
  "iam.CreateUser": [{ UserName: "user" }],
  "sqs.CreateQueue": [{ QueueName: "queue" }],
  "organizations.CreateOrganization": [{}],
  "organizations.CreateAccount": [{ Email: "a@example.com", AccountName: "a" }],
  "kms.CreateKey": [{}],
  "secretsmanager.CreateSecret": [{ Name: "secret", SecretString: "x" }],
  "ssm.PutParameter": [{ Name: "/a", Value: "x", Type: "String" }],
}
