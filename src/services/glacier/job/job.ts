import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Content } from "../archive/archive.ts"
import type { Span } from "../archive/tree-hash.ts"
import { jobMissing } from "../errors.ts"
import { serialOf } from "../identity.ts"
import type { Vault, VaultRef } from "../vault/vault.ts"

/** A retrieval: what was asked for, and, once it is complete, what can be downloaded. */
export interface RetrievalJob {
  readonly vault: VaultRef
  readonly serial: number
  readonly id: string
  readonly description?: string | undefined
  readonly topic?: string | undefined
  readonly createdMs: number
  readonly status: Status
  readonly completedMs?: number | undefined
  /** When its output goes. */
  readonly expiresMs?: number | undefined
  readonly message?: string | undefined
  readonly archive?: ArchiveRetrieval | undefined
  readonly inventory?: InventoryRetrieval | undefined
}

export type Status = "InProgress" | "Succeeded" | "Failed"

export interface ArchiveRetrieval {
  readonly id: string
  readonly description: string
  readonly content: Content
  readonly range: Span
  /** The tree hash of the range, where it is aligned. */
  readonly rangeHash?: string | undefined
  readonly tier: string
}

export interface InventoryRetrieval {
  readonly format: "JSON" | "CSV"
  /** Epoch milliseconds; archives from then on, and before then. */
  readonly startMs?: number | undefined
  readonly endMs?: number | undefined
  /** At most so many archives. */
  readonly most?: number | undefined
  /** Archives behind this one: a serial. */
  readonly after?: number | undefined
  /** Once it is complete. */
  readonly sizeBytes?: number | undefined
  /** Sealed under the job's serial, base64. */
  readonly key?: string | undefined
  /** Where there are more archives, the last one that it has. */
  readonly next?: number | undefined
}

export const jobs = table<RetrievalJob>("glacier/job", {
  key: ({ vault, serial }) => [vault.id, serial],
  indexes: { archive: ({ archive }) => archive && [archive.content.serial] },
})

/** Throws ResourceNotFoundException. */
export function findJob(tx: ReadTx, { id: vault }: Vault, jobId: string): RetrievalJob {
  const serial = serialOf("job", vault, jobId)
  const found = serial === undefined ? undefined : tx.get(jobs, [vault, serial])
  if (found?.id !== jobId) throw jobMissing(jobId)
  return found
}

/** What waits for a job. */
export interface JobRef {
  /** The vault's own id. */
  readonly vault: number
  readonly serial: number
}

export const refOf = ({ vault, serial }: RetrievalJob): JobRef => ({ vault: vault.id, serial })
