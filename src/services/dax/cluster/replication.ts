import { azId } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type In, type Out } from "../define.ts"
import { badCombination, badValue, noSuchNode } from "../errors.ts"
import { NODE_CREATION_MS, NODE_REMOVAL_MS } from "../limits.ts"
import { change, findAvailable, onCluster, refOf, type Cluster } from "./cluster.ts"
import { scheduleDoors } from "./door.ts"
import {
  addNodes,
  assertRoom,
  nodeId,
  nodes,
  nodesOf,
  placesFor,
  serves,
  standing,
  type Node,
} from "./node.ts"
import { progress } from "./progress.ts"
import { viewOf } from "./view.ts"

export const IncreaseReplicationFactor = op.write("IncreaseReplicationFactor", {
  authorize: onCluster,
  run(tx, input, call): Out<"IncreaseReplicationFactor"> {
    const cluster = findAvailable(tx, input, call)
    const taken = nodesOf(tx, cluster).map(({ zone }) => zone)
    const factor = input.NewReplicationFactor
    const count = factor - taken.length
    if (count < 1)
      throw badValue(`NewReplicationFactor must be greater than the ${taken.length} of now.`)
    assertRoom(tx, cluster, { factor, added: count })
    addNodes(tx, cluster, placesFor(tx, cluster, { count, zones: input.AvailabilityZones, taken }))
    scheduleDoors(tx, cluster)
    const changed = change(tx, cluster, { status: "modifying" })
    tx.schedule(progress, refOf(cluster), tx.now + NODE_CREATION_MS)
    return { Cluster: viewOf(tx, changed) }
  },
})

export const DecreaseReplicationFactor = op.write("DecreaseReplicationFactor", {
  authorize: onCluster,
  run(tx, input, call): Out<"DecreaseReplicationFactor"> {
    const cluster = findAvailable(tx, input, call)
    const all = nodesOf(tx, cluster)
    const factor = input.NewReplicationFactor
    if (factor < 1 || factor >= all.length)
      throw badValue(`NewReplicationFactor must be from 1 to ${all.length - 1}.`)
    const dueMs = tx.now + NODE_REMOVAL_MS
    const gone = leaving(tx, { cluster, all, count: all.length - factor }, input)
    for (const node of gone) tx.put(nodes, { ...node, status: "deleting", dueMs })
    // "You cannot use DecreaseReplicationFactor to remove the last node": another becomes primary.
    const stay = all.filter((node) => !gone.includes(node))
    const isLed = stay.some(({ number }) => number === cluster.primary)
    const next = stay.find((node) => serves(tx, node)) ?? stay[0]
    const primary = isLed ? cluster.primary : (next?.number ?? cluster.primary)
    const changed = change(tx, cluster, { status: "modifying", primary })
    tx.schedule(progress, refOf(cluster), dueMs)
    return { Cluster: viewOf(tx, changed) }
  },
})

interface Leaving {
  readonly cluster: Cluster
  readonly all: readonly Node[]
  readonly count: number
}

/**
 * The nodes that are named, those in the AZs that are named, or the youngest replicas. Throws
 * NodeNotFoundFault, InvalidParameterValueException, InvalidParameterCombinationException.
 */
function leaving(
  _tx: ReadTx,
  { cluster, all, count }: Leaving,
  { NodeIdsToRemove: ids, AvailabilityZones: zones }: In<"DecreaseReplicationFactor">,
): readonly Node[] {
  if (ids) {
    if (ids.length !== count)
      throw badCombination(`NodeIdsToRemove must name the ${count} nodes that are to go.`)
    return ids.map((id) => {
      const node = standing(all).find((one) => nodeId(one) === id.toLowerCase())
      if (!node) throw noSuchNode(id)
      return node
    })
  }
  const { account, region } = cluster
  const within = zones?.map((name) => {
    const id = azId(account, region, name)
    if (id === undefined) throw badValue(`There is no Availability Zone ${name}.`)
    return id
  })
  const replicas = all.filter(({ number }) => number !== cluster.primary)
  const wanted = within ? replicas.filter(({ zone }) => within.includes(zone)) : replicas
  if (wanted.length < count)
    throw badValue(`The Availability Zones have ${wanted.length} replicas, not ${count}.`)
  return wanted.slice(-count)
}
