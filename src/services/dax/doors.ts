import type { DoorServer } from "../../registry/door.ts"
import { ClusterMemory } from "./cache/cluster-memory.ts"
import { clusters, keyOf } from "./cluster/cluster.ts"
import { parseDoorName } from "./cluster/door.ts"
import { Session } from "./session.ts"

/** Serves the nodes of all clusters of a world; what they remember is kept here. */
export function daxDoors(): DoorServer {
  const memories = new Map<string, ClusterMemory>()
  return {
    async serve(ctx, name, connection) {
      const { cluster: ref, node } = parseDoorName(name)
      const cluster = await ctx.read((tx) => tx.get(clusters, keyOf(ref)))
      if (!cluster) return
      // A cluster of the same name that is made later is another one.
      const key = [...keyOf(ref), cluster.id].join("/")
      let memory = memories.get(key)
      if (!memory) {
        memory = new ClusterMemory()
        memories.set(key, memory)
        if (memories.size > MOST) memories.delete(memories.keys().next().value ?? key)
      }
      await new Session(ctx, { cluster: ref, node, memory }, connection).serve()
    },
  }
}

/** Clusters that are remembered at once: those that are gone make room. */
const MOST = 500
