import type { S3controlModel } from "../../models/types/s3control.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<S3controlModel>()
export type In<Name extends keyof S3controlModel> = S3controlModel[Name]["input"]
export type Out<Name extends keyof S3controlModel> = S3controlModel[Name]["output"]
