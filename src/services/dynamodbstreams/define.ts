import type { DynamodbstreamsModel } from "../../models/types/dynamodbstreams.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<DynamodbstreamsModel>()
export type In<Name extends keyof DynamodbstreamsModel> = DynamodbstreamsModel[Name]["input"]
export type Out<Name extends keyof DynamodbstreamsModel> = DynamodbstreamsModel[Name]["output"]
