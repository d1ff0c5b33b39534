import { op } from "../define.ts"

/** None of these words is verified. */
export const noSuchStore = (id: string) =>
  op.error("CustomKeyStoreNotFoundException", `Custom key store ${id} is not found.`)

export const storeState = (id: string, state: string) =>
  op.error(
    "CustomKeyStoreInvalidStateException",
    `Custom key store ${id} is in state ${state}, which is not valid for this operation.`,
  )
