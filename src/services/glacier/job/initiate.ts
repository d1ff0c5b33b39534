import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { ageKeys } from "../archive/age.ts"
import { lookUpArchive } from "../archive/archive.ts"
import { rangeHash } from "../archive/range-hash.ts"
import type { Span } from "../archive/tree-hash.ts"
import { vaultAccess } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { inventoryMissing, invalid, missing } from "../errors.ts"
import { INVENTORY_JOB_MS, MIB, TIERS } from "../limits.ts"
import { admit } from "../retrieval/policy.ts"
import { countRequest } from "../vault/storage.ts"
import { findVault, lookUp, vaultArn, type Vault } from "../vault/vault.ts"
import { readMarker } from "./describe.ts"
import { finishArchive, finishInventory } from "./finish.ts"
import {
  begun,
  jobs,
  newJob,
  refOf,
  type ArchiveRetrieval,
  type InventoryRetrieval,
} from "./job.ts"
import { beginSelect } from "./select/begin.ts"
import type { Parameters } from "./select/order.ts"
import { wantedArchive } from "./wanted.ts"

export const InitiateJob = op.action("InitiateJob", {
  authorize(tx, input, call) {
    const vault = lookUp(tx, input, call)
    const id = input.jobParameters?.ArchiveId
    const archive = vault && id !== undefined ? lookUpArchive(tx, vault, id) : undefined
    const initiate = vaultAccess(tx, input, { call, keys: ageKeys(archive, tx.now) })
    if (input.jobParameters?.Type !== SELECT) return initiate
    // "You must have permission to call Get Job Output": of queries.
    return [initiate, { ...initiate, action: "glacier:GetJobOutput" }]
  },
  begin(tx, input, call): Out<"InitiateJob"> | undefined {
    if (input.jobParameters?.Type === SELECT) return undefined
    return beginRetrieval(tx, input, call)
  },
  run: beginSelect,
})

const SELECT = "select"

function beginRetrieval(tx: WriteTx, input: In<"InitiateJob">, call: Call): Out<"InitiateJob"> {
  const vault = findVault(tx, input, call)
  const asked = input.jobParameters ?? {}
  if (asked.Type === undefined) throw missing("Type")
  const made = { ...newJob(tx, vault, asked), ...whatOf(tx, vault, asked) }
  tx.insert(jobs, made)
  if (made.archive) {
    const { tier } = made.archive
    countRequest(tx, vault, `retrieval-requests-${tier}`)
    tx.schedule(finishArchive, refOf(made), tx.now + (TIERS[tier] ?? 0))
  } else {
    countRequest(tx, vault)
    tx.schedule(finishInventory, refOf(made), tx.now + INVENTORY_JOB_MS)
  }
  return begun(made)
}

interface What {
  readonly archive?: ArchiveRetrieval
  readonly inventory?: InventoryRetrieval
}

function whatOf(tx: WriteTx, vault: Vault, asked: Parameters): What {
  switch (asked.Type) {
    case "archive-retrieval":
      return { archive: archiveRetrieval(tx, vault, asked) }
    case "inventory-retrieval":
      return { inventory: inventoryRetrieval(vault, asked) }
    default:
      throw invalid(`Invalid job type: ${asked.Type}`)
  }
}

function archiveRetrieval(tx: WriteTx, vault: Vault, asked: Parameters): ArchiveRetrieval {
  const { archive, content, tier } = wantedArchive(tx, vault, asked)
  const { id, description } = archive
  const range = readRange(asked.RetrievalByteRange, archive.sizeBytes)
  // "Data retrieval policies apply to standard retrievals" (FAQ).
  if (tier === "Standard") admit(tx, vault, range.end - range.start)
  return {
    ...{ id, description, content, range, tier },
    rangeHash: rangeHash(tx, archive, range),
  }
}

/** "Megabyte-aligned": from a multiple of 1 MiB to before another, or to the archive's end. */
function readRange(text: string | undefined, sizeBytes: number): Span {
  if (text === undefined) return { start: 0, end: sizeBytes }
  const [, first, last] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? []
  const range = { start: Number(first), end: Number(last) + 1 }
  const isInside = range.start < range.end && range.end <= sizeBytes
  const isAligned = range.start % MIB === 0 && (range.end % MIB === 0 || range.end === sizeBytes)
  if (first === undefined || !isInside || !isAligned)
    throw invalid(`Invalid RetrievalByteRange: ${text}`)
  return range
}

function inventoryRetrieval(vault: Vault, asked: Parameters): InventoryRetrieval {
  if (asked.ArchiveId !== undefined || asked.RetrievalByteRange !== undefined)
    throw invalid("ArchiveId and RetrievalByteRange go with archive retrievals only.")
  const { Format: format = "JSON", InventoryRetrievalParameters: more = {} } = asked
  if (format !== "JSON" && format !== "CSV") throw invalid(`Invalid format: ${format}`)
  if (!vault.inventory) throw inventoryMissing(vaultArn(vault))
  const { StartDate, EndDate, Limit, Marker } = more
  if (Limit !== undefined && !/^[1-9]\d{0,9}$/.test(Limit)) throw invalid(`Invalid limit: ${Limit}`)
  return {
    format,
    ...{ startMs: readDate(StartDate), endMs: readDate(EndDate) },
    most: Limit === undefined ? undefined : Number(Limit),
    after: Marker === undefined ? undefined : readMarker(Marker),
  }
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)$/

function readDate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = DATE.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw invalid(`Invalid date: ${text}`)
  return ms
}
