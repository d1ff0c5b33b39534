import {
  CreateCertificateAuthorityCommand,
  DescribeCertificateAuthorityCommand,
  GetPolicyCommand,
  PutPolicyCommand,
  ACMPCAClient,
} from "@aws-sdk/client-acm-pca"
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand as GetTablePolicy,
  PutResourcePolicyCommand as PutTablePolicy,
} from "@aws-sdk/client-dynamodb"
import {
  CreateVaultCommand,
  GetVaultAccessPolicyCommand,
  GetVaultLockCommand,
  GlacierClient,
  InitiateVaultLockCommand,
  ListTagsForVaultCommand,
  SetVaultAccessPolicyCommand,
} from "@aws-sdk/client-glacier"
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms"
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import {
  CreateAccessPointCommand,
  GetAccessPointPolicyCommand,
  PutAccessPointPolicyCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand as GetSecretPolicy,
  PutResourcePolicyCommand as PutSecretPolicy,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager"
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import {
  GetParameterCommand,
  GetResourcePoliciesCommand,
  PutParameterCommand,
  PutResourcePolicyCommand as PutParameterPolicy,
  SSMClient,
} from "@aws-sdk/client-ssm"
import type { Keys } from "../../../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../../../index.ts"

/** A resource that has a policy, through its service's official client. */
export interface Keeper {
  /** As the policy is to say it. */
  readonly arn: string
  /** What the resource's policy is to allow, and `use` does. */
  readonly action: string
  put(Policy: string): Promise<unknown>
  get(): Promise<string | undefined>
  use(credentials: Keys): Promise<unknown>
}

export interface Place {
  readonly cloud: InProcessCloud
  readonly account: string
}

export const KEEPERS: Readonly<Record<string, (place: Place) => Promise<Keeper>>> = {
  async bucket({ cloud }) {
    const client = cloud.client(S3Client)
    const Bucket = "kept"
    await client.send(new CreateBucketCommand({ Bucket }))
    return {
      ...{ arn: `arn:aws:s3:::${Bucket}`, action: "s3:ListBucket" },
      put: (Policy) => client.send(new PutBucketPolicyCommand({ Bucket, Policy })),
      get: async () => (await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy,
      use: (credentials) =>
        cloud.client(S3Client, { credentials }).send(new ListObjectsV2Command({ Bucket })),
    }
  },
  async "access point"({ cloud, account: AccountId }) {
    const [s3, client] = [cloud.client(S3Client), cloud.client(S3ControlClient)]
    const [Bucket, Name] = ["behind", "point"]
    const arn = `arn:aws:s3:us-east-1:${AccountId}:accesspoint/${Name}`
    await s3.send(new CreateBucketCommand({ Bucket }))
    const delegated = {
      ...{ Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:ListBucket" },
      Resource: `arn:aws:s3:::${Bucket}`,
      Condition: { StringEquals: { "s3:DataAccessPointAccount": AccountId } },
    }
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [delegated] })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await client.send(new CreateAccessPointCommand({ AccountId, Name, Bucket }))
    return {
      ...{ arn, action: "s3:ListBucket" },
      put: (text) =>
        client.send(new PutAccessPointPolicyCommand({ AccountId, Name, Policy: text })),
      get: async () =>
        (await client.send(new GetAccessPointPolicyCommand({ AccountId, Name }))).Policy,
      use: (credentials) =>
        cloud.client(S3Client, { credentials }).send(new ListObjectsV2Command({ Bucket: arn })),
    }
  },
  async queue({ cloud, account }) {
    const client = cloud.client(SQSClient)
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "kept" }))
    return {
      ...{ arn: `arn:aws:sqs:us-east-1:${account}:kept`, action: "sqs:GetQueueAttributes" },
      put: (Policy) =>
        client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })),
      async get() {
        const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] })
        return (await client.send(ask)).Attributes?.["Policy"]
      },
      use: (credentials) =>
        cloud
          .client(SQSClient, { credentials })
          .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] })),
    }
  },
  async key({ cloud }) {
    const client = cloud.client(KMSClient)
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
    const { Arn: KeyId = "" } = KeyMetadata ?? {}
    return {
      // The policy of a key is of no other.
      ...{ arn: "*", action: "kms:DescribeKey" },
      put: (Policy) => client.send(new PutKeyPolicyCommand({ KeyId, Policy })),
      get: async () => (await client.send(new GetKeyPolicyCommand({ KeyId }))).Policy,
      use: (credentials) =>
        cloud.client(KMSClient, { credentials }).send(new DescribeKeyCommand({ KeyId })),
    }
  },
  async secret({ cloud }) {
    const client = cloud.client(SecretsManagerClient)
    const made = await client.send(new CreateSecretCommand({ Name: "kept", SecretString: "x" }))
    const SecretId = made.ARN ?? ""
    return {
      ...{ arn: SecretId, action: "secretsmanager:DescribeSecret" },
      put: (ResourcePolicy) => client.send(new PutSecretPolicy({ SecretId, ResourcePolicy })),
      get: async () => (await client.send(new GetSecretPolicy({ SecretId }))).ResourcePolicy,
      use: (credentials) =>
        cloud
          .client(SecretsManagerClient, { credentials })
          .send(new DescribeSecretCommand({ SecretId })),
    }
  },
  async table({ cloud, account }) {
    const client = cloud.client(DynamoDBClient)
    await client.send(
      new CreateTableCommand({
        ...{ TableName: "kept", BillingMode: "PAY_PER_REQUEST" },
        AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "k", KeyType: "HASH" }],
      }),
    )
    await cloud.advance("1m")
    const ResourceArn = `arn:aws:dynamodb:us-east-1:${account}:table/kept`
    return {
      ...{ arn: ResourceArn, action: "dynamodb:DescribeTable" },
      put: (Policy) => client.send(new PutTablePolicy({ ResourceArn, Policy })),
      get: async () => (await client.send(new GetTablePolicy({ ResourceArn }))).Policy,
      use: (credentials) =>
        cloud
          .client(DynamoDBClient, { credentials })
          .send(new DescribeTableCommand({ TableName: ResourceArn })),
    }
  },
  vault: vault(
    (client, at, Policy) =>
      client.send(new SetVaultAccessPolicyCommand({ ...at, policy: { Policy } })),
    async (client, at) => (await client.send(new GetVaultAccessPolicyCommand(at))).policy?.Policy,
  ),
  "vault lock": vault(
    (client, at, Policy) =>
      client.send(new InitiateVaultLockCommand({ ...at, policy: { Policy } })),
    async (client, at) => (await client.send(new GetVaultLockCommand(at))).Policy,
  ),
  async parameter({ cloud, account }) {
    const client = cloud.client(SSMClient)
    await client.send(
      new PutParameterCommand({ Name: "kept", Value: "x", Type: "String", Tier: "Advanced" }),
    )
    const ResourceArn = `arn:aws:ssm:us-east-1:${account}:parameter/kept`
    return {
      ...{ arn: ResourceArn, action: "ssm:GetParameter" },
      put: (Policy) => client.send(new PutParameterPolicy({ ResourceArn, Policy })),
      async get() {
        const { Policies } = await client.send(new GetResourcePoliciesCommand({ ResourceArn }))
        return Policies?.[0]?.Policy
      },
      use: (credentials) =>
        cloud
          .client(SSMClient, { credentials })
          .send(new GetParameterCommand({ Name: ResourceArn })),
    }
  },
  async authority({ cloud }) {
    const client = cloud.client(ACMPCAClient)
    const made = await client.send(
      new CreateCertificateAuthorityCommand({
        CertificateAuthorityType: "ROOT",
        CertificateAuthorityConfiguration: {
          ...{ KeyAlgorithm: "EC_prime256v1", SigningAlgorithm: "SHA256WITHECDSA" },
          Subject: { CommonName: "Root" },
        },
      }),
    )
    const ResourceArn = made.CertificateAuthorityArn ?? ""
    return {
      ...{ arn: ResourceArn, action: "acm-pca:DescribeCertificateAuthority" },
      put: (Policy) => client.send(new PutPolicyCommand({ ResourceArn, Policy })),
      get: async () => (await client.send(new GetPolicyCommand({ ResourceArn }))).Policy,
      use: (credentials) =>
        cloud
          .client(ACMPCAClient, { credentials })
          .send(new DescribeCertificateAuthorityCommand({ CertificateAuthorityArn: ResourceArn })),
    }
  },
}

interface AtVault {
  readonly accountId: string
  readonly vaultName: string
}

function vault(
  put: (client: GlacierClient, at: AtVault, Policy: string) => Promise<unknown>,
  get: (client: GlacierClient, at: AtVault) => Promise<string | undefined>,
) {
  return async ({ cloud, account: accountId }: Place): Promise<Keeper> => {
    const client = cloud.client(GlacierClient)
    const at = { accountId, vaultName: "kept" }
    await client.send(new CreateVaultCommand(at))
    return {
      arn: `arn:aws:glacier:us-east-1:${accountId}:vaults/kept`,
      action: "glacier:ListTagsForVault",
      put: (Policy) => put(client, at, Policy),
      get: () => get(client, at),
      use: (credentials) =>
        cloud.client(GlacierClient, { credentials }).send(new ListTagsForVaultCommand(at)),
    }
  }
}
