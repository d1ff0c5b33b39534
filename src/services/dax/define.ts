import type { DaxModel } from "../../models/types/dax.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<DaxModel>()
export const asks = authorizeBy("dax")
export type In<Name extends keyof DaxModel> = DaxModel[Name]["input"]
export type Out<Name extends keyof DaxModel> = DaxModel[Name]["output"]

/** The service's principal. */
export const DAX = "dax.amazonaws.com"
