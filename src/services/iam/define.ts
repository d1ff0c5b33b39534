import type { IamModel } from "../../models/types/iam.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<IamModel>()
export type Out<Name extends keyof IamModel> = IamModel[Name]["output"]
export type In<Name extends keyof IamModel> = IamModel[Name]["input"]
