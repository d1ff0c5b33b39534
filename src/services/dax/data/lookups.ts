import type { DoorContext } from "../../../registry/door.ts"
import type { KeySchema } from "../protocol/key.ts"
import { ProtocolError } from "../protocol/protocol-error.ts"
import type { Lookups } from "../protocol/requests.ts"
import { listId, namesOf } from "./attribute-list.ts"
import type { At } from "./facts.ts"

export type NodeLookups = Lookups

/** On whose behalf the node asks. */
interface Asker {
  readonly account: string
  call(operation: string, input: object): Promise<object>
}

/** What a node knows, or asks: of tables DynamoDB, of names of attributes its cluster's rows. */
export function nodeLookups(
  ctx: Pick<DoorContext, "now" | "read" | "write">,
  { cluster, memory }: At,
  { account, call }: Asker,
): NodeLookups {
  return {
    async schema(table) {
      const known = account === cluster.account ? memory.schema(table, ctx.now()) : undefined
      if (known) return known
      const { schema } = (await call("DefineKeySchema", { table })) as { schema: KeySchema }
      return schema
    },
    async names(id) {
      const known = memory.namesById.get(id)
      if (known) return known
      const names = await ctx.read((tx) => namesOf(tx, cluster, id))
      if (!names) throw new ProtocolError(`there is no list ${id}`)
      memory.namesById.set(id, names)
      return names
    },
    async id(names) {
      const text = JSON.stringify(names)
      const known = memory.idsByNames.get(text)
      if (known !== undefined) return known
      const id = await ctx.write((tx) => listId(tx, cluster, names))
      memory.idsByNames.set(text, id)
      return id
    },
  }
}
