import type { ActionContext } from "../../../../kernel/action.ts"
import { job } from "../../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { settleTable } from "../../tables/jobs.ts"
import { exactRefOf, lookUp, sameTable, type ExactRef, type Table } from "../../tables/table.ts"
import { areUp, nextOf, peerOf } from "../applying.ts"
import { RECHECK_MS, RETRY_MS } from "../limits.ts"
import { memberIn, membersOf, replicas, type Block, type Replica } from "../replica.ts"
import {
  copyAcrossJob,
  followAcrossJob,
  forgetSent,
  replicateAcrossJob,
  wakeRoute,
  type CopyAcross,
  type Route,
} from "../replication.ts"
import { block } from "./blocking.ts"
import { asReplication, type Data, type Wanted } from "./define.ts"
import { assertKeyUsable, closedTo } from "./permissions.ts"

/** When it is looked again nevertheless. */
const KEPT_OUT_MS = 3_600_000

/** Changes go from one account to another by calls that both replicas' policies decide on. */
export const replicateAcross = job<Route>(replicateAcrossJob.name, {
  async perform(ctx, route) {
    const ends = await ctx.read((tx) => endsOf(tx, route, route.to))
    const data = isBetween(ends) ? await bring(ctx, ends, { to: route.to }) : undefined
    await ctx.write((tx) => {
      // What is kept out is woken when it is let in.
      if (!data) return wakeRoute(tx, route, tx.now + (ends === "down" ? RETRY_MS : KEPT_OUT_MS))
      forgetSent(tx, route, data.items)
      const next = nextOf(tx, route)
      if (next) wakeRoute(tx, route, Math.max(next.dueMs, tx.now))
    })
  },
})

/** Copies the items that are there to a new replica; what is written meanwhile comes by itself. */
export const copyAcross = job<CopyAcross>(copyAcrossJob.name, {
  async perform(ctx, work) {
    const ends = await ctx.read((tx) => endsOf(tx, work, work.to))
    if (ends === "gone") return ctx.write((tx) => copyFromOther(tx, work))
    const wanted = { to: work.to, all: true, after: work.after } as const
    const data = isBetween(ends) ? await bring(ctx, ends, wanted) : undefined
    await ctx.write((tx) => {
      if (!data) return void tx.schedule(copyAcross, work, tx.now + waitOf(ends))
      if (data.next !== undefined)
        return void tx.schedule(copyAcross, { ...work, after: data.next }, tx.now)
      return isBetween(ends) ? finishCopy(tx, ends) : undefined
    })
  },
})

/** The source has left the global table: another member has the items, too. */
function copyFromOther(tx: WriteTx, { group, to }: CopyAcross): void {
  const members = membersOf(tx, group)
  const isWaiting = members.some(({ region, status }) => region === to && status === "CREATING")
  const other = members.find(({ status }) => status === "ACTIVE")
  const table = isWaiting && other ? lookUp(tx, other) : undefined
  if (table) tx.schedule(copyAcross, { ...exactRefOf(table), group, to }, tx.now)
}

function finishCopy(tx: WriteTx, { replica: { group, region }, to }: Between): void {
  const replica = memberIn(tx, group, region)
  const table = sameTable(tx, to)
  if (replica?.status !== "CREATING" || !table) return
  tx.put(replicas, { ...replica, status: "ACTIVE" })
  settleTable(tx, table)
}

/** Another replica gets the settings that one has got. */
export const followAcross = job<Route>(followAcrossJob.name, {
  async perform(ctx, work) {
    const ends = await ctx.read((tx) => endsOf(tx, work, work.to))
    if (ends === "gone") return
    if (isBetween(ends) && ends.to.status !== "CREATING") {
      if (ends.to.status === "DELETING") return
      const { from, to } = ends
      const done = await attempt(ctx, ends.replica, () =>
        onReplica(ctx, { table: to, source: from }, "ReplicateSettings", {
          from: exactRefOf(from),
        }),
      )
      if (done) return
    }
    await ctx.write((tx) => void tx.schedule(followAcross, work, tx.now + waitOf(ends)))
  },
})

interface Between {
  readonly from: Table
  readonly to: Table
  /** As a member of the global table. */
  readonly replica: Replica
  readonly source: Replica
}

/** Both ends, or why nothing goes between them now. */
function endsOf(tx: ReadTx, ref: ExactRef, region: string): Between | "gone" | "down" | "blocked" {
  const from = sameTable(tx, ref)
  const to = from && peerOf(tx, from, region)
  const group = from?.replication?.group
  const replica = group === undefined ? undefined : memberIn(tx, group, region)
  const source = group === undefined ? undefined : memberIn(tx, group, ref.region)
  if (!from || !to || !replica || !source) return "gone"
  if (!areUp(tx, [from, to])) return "down"
  return replica.blocked || source.blocked ? "blocked" : { from, to, replica, source }
}

const isBetween = (ends: Between | string): ends is Between => typeof ends === "object"

const waitOf = (ends: Between | string): number => (ends === "down" ? RETRY_MS : RECHECK_MS)

/** One share of data; undefined where one of the two let it not through, which is noted then. */
async function bring(
  ctx: ActionContext,
  { from, to, replica, source }: Between,
  wanted: Omit<Wanted, "table">,
): Promise<Data | undefined> {
  const data = (await attempt(ctx, source, () =>
    onReplica(ctx, { table: from, source: to }, "ReadDataForReplication", wanted),
  )) as Data | undefined
  if (!data || data.items.length === 0) return data
  const { items } = data
  const written = await attempt(ctx, replica, () =>
    onReplica(ctx, { table: to, source: from }, "WriteDataForReplication", { items }),
  )
  return written && data
}

interface OnReplica {
  readonly table: Table
  readonly source: Table
}

async function onReplica(
  ctx: ActionContext,
  { table, source }: OnReplica,
  operation: string,
  more: object,
): Promise<object> {
  const closed = await ctx.read((tx) => closedTo(tx, table))
  if (closed) throw new Kept(closed)
  await assertKeyUsable(ctx, table, source).catch((error: unknown) => {
    if (error instanceof AwsError) throw new Kept("INACCESSIBLE_ENCRYPTION_CREDENTIALS")
    throw error
  })
  const input = { table: exactRefOf(table), ...more }
  return ctx.call({ ...asReplication(table, source), service: "dynamodb", operation, input })
}

/** A replica that lets nobody in, for a reason that no engine told. */
class Kept extends Error {
  readonly status: Block

  constructor(status: Block) {
    super(status)
    this.status = status
  }
}

async function attempt(
  ctx: ActionContext,
  { group, region }: Replica,
  call: () => Promise<object>,
): Promise<object | undefined> {
  try {
    return await call()
  } catch (error) {
    const status =
      error instanceof Kept
        ? error.status
        : error instanceof AwsError && error.code === "AccessDenied"
          ? "REPLICATION_NOT_AUTHORIZED"
          : undefined
    if (status === undefined) throw error
    await ctx.write((tx) => {
      const replica = memberIn(tx, group, region)
      if (replica) block(tx, replica, status)
    })
    return undefined
  }
}
