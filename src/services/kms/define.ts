import type { KmsModel } from "../../models/types/kms.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<KmsModel>()
export const asks = authorizeBy("kms")
export type In<Name extends keyof KmsModel> = KmsModel[Name]["input"]
export type Out<Name extends keyof KmsModel> = KmsModel[Name]["output"]
