import type { DynamodbModel } from "../../models/types/dynamodb.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<DynamodbModel>()
export const ask = authorizeBy("dynamodb")
export type In<Name extends keyof DynamodbModel> = DynamodbModel[Name]["input"]
export type Out<Name extends keyof DynamodbModel> = DynamodbModel[Name]["output"]
