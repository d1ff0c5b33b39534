import {
  batchEntryIdsNotDistinct,
  emptyBatch,
  invalidBatchEntryId,
  missingParameter,
  tooManyEntries,
} from "../errors.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { BATCH_ENTRIES, BATCH_ID_LENGTH } from "../limits.ts"

/** The element names by which AWS's refusals call the entries. */
export type EntryShape =
  | "SendMessageBatchRequestEntry"
  | "DeleteMessageBatchRequestEntry"
  | "ChangeMessageVisibilityBatchRequestEntry"

export interface BatchEntry {
  readonly Id?: string | undefined
}

export interface FailedEntry {
  readonly Id: string
  readonly SenderFault: boolean
  readonly Code: string
  readonly Message: string
}

const ID = /^[A-Za-z0-9_-]+$/

/**
 * What a batch must fulfil as a whole, in AWS's order: some entries, not too many, ids that are
 * there, well formed and distinct. Throws; otherwise every entry has an `Id`.
 */
export function assertEntries<Entry extends BatchEntry>(
  entries: readonly Entry[] | undefined,
  shape: EntryShape,
): asserts entries is readonly (Entry & { readonly Id: string })[] {
  if (entries === undefined || entries.length === 0) throw emptyBatch(shape)
  if (entries.length > BATCH_ENTRIES) throw tooManyEntries(entries.length)
  const seen = new Set<string>()
  entries.forEach((entry, index) => {
    // The numbered name is as other emulators report it: not verified.
    if (entry.Id === undefined) throw missingParameter(`${shape}.${index + 1}.Id`)
    if (entry.Id.length > BATCH_ID_LENGTH || !ID.test(entry.Id)) throw invalidBatchEntryId()
    if (seen.has(entry.Id)) throw batchEntryIdsNotDistinct(entry.Id)
    seen.add(entry.Id)
  })
}

/**
 * What one entry's failure looks like in an answer. The code is the shape's name (recorded:
 * `InvalidMessageContents`, `InvalidParameterValue`). Anything but a refusal is thrown on.
 */
export function failedEntry(id: string, error: unknown): FailedEntry {
  if (!(error instanceof AwsError)) throw error
  return { Id: id, SenderFault: true, Code: error.code, Message: error.message }
}

/** Does something for each entry; what is refused does not keep the others from being done. */
export function eachEntry<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  act: (entry: Entry, index: number) => void,
): { done: { Id: string }[]; failed: FailedEntry[] } {
  const done: { Id: string }[] = []
  const failed: FailedEntry[] = []
  entries.forEach((entry, index) => {
    try {
      act(entry, index)
      done.push({ Id: entry.Id })
    } catch (error) {
      failed.push(failedEntry(entry.Id, error))
    }
  })
  return { done, failed }
}

/** Recorded: an empty list is left out, though the model calls both required. */
export function batchAnswer<Done>(
  successful: readonly Done[],
  failed: readonly FailedEntry[],
): { Successful: readonly Done[]; Failed: readonly FailedEntry[] } {
  const answer = {
    ...(successful.length > 0 && { Successful: successful }),
    ...(failed.length > 0 && { Failed: failed }),
  }
  return answer as { Successful: readonly Done[]; Failed: readonly FailedEntry[] }
}
