import type { Patch } from "./patch.ts"
import { s3Patch } from "./patches/s3.ts"
import { sqsPatch } from "./patches/sqs.ts"

/** The corrections of each service, made when its model is loaded. */
export const PATCHES: Readonly<Record<string, () => Patch>> = {
  s3: s3Patch,
  sqs: sqsPatch,
}
