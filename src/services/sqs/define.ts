import type { SqsModel } from "../../models/types/sqs.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<SqsModel>()
export type In<Name extends keyof SqsModel> = SqsModel[Name]["input"]
export type Out<Name extends keyof SqsModel> = SqsModel[Name]["output"]
