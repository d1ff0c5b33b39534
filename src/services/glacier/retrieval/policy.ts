import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { onAccount } from "../access.ts"
import { op, type Out } from "../define.ts"
import { deniedByRetrievalPolicy, invalid, missing } from "../errors.ts"
import { DAY_MS, FREE_BYTES_A_DAY, HOUR_MS, TIERS } from "../limits.ts"
import { accountOf } from "../vault/vault.ts"

/** What an account may retrieve in a Region, and what it does. */
interface Retrieval {
  readonly account: string
  readonly region: string
  readonly strategy: Strategy
  readonly bytesPerHour?: number | undefined
  /** Days since the epoch, and what was asked for on that day. */
  readonly day: number
  readonly dayBytes: number
  /** Bytes an hour of the jobs that are in progress. */
  readonly activeRate: number
}

type Strategy = "BytesPerHour" | "FreeTier" | "None"

const isStrategy = (text: string): text is Strategy =>
  text === "BytesPerHour" || text === "FreeTier" || text === "None"

export const retrievals = table<Retrieval>("glacier/retrieval", {
  key: ({ account, region }) => [account, region],
})

interface Place {
  readonly account: string
  readonly region: string
}

/** "No Retrieval Limit is the default data retrieval policy." */
const retrievalOf = (tx: ReadTx, { account, region }: Place): Retrieval =>
  tx.get(retrievals, [account, region]) ?? {
    ...{ account, region, strategy: "None", day: 0, dayBytes: 0, activeRate: 0 },
  }

export const SetDataRetrievalPolicy = op.write("SetDataRetrievalPolicy", {
  authorize: onAccount,
  run(tx, input, call): Out<"SetDataRetrievalPolicy"> {
    const { Rules: rules = [] } = input.Policy ?? {}
    const [rule] = rules
    if (!rule?.Strategy) throw missing("Strategy")
    if (rules.length > 1) throw invalid("A data retrieval policy has one rule.")
    const { Strategy: strategy, BytesPerHour: bytesPerHour } = rule
    if (!isStrategy(strategy)) throw invalid(`Invalid strategy: ${strategy}`)
    if (strategy === "BytesPerHour" && bytesPerHour === undefined) throw missing("BytesPerHour")
    // "Set Data Retrieval Policy": only with that strategy.
    if (strategy !== "BytesPerHour" && bytesPerHour !== undefined)
      throw invalid(`BytesPerHour does not go with the strategy ${strategy}`)
    if (bytesPerHour !== undefined && bytesPerHour < 1)
      throw invalid(`Invalid BytesPerHour: ${bytesPerHour}`)
    const place = { account: accountOf(input, call), region: call.region }
    tx.put(retrievals, { ...retrievalOf(tx, place), strategy, bytesPerHour })
    return {}
  },
})

export const GetDataRetrievalPolicy = op.read("GetDataRetrievalPolicy", {
  authorize: onAccount,
  run(tx, input, call): Out<"GetDataRetrievalPolicy"> {
    const place = { account: accountOf(input, call), region: call.region }
    const { strategy: Strategy, bytesPerHour: BytesPerHour } = retrievalOf(tx, place)
    const rule = { Strategy, ...(BytesPerHour !== undefined && { BytesPerHour }) }
    return { Policy: { Rules: [rule] } }
  },
})

/** Not verified how AWS rates a job: its bytes over the time that a standard retrieval takes. */
const rateOf = (bytes: number): number => bytes / ((TIERS["Standard"] ?? HOUR_MS) / HOUR_MS)

/** Begins a standard retrieval. Throws PolicyEnforcedException. */
export function admit(tx: WriteTx, place: Place, bytes: number): void {
  const retrieval = retrievalOf(tx, place)
  const { strategy, bytesPerHour = 0, activeRate } = retrieval
  const day = Math.floor(tx.now / DAY_MS)
  const dayBytes = (retrieval.day === day ? retrieval.dayBytes : 0) + bytes
  const rate = activeRate + rateOf(bytes)
  if (strategy === "FreeTier" && dayBytes > FREE_BYTES_A_DAY) throw deniedByRetrievalPolicy()
  if (strategy === "BytesPerHour" && rate > bytesPerHour) throw deniedByRetrievalPolicy()
  tx.put(retrievals, { ...retrieval, day, dayBytes, activeRate: rate })
}

/** Ends one. */
export function release(tx: WriteTx, place: Place, bytes: number): void {
  const retrieval = retrievalOf(tx, place)
  const activeRate = Math.max(0, retrieval.activeRate - rateOf(bytes))
  tx.put(retrievals, { ...retrieval, activeRate })
}
