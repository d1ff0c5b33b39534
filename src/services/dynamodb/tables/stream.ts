import type { WriteTx } from "../../../kernel/transaction.ts"
import { invalidValues } from "../errors.ts"
import type { StreamSettings } from "./table.ts"

export interface GivenStream {
  readonly StreamEnabled: boolean
  readonly StreamViewType?: string | undefined
}

/** A stream that begins now, with its table or later. Throws ValidationException (recorded). */
export function newStream(
  tx: WriteTx,
  given: GivenStream | undefined,
  made: "made" | "changed" = "made",
): StreamSettings | undefined {
  if (!given) return undefined
  const { StreamEnabled, StreamViewType } = given
  if (!StreamEnabled) {
    if (StreamViewType !== undefined)
      throw invalidValues(
        made === "made"
          ? "Table is being created with a stream disabled, UpdateViewType should not be specified"
          : "If stream is being disabled, then UpdateViewType must not be specified",
      )
    return undefined
  }
  if (StreamViewType === undefined)
    throw invalidValues(
      made === "made"
        ? "Table is being created with a stream enabled, UpdateViewType is required"
        : "If stream is being enabled then UpdateViewType is required",
    )
  return {
    enabled: true,
    view: StreamViewType as StreamSettings["view"],
    label: new Date(tx.now).toISOString().slice(0, -1),
  }
}
