import type { S3Model } from "../../models/types/s3.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<S3Model>()
export type In<Name extends keyof S3Model> = S3Model[Name]["input"]
export type Out<Name extends keyof S3Model> = S3Model[Name]["output"]
