import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagPairs } from "../../../registry/resource.ts"
import { noCluster } from "../errors.ts"

export type HsmType = "hsm1.medium" | "hsm2m.medium"

export interface ClusterRef {
  readonly account: string
  readonly region: string
  readonly id: string
}

export type ClusterState =
  | "CREATE_IN_PROGRESS"
  | "UNINITIALIZED"
  | "INITIALIZE_IN_PROGRESS"
  | "INITIALIZED"
  | "ACTIVE"
  | "MODIFY_IN_PROGRESS"
  | "DELETE_IN_PROGRESS"
  | "DELETED"

export interface Cluster extends ClusterRef {
  readonly state: ClusterState
  readonly createdMs: number
  readonly hsmType: HsmType
  readonly mode: "FIPS" | "NON_FIPS"
  readonly networkType: "IPV4" | "DUALSTACK"
  /** The cluster's subnets by the names of their AZs. */
  readonly subnets: Readonly<Record<string, string>>
  readonly vpcId: string
  readonly securityGroup: string
  readonly retentionDays: number
  readonly tags: Readonly<Record<string, string>>
  /**
   * The id of the cluster from whose backups this one descends, or its own: what is sealed for one
   * opens in all of them, as in AWS they share a masking key.
   */
  readonly lineage: string
  /** Whether its first user has got a password of its owner. */
  readonly activated: boolean
  readonly sourceBackupId?: string | undefined
  /** PEM: the request that the first HSM makes; gone when the cluster is initialized. */
  readonly csr?: string | undefined
  /** PEM: the certificate that the owner's CA issued, and the CA's own. */
  readonly certificate?: string | undefined
  readonly trustAnchor?: string | undefined
  /** Until when the type of the HSMs may be turned back, and to which. */
  readonly rollback?: { readonly type: HsmType; readonly untilMs: number } | undefined
}

export const clusters = table<Cluster>("cloudhsmv2/cluster", {
  key: ({ account, region, id }) => [account, region, id],
  cached: true,
})

const clusterArn = ({ account, region, id }: ClusterRef): string =>
  arn("cloudhsm", region, account, `cluster/${id}`)

export const clusterResource = resource<Cluster>("AWS::CloudHSM::Cluster", {
  table: clusters,
  scope: "regional",
  title: "CloudHSM cluster",
  arn: clusterArn,
  tagsOf: ({ tags }) => tags,
  ...keyedByPlace(clusters, "cluster/"),
  tags: {
    tag: ({ id }, tags) => ["TagResource", { ResourceId: id, TagList: tagPairs(tags) }],
    untag: ({ id }, keys) => ["UntagResource", { ResourceId: id, TagKeyList: keys }],
  },
  console: { columns: ["id", "state", "createdMs"] },
})

export const refOf = ({ account, region, id }: ClusterRef): ClusterRef => ({ account, region, id })

export const clusterOf = (tx: ReadTx, { account, region, id }: ClusterRef): Cluster | undefined =>
  tx.get(clusters, [account, region, id])

/** Throws CloudHsmResourceNotFoundException. */
export function findCluster(
  tx: ReadTx,
  id: string,
  { account, region }: Pick<Call, "account" | "region">,
): Cluster {
  const cluster = clusterOf(tx, { account, region, id })
  if (!cluster) throw noCluster(id)
  return cluster
}

/** The cluster, or the ARN that it would have. */
export const clusterOrArn = (
  tx: ReadTx,
  { ClusterId: id }: { readonly ClusterId: string },
  { account, region }: Pick<Call, "account" | "region">,
): Cluster | string => clusterOf(tx, { account, region, id }) ?? clusterArn({ account, region, id })

/** The alphabet of ids, as the model's patterns have it. */
const ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"

export const newId = (
  kind: "cluster" | "hsm" | "backup",
  random: { string(length: number, alphabet: string): string },
): string => `${kind}-${random.string(11, ALPHABET)}`
