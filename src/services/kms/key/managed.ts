import { dnsSuffix, partitionOf } from "../../../kernel/places.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { aliases } from "../alias/alias.ts"
import { ROTATION_DAYS } from "../limits.ts"
import { planRotation } from "../rotation/rotate.ts"
import { count } from "./counts.ts"
import { createKey, drawSecret } from "./create.ts"
import { keys, type Key } from "./key.ts"

/** Services that have a key of their own in an account, by alias, as the console describes it. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "aws/acm": "Default key that protects my ACM private keys when no other key is defined",
  "aws/backup": "Default key that protects my Backup data when no other key is defined",
  "aws/dynamodb": "Default key that protects my DynamoDB data when no other key is defined",
  "aws/ebs": "Default key that protects my EBS volumes when no other key is defined",
  "aws/elasticfilesystem":
    "Default key that protects my EFS filesystems when no other key is defined",
  "aws/fsx": "Default key that protects my FSx resources when no other key is defined",
  "aws/kinesis": "Default key that protects my Kinesis data when no other key is defined",
  "aws/lambda": "Default key that protects my Lambda functions when no other key is defined",
  "aws/rds": "Default key that protects my RDS database volumes when no other key is defined",
  "aws/redshift": "Default key that protects my Redshift clusters when no other key is defined",
  "aws/s3": "Default key that protects my S3 objects when no other key is defined",
  "aws/secretsmanager":
    "Default key that protects my Secrets Manager data when no other key is defined",
  "aws/sns": "Default key that protects my SNS data when no other key is defined",
  "aws/sqs": "Default key that protects my SQS queues when no other key is defined",
  "aws/ssm": "Default key that protects my SSM parameters when no other key is defined",
}

/** Whether `alias/aws/s3` names the key of a service that we know. */
export const isManagedAlias = (name: string): boolean =>
  Object.hasOwn(DESCRIPTIONS, name.slice("alias/".length))

export interface ManagedKeyOf {
  readonly account: string
  readonly region: string
  /** `aws/s3` */
  readonly alias: string
}

const KIND = { spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", origin: "AWS_KMS" } as const

/** Condition keys of an AWS managed key, by its alias: it may not be there yet. */
export const keysOfManagedKey = (alias: string) => ({
  "kms:KeySpec": KIND.spec,
  "kms:KeyUsage": KIND.usage,
  "kms:KeyOrigin": KIND.origin,
  "kms:MultiRegion": "false",
  "kms:RequestAlias": alias,
  "kms:ResourceAliases": [alias],
})

/** The AWS managed key of a service in an account, made on its first use; it rotates every year. */
export function managedKey(tx: WriteTx, { account, region, alias }: ManagedKeyOf): Key {
  const description = Object.hasOwn(DESCRIPTIONS, alias) ? DESCRIPTIONS[alias] : undefined
  if (description === undefined) throw new RangeError(`no AWS managed key is called ${alias}`)
  const name = `alias/${alias}`
  const known = tx.get(aliases, [account, region, name])
  const found = known && tx.get(keys, [account, region, known.keyId])
  if (found) return found
  const key = createKey(
    tx,
    {
      ...{ account, region, description, manager: "AWS", tags: {}, ...KIND },
      policy: managedPolicy(account, region, alias.slice("aws/".length)),
    },
    drawSecret(tx, KIND.spec),
  )
  const { id: keyId } = key
  tx.replace(keys, key, { ...key, rotation: planRotation(tx, key, ROTATION_DAYS.default) })
  tx.insert(aliases, { account, region, name, keyId, createdMs: tx.now, updatedMs: tx.now })
  count(tx, key, { aliases: 1 })
  return key
}

/** Whoever of the account comes through the service may use the key ("AWS managed keys"). */
function managedPolicy(account: string, region: string, service: string): string {
  const viaService = `${service}.${region}.${dnsSuffix(region)}`
  const root = `arn:${partitionOf(region).id}:iam::${account}:root`
  const use = {
    Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
    ...{ Effect: "Allow", Principal: { AWS: "*" } },
    Action: [
      ...["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
      ...["kms:CreateGrant", "kms:DescribeKey"],
    ],
    Resource: "*",
    Condition: {
      StringEquals: { "kms:CallerAccount": account, "kms:ViaService": viaService },
    },
  }
  const look = {
    Sid: "Allow direct access to key metadata to the account",
    ...{ Effect: "Allow", Principal: { AWS: root } },
    Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
    Resource: "*",
  }
  return JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-2`,
    Statement: [use, look],
  })
}
