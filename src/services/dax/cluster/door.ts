import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { clusters, keyOf, refOf, type ClusterRef } from "./cluster.ts"
import { nodesOf, standing } from "./node.ts"

/** The ports of AWS's clusters, with and without TLS ("DAX encryption in transit"). */
export const PORT = { NONE: 8111, TLS: 9111 } as const

/** The door of a node, or the one behind which any node answers. */
export const doorName = ({ account, region, name }: ClusterRef, node?: number): string =>
  `dax/${account}/${region}/${name}/${node ?? "any"}`

/** Throws where the name is none of ours. */
export function parseDoorName(door: string): { cluster: ClusterRef; node: number | undefined } {
  const [, account, region, name, node] = door.split("/")
  if (account === undefined || region === undefined || name === undefined || node === undefined)
    throw new Error(`${door} is no door of DAX`)
  return { cluster: { account, region, name }, node: node === "any" ? undefined : Number(node) }
}

/** Opens the doors of a cluster and its nodes, and closes those of nodes that are gone. */
export const arrangeDoors = job<ClusterRef & { readonly gone: readonly number[] }>("dax/doors", {
  async perform(ctx, { gone, ...ref }) {
    const wanted = await ctx.read((tx) => {
      const cluster = tx.get(clusters, keyOf(ref))
      if (!cluster) return undefined
      const numbers = standing(nodesOf(tx, ref)).map(({ number }) => number)
      return { encryption: cluster.endpointEncryption, numbers }
    })
    const { encryption = "NONE", numbers = [] } = wanted ?? {}
    const options = { port: PORT[encryption], secure: encryption === "TLS" }
    if (wanted) await ctx.doors.open(doorName(ref), options)
    else await ctx.doors.close(doorName(ref))
    for (const number of numbers) await ctx.doors.open(doorName(ref, number), options)
    for (const number of gone)
      if (!numbers.includes(number)) await ctx.doors.close(doorName(ref, number))
  },
})

export const scheduleDoors = (tx: WriteTx, of: ClusterRef, gone: readonly number[] = []): void =>
  void tx.schedule(arrangeDoors, { ...refOf(of), gone }, tx.now)
