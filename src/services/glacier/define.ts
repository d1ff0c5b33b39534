import type { GlacierModel } from "../../models/types/glacier.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<GlacierModel>()
export type In<Name extends keyof GlacierModel> = GlacierModel[Name]["input"]
export type Out<Name extends keyof GlacierModel> = GlacierModel[Name]["output"]

/** The service's principal. */
export const GLACIER = "glacier.amazonaws.com"
