import type { PolicyKind } from "../../../iam/policy/document.ts"
import type { ScanRange, ReadTx } from "../../../kernel/transaction.ts"
import type { Resource } from "../../../registry/resource.ts"
import { tableResource } from "../../dynamodb/port.ts"
import { roleResource, shownPolicy } from "../../iam/port.ts"
import { keyResource, type Key } from "../../kms/port.ts"
import { bucketResource, type Bucket } from "../../s3/port.ts"
import { secretResource } from "../../secretsmanager/port.ts"
import { queueResource } from "../../sqs/port.ts"
import type { ResourceType } from "./analyzed-resource.ts"
import { openingsOfBucket } from "./buckets.ts"
import { grantsOfKey } from "./keys.ts"
import { BY_POLICY, type Opening } from "./share.ts"

/** A kind of resource whose policies are analyzed. */
export interface Source {
  readonly type: ResourceType
  readonly resource: Resource<object>
  readonly kind: PolicyKind
  /** The index whose keys begin with the account, where the table's own do not. */
  readonly index?: string
  /** The ways in, where there are others than the policy of the row. */
  openingsOf?(tx: ReadTx, row: object): readonly Opening[]
}

const source = (type: ResourceType, resource: object, kind: PolicyKind = "resource"): Source => ({
  type,
  resource: resource as Resource<object>,
  kind,
})

/**
 * What is analyzed, of what AWS analyzes and this cloud has. A service that declares `policyOf`
 * for a resource joins here; its table's keys begin with account and, if it has one, Region.
 */
export const SOURCES: readonly Source[] = Object.freeze([
  source("AWS::IAM::Role", roleResource, "trust"),
  {
    ...source("AWS::KMS::Key", keyResource),
    openingsOf: (tx: ReadTx, row: object) => [
      ...policyOf(tx, keyResource, row),
      ...grantsOfKey(tx, row as Key),
    ],
  },
  source("AWS::SQS::Queue", queueResource),
  source("AWS::SecretsManager::Secret", secretResource),
  source("AWS::DynamoDB::Table", tableResource),
  {
    ...source("AWS::S3::Bucket", bucketResource),
    index: "byAccount",
    openingsOf: (tx: ReadTx, row: object) => openingsOfBucket(tx, row as Bucket),
  },
])

/** The rows of an account and Region: resources without Regions are seen from each of them. */
export const rowsOf = (
  { resource, index }: Source,
  { account, region }: { readonly account: string; readonly region: string },
): Pick<ScanRange, "index" | "prefix"> => ({
  ...(index !== undefined && { index }),
  prefix: resource.scope === "global" || index !== undefined ? [account] : [account, region],
})

/** Whether a row that was found so is one of the Region. */
export function isIn({ resource, index }: Source, row: object, region: string): boolean {
  if (resource.scope === "global" || index === undefined) return true
  return (row as { readonly region?: string }).region === region
}

/** All ways into a resource. */
export const openingsFor = (tx: ReadTx, source: Source, row: object): readonly Opening[] =>
  source.openingsOf ? source.openingsOf(tx, row) : policyOf(tx, source.resource, row)

/** With ARNs, as people read it: unique ids are of those who are gone. */
function policyOf(tx: ReadTx, resource: object, row: object): readonly Opening[] {
  const policy = shownPolicy(tx, (resource as Resource<object>).policyOf?.(row))
  return policy === undefined || policy === "" ? [] : [{ via: BY_POLICY, policy }]
}
