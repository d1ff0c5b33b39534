import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Tag } from "./tag.ts"

interface Tagging {
  readonly Tags?: readonly Tag[] | undefined
}

/** "If the request includes tags, then the requester must have the TagResource permission." */
export const withTagging =
  <Input extends object>(ask: (tx: ReadTx, input: Input, call: Call) => AccessRequest) =>
  (tx: ReadTx, input: Input, call: Call): readonly AccessRequest[] => {
    const asked = ask(tx, input, call)
    const { Tags }: Tagging = input
    return Tags?.length ? [asked, { ...asked, action: "organizations:TagResource" }] : [asked]
  }
