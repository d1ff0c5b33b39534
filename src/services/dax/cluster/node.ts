import { isUp, zonesOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { badValue, noCapacity, tooManyClusterNodes, tooManyNodes } from "../errors.ts"
import { CLUSTER_NODES, NODE_CREATION_MS, REGION_NODES } from "../limits.ts"
import { keyOf, type Cluster, type ClusterRef } from "./cluster.ts"

export type NodeStatus = "creating" | "available" | "rebooting" | "deleting"

export interface Node {
  readonly account: string
  readonly region: string
  readonly cluster: string
  /** 0 for `…-a`. */
  readonly number: number
  /** AZ id. */
  readonly zone: string
  readonly status: NodeStatus
  /** When the status changes by itself, epoch milliseconds. */
  readonly dueMs?: number | undefined
  readonly createdMs: number
  /** Counts its starts: a node that starts has an empty cache. */
  readonly starts: number
}

export const nodes = table<Node>("dax/node", {
  key: ({ account, region, cluster, number }) => [account, region, cluster, number],
  cached: true,
})

/** `orders-a` is the first node of `orders`. */
export const nodeId = ({ cluster, number }: Pick<Node, "cluster" | "number">): string =>
  `${cluster}-${String.fromCharCode(97 + number)}`

export const nodesOf = (tx: ReadTx, cluster: ClusterRef): readonly Node[] =>
  tx.scan(nodes, { prefix: keyOf(cluster), limit: CLUSTER_NODES + 1 }).rows

/** Those that are to stay. */
export const standing = (all: readonly Node[]): readonly Node[] =>
  all.filter(({ status }) => status !== "deleting")

/** Works and can be reached: it is available, and so is its AZ. */
export const serves = (tx: ReadTx, { status, region, zone }: Node): boolean =>
  status === "available" && isUp({ region, az: zone }, tx.faults)

/**
 * AZ ids of new nodes. Throws InvalidParameterValueException for AZs that the account does not see,
 * InsufficientClusterCapacityFault when none is up.
 */
export function placesFor(
  tx: ReadTx,
  { account, region }: Omit<ClusterRef, "name">,
  wanted: {
    readonly count: number
    readonly zones?: readonly string[] | undefined
    /** Where the cluster's nodes stand by now. */
    readonly taken: readonly string[]
  },
): readonly string[] {
  const { count, zones, taken } = wanted
  const all = zonesOf(account, region)
  if (zones) {
    if (zones.length !== count)
      throw badValue("The number of Availability Zones must equal the number of new nodes.")
    return zones.map((name) => {
      const zone = all.find((one) => one.name === name)
      if (!zone) throw badValue(`There is no Availability Zone ${name}.`)
      return zone.id
    })
  }
  const up = all.filter(({ id }) => isUp({ region, az: id }, tx.faults)).map(({ id }) => id)
  if (up.length === 0) throw noCapacity()
  const placed = [...taken]
  for (let added = 0; added < count; added++) placed.push(emptiest(up, placed))
  return placed.slice(taken.length)
}

/** "spread the DAX nodes across multiple Availability Zones": where the fewest stand. */
function emptiest(zones: readonly string[], placed: readonly string[]): string {
  const countIn = (zone: string): number => placed.filter((one) => one === zone).length
  return zones.reduce((best, zone) => (countIn(zone) < countIn(best) ? zone : best))
}

/** Throws NodeQuotaForClusterExceededFault, NodeQuotaForCustomerExceededFault. */
export function assertRoom(
  tx: ReadTx,
  { account, region }: Omit<ClusterRef, "name">,
  { factor, added }: { readonly factor: number; readonly added: number },
): void {
  if (factor > CLUSTER_NODES) throw tooManyClusterNodes(CLUSTER_NODES)
  const count = tx.count(nodes, { prefix: [account, region], limit: REGION_NODES + 1 })
  if (count + added > REGION_NODES) throw tooManyNodes(REGION_NODES)
}

/** Nodes of the lowest free letters, which are there in a while. */
export function addNodes(tx: WriteTx, cluster: Cluster, zones: readonly string[]): void {
  const taken = new Set(nodesOf(tx, cluster).map(({ number }) => number))
  let number = 0
  for (const zone of zones) {
    while (taken.has(number)) number += 1
    taken.add(number)
    const { account, region, name } = cluster
    tx.put(nodes, {
      ...{ account, region, cluster: name, number, zone, status: "creating", starts: 1 },
      ...{ createdMs: tx.now, dueMs: tx.now + NODE_CREATION_MS },
    })
  }
}
