import type { StsModel } from "../../models/types/sts.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<StsModel>()
export type In<Name extends keyof StsModel> = StsModel[Name]["input"]
export type Out<Name extends keyof StsModel> = StsModel[Name]["output"]
