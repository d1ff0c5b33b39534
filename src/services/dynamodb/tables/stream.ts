import type { WriteTx } from "../../../kernel/transaction.ts"
import { validation } from "../errors.ts"
import type { StreamSettings } from "./table.ts"

export interface GivenStream {
  readonly StreamEnabled: boolean
  readonly StreamViewType?: string | undefined
}

/** A stream that begins now. Throws ValidationException (the words are as users quote them). */
export function newStream(tx: WriteTx, given: GivenStream | undefined): StreamSettings | undefined {
  if (!given) return undefined
  const { StreamEnabled, StreamViewType } = given
  if (!StreamEnabled) {
    if (StreamViewType !== undefined)
      throw validation(
        "One or more parameter values were invalid: Stream is not enabled, but StreamViewType is specified",
      )
    return undefined
  }
  if (StreamViewType === undefined)
    throw validation(
      "One or more parameter values were invalid: Stream is enabled, but StreamViewType is not specified",
    )
  return {
    enabled: true,
    view: StreamViewType as StreamSettings["view"],
    label: new Date(tx.now).toISOString().slice(0, -1),
  }
}
