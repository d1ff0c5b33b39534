import { hash } from "node:crypto"
import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import { isUp } from "../../../kernel/places.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import { bucketNameOf } from "../buckets/bucket-name.ts"
import { bucketArn } from "../buckets/bucket.ts"
import { S3 } from "../notifications/event.ts"
import { fieldsOf } from "./field.ts"
import {
  findInventory,
  inventories,
  inventoryFiles,
  refOf,
  subjectOf,
  sweepFiles,
  type Inventory,
  type InventoryFile,
  type InventoryList,
  type InventoryRef,
} from "./inventory.ts"
import { collect } from "./collect.ts"
import { destinationOf, fileKey, formatOf, manifestObjects, type Listing } from "./manifest.ts"
import { firstStart, nextStart } from "./schedule.ts"
import { isTemporary } from "../errors.ts"
import { RETRY_MS } from "../limits.ts"

/** Files of one list: 200 million versions. */
const MOST_FILES = 10_000

/** Begins to make lists by a new configuration. */
export function planInventory(tx: WriteTx, ref: InventoryRef): void {
  tx.put(inventories, ref)
  tx.schedule(beginInventory, ref, firstStart(tx.now))
}

/** Ends the lists of a configuration, the one that is being made among them. */
export function endInventory(tx: WriteTx, { bucket, id }: Pick<InventoryRef, "bucket" | "id">) {
  const there = tx.get(inventories, [bucket, id])
  if (!there) return
  tx.remove(inventories, there)
  if (!sweepFiles(tx, there)) tx.schedule(sweepInventory, refOf(there), tx.now)
}

/** What is left of an inventory that is gone. */
export const sweepInventory = job<InventoryRef>("s3/sweepInventory", {
  run(tx, ref) {
    if (!sweepFiles(tx, ref)) tx.schedule(sweepInventory, ref, tx.now)
  },
})

/** Begins a list, and plans the next one. A list that is not yet done is not overtaken. */
export const beginInventory = job<InventoryRef>("s3/beginInventory", {
  run(tx, ref) {
    const inventory = findInventory(tx, ref)
    if (!inventory) return
    const subject = subjectOf(tx, ref)
    if (!subject) return endInventory(tx, ref)
    tx.schedule(beginInventory, ref, nextStart(subject.value.Schedule.Frequency, tx.now))
    if (inventory.list) return
    const list: InventoryList = { startMs: tx.now, phase: "files", files: 0 }
    tx.replace(inventories, inventory, { ...inventory, list })
    tx.schedule(makeInventory, ref, tx.now)
  },
})

/**
 * One step of a list: a file, the manifests, or the sweeping up. Done again after a crash it writes
 * objects of the same names. What the destination's owner does not let in is not delivered.
 */
export const makeInventory = job<InventoryRef>("s3/makeInventory", {
  async perform(ctx, ref) {
    const found = await ctx.read((tx) => stateOf(tx, ref))
    if (!found) return
    if (found === "gone") return ctx.write((tx) => endInventory(tx, ref))
    const { list, listing } = found
    if (list.phase === "sweep") return ctx.write((tx) => sweep(tx, ref))
    const done = found.isUp && (await attempt(ctx, found))
    if (!done) return ctx.write((tx) => void tx.schedule(makeInventory, ref, tx.now + RETRY_MS))
    await ctx.write((tx) => {
      const inventory = findInventory(tx, ref)
      const now = inventory?.list
      if (!inventory || now?.startMs !== list.startMs) return
      if (now.phase !== list.phase || now.files !== list.files) return
      if (done.file) tx.put(inventoryFiles, done.file)
      if (done.listed) meterListed(tx, listing, done.listed)
      tx.replace(inventories, inventory, { ...inventory, list: { ...list, ...done.change } })
      tx.schedule(makeInventory, ref, tx.now)
    })
  },
})

interface State {
  readonly ref: InventoryRef
  readonly list: InventoryList
  readonly listing: Listing
  readonly isUp: boolean
}

function stateOf(tx: ReadTx, ref: InventoryRef): State | "gone" | undefined {
  const inventory: Inventory | undefined = findInventory(tx, ref)
  if (!inventory?.list) return undefined
  const subject = subjectOf(tx, ref)
  if (!subject) return "gone"
  const { list } = inventory
  const listing = { ...subject, startMs: list.startMs }
  return { ref, list, listing, isUp: isUp({ region: subject.bucket.region }, tx.faults) }
}

function sweep(tx: WriteTx, ref: InventoryRef): void {
  const inventory = findInventory(tx, ref)
  if (inventory?.list?.phase !== "sweep") return
  if (sweepFiles(tx, ref)) tx.replace(inventories, inventory, refOf(inventory))
  else tx.schedule(makeInventory, ref, tx.now)
}

interface Done {
  readonly change: Partial<InventoryList>
  readonly file?: InventoryFile | undefined
  readonly listed?: number
}

/** Undefined where it is to be tried again. */
async function attempt(ctx: ActionContext, state: State): Promise<Done | undefined> {
  try {
    return state.list.phase === "files" ? await writeFile(ctx, state) : await finish(ctx, state)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return isTemporary(error) ? undefined : { change: { phase: "sweep" } }
  }
}

async function writeFile(ctx: ActionContext, { ref, list, listing }: State): Promise<Done> {
  const fields = fieldsOf(listing.value)
  const { rows, next } = await collect(ctx, listing, { fields, after: list.after })
  const phase = next && list.files + 1 < MOST_FILES ? "files" : "manifest"
  // Not verified: what AWS delivers of a bucket without objects. Here a manifest without files.
  if (rows.length === 0) return { change: { phase, after: next } }
  const body = await formatOf(listing).encode(fields, rows)
  const key = fileKey(listing, list.files)
  await put(ctx, listing, { key, body })
  const { bucket, id, serial } = ref
  return {
    change: { phase, after: next, files: list.files + 1 },
    file: {
      ...{ bucket, id, serial, number: list.files, key },
      ...{ sizeBytes: body.length, md5: hash("md5", body) },
    },
    listed: rows.length,
  }
}

async function finish(ctx: ActionContext, { ref, listing }: State): Promise<Done> {
  const files = await ctx.read(
    (tx) =>
      tx.scan(inventoryFiles, {
        prefix: [ref.bucket, ref.id, ref.serial],
        limit: MOST_FILES,
      }).rows,
  )
  for (const { key, text } of manifestObjects(listing, files))
    await put(ctx, listing, { key, body: Buffer.from(text) })
  return { change: { phase: "sweep" } }
}

/** Throws what the destination says to S3: its policy lets the lists in ("Granting Amazon S3 permission"). */
async function put(
  ctx: ActionContext,
  listing: Listing,
  { key: Key, body }: { readonly key: string; readonly body: Buffer },
): Promise<void> {
  const { bucket } = listing
  const { Bucket: arn, AccountId: owner, Encryption: encryption } = destinationOf(listing)
  await ctx.call({
    ...{ service: "s3", operation: "PutObject", as: S3 },
    input: {
      ...{ Bucket: bucketNameOf(arn) ?? "", Key, ACL: "bucket-owner-full-control" },
      ...{ Body: new WholeBody(body), ContentLength: body.length },
      ...(owner !== undefined && { ExpectedBucketOwner: owner }),
      ...(encryption?.SSES3 && { ServerSideEncryption: "AES256" }),
      ...(encryption?.SSEKMS && {
        ServerSideEncryption: "aws:kms",
        SSEKMSKeyId: encryption.SSEKMS.KeyId,
      }),
    },
    ...{ account: bucket.account, region: bucket.region },
    ...{ sourceArn: bucketArn(bucket), sourceAccount: bucket.account },
  })
}

/** AWS bills by the million of objects listed. */
function meterListed(tx: WriteTx, { bucket: { account, region, ...bucket } }: Listing, n: number) {
  tx.meter("s3:inventory-objects", { account, region, resource: bucketArn(bucket) }, n)
}
