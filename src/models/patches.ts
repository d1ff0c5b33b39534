import type { Patch } from "./patch.ts"
import { sqsPatch } from "./patches/sqs.ts"

/** The corrections of each service, made when its model is loaded. */
export const PATCHES: Readonly<Record<string, () => Patch>> = {
  sqs: sqsPatch,
}
