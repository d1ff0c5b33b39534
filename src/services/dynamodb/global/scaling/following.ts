import { job, type Job } from "../../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { AutoScalingSettingsUpdate } from "../../../../models/types/dynamodb.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Kind } from "../../capacity/traffic.ts"
import { lookUp, type Table, type TableRef } from "../../tables/table.ts"
import { RETRY_MS } from "../limits.ts"
import { scale } from "./apply.ts"
import { describePolicy, scaledAt, type Place, type Setting } from "./setting.ts"

/** Recorded: what DynamoDB registers by itself for a new index of a global table. */
const OF_NEW_INDEX: AutoScalingSettingsUpdate = Object.freeze({
  MinimumUnits: 1,
  MaximumUnits: 10,
  ScalingPolicyUpdate: { TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } },
})

/** When nothing came of it (not verified). */
const TRIES = 360

interface Work extends TableRef {
  /** The Region whose settings a new replica gets; undefined for a new index. */
  readonly from?: string | undefined
  /** Its account. */
  readonly of?: string | undefined
  /** Between accounts reads are scaled alike, too. */
  readonly kinds?: readonly Kind[] | undefined
  readonly index?: string | undefined
  readonly tries: number
}

const scaleJob: Job<Work> = Object.freeze({ name: "dynamodb/scale-replica" })

/** To call when the table of a replica is made: its write capacity is scaled as the source's is. */
export function scaleAs(tx: WriteTx, from: Table, to: TableRef): void {
  const { account, region, name } = to
  if (from.billing.mode !== "PROVISIONED") return
  const kinds: readonly Kind[] = from.replication?.multiAccount ? ["write", "read"] : ["write"]
  const source = { from: from.region, of: from.account, kinds }
  tx.schedule(scaleJob, { account, region, name, ...source, tries: 0 }, tx.now)
}

/** To call when a global table gets an index. */
export function scaleNewIndex(tx: WriteTx, of: TableRef, index: string): void {
  const { account, region, name } = of
  tx.schedule(scaleJob, { account, region, name, index, tries: 0 }, tx.now)
}

/** A Region that is down, or an index that is not there yet, is waited for. */
export const scaleReplica = job<Work>(scaleJob.name, {
  async perform(ctx, work) {
    const settings = await ctx.read((tx) => settingsOf(tx, work))
    for (const setting of settings)
      try {
        await scale(ctx, setting)
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        if (work.tries >= TRIES) return
        const again = { ...work, tries: work.tries + 1 }
        return ctx.write((tx) => void tx.schedule(scaleJob, again, tx.now + RETRY_MS))
      }
    return undefined
  },
})

function settingsOf(tx: ReadTx, work: Work): readonly Setting[] {
  const table = lookUp(tx, work)
  if (!table) return []
  const { index, from } = work
  if (index !== undefined)
    return [{ place: { table: work, index, kind: "write" }, update: OF_NEW_INDEX }]
  const source = { ...work, region: from ?? work.region, account: work.of ?? work.account }
  const names = [undefined, ...table.globalIndexes.map(({ name }) => name)]
  const places = names.flatMap((name) =>
    (work.kinds ?? ["write"]).map((kind): Omit<Place, "table"> => ({ index: name, kind })),
  )
  return places.flatMap((place): readonly Setting[] => {
    const update = settingAt(tx, { ...place, table: source })
    return update ? [{ place: { ...place, table: work }, update }] : []
  })
}

function settingAt(tx: ReadTx, place: Place): AutoScalingSettingsUpdate | undefined {
  const found = scaledAt(tx, place)
  const [policy] = found?.policies ?? []
  if (!found || !policy) return undefined
  return {
    MinimumUnits: found.target.least,
    MaximumUnits: found.target.most,
    ScalingPolicyUpdate: describePolicy(policy),
  }
}
