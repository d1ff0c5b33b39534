import { isUp } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { ClusterRef, HsmType } from "../cluster/cluster.ts"
import type { Out } from "../define.ts"
import { HSMS_OF_A_CLUSTER } from "../limits.ts"

/** A member of a cluster: what users and keys the cluster has, each of its members has. */
export interface Hsm {
  readonly account: string
  readonly region: string
  readonly clusterId: string
  readonly id: string
  readonly state: "CREATE_IN_PROGRESS" | "ACTIVE" | "DELETE_IN_PROGRESS"
  readonly type: HsmType
  /** The AZ's id, and the account's name of it. */
  readonly az: string
  readonly zone: string
  readonly subnetId: string
  readonly eniId: string
  readonly ip: string
}

export const hsms = table<Hsm>("cloudhsmv2/hsm", {
  key: ({ account, region, clusterId, id }) => [account, region, clusterId, id],
  cached: true,
})

export function hsmsOf(tx: ReadTx, { account, region, id }: ClusterRef): readonly Hsm[] {
  const prefix = [account, region, id]
  return tx.scan(hsms, { prefix, limit: HSMS_OF_A_CLUSTER + 1 }).rows
}

/** An AZ that fails takes its HSMs with it. */
export const hsmState = (tx: ReadTx, { state, region, az }: Hsm): Hsm["state"] | "DEGRADED" =>
  state === "ACTIVE" && !isUp({ region, az }, tx.faults) ? "DEGRADED" : state

/** Those that answer now. */
export const activeHsms = (tx: ReadTx, cluster: ClusterRef): readonly Hsm[] =>
  hsmsOf(tx, cluster).filter((hsm) => hsmState(tx, hsm) === "ACTIVE")

export const hsmEntry = (tx: ReadTx, hsm: Hsm): NonNullable<Out<"CreateHsm">["Hsm"]> => ({
  HsmId: hsm.id,
  ClusterId: hsm.clusterId,
  AvailabilityZone: hsm.zone,
  SubnetId: hsm.subnetId,
  EniId: hsm.eniId,
  EniIp: hsm.ip,
  HsmType: hsm.type,
  State: hsmState(tx, hsm),
})
