import type { SsmModel } from "../../models/types/ssm.ts"
import { operations } from "../../registry/operation.ts"

/** Who acts when the service does. */
export const SSM = "ssm.amazonaws.com"

export const op = operations<SsmModel>()
export type In<Name extends keyof SsmModel> = SsmModel[Name]["input"]
export type Out<Name extends keyof SsmModel> = SsmModel[Name]["output"]
