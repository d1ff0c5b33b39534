import type { KmsModel } from "../../models/types/kms.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<KmsModel>()
export type In<Name extends keyof KmsModel> = KmsModel[Name]["input"]
export type Out<Name extends keyof KmsModel> = KmsModel[Name]["output"]
