import type { AcmModel } from "../../models/types/acm.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<AcmModel>()
export const asks = authorizeBy("acm")
export type In<Name extends keyof AcmModel> = AcmModel[Name]["input"]
export type Out<Name extends keyof AcmModel> = AcmModel[Name]["output"]

/** The service's principal. */
export const ACM = "acm.amazonaws.com"
