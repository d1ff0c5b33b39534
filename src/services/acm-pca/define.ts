import type { AcmPcaModel } from "../../models/types/acm-pca.ts"
import { authorizeBy } from "../../registry/authorize.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<AcmPcaModel>()
export const asks = authorizeBy("acm-pca")
export type In<Name extends keyof AcmPcaModel> = AcmPcaModel[Name]["input"]
export type Out<Name extends keyof AcmPcaModel> = AcmPcaModel[Name]["output"]

/** The service's principal. */
export const PCA = "acm-pca.amazonaws.com"
