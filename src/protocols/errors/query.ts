import type { ServiceModel, StructureShape } from "../../models/schema.ts"

/** What an error is called in Query, where that is not the name of its shape. */
export interface QueryError {
  readonly code?: string
  readonly status: number
}

/**
 * The code and HTTP status of a modelled error. A service that has left Query answers them in
 * `x-amzn-query-error`; where its model has lost them, its corrections bring them back.
 */
export function queryError(_model: ServiceModel, shape: StructureShape): QueryError {
  const code = shape.error?.code
  const status = shape.error?.httpStatusCode ?? (shape.fault ? 500 : 400)
  return code === undefined ? { status } : { code, status }
}
