import type { OperationModel, ServiceModel, StructureShape } from "../../models/schema.ts"
import type { AwsError, Fault } from "../aws-error.ts"
import { commonError } from "../errors/common.ts"
import { queryError } from "../errors/query.ts"
import { escapeXml } from "./escape.ts"
import type { XmlWriters } from "./writer.ts"

/** An error as the XML protocols show it. */
export interface XmlAnswer {
  readonly code: string
  readonly status: number
  readonly fault: Fault
  readonly shape: StructureShape | undefined
}

// "Common Error Types" of the API references, as far as they differ from 400; EC2's from "Error
// codes for the Amazon EC2 API". Recorded from IAM and STS: AccessDenied is 403 in XML.
const STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AuthFailure: 401,
  ExpiredToken: 403,
  InternalFailure: 500,
  InternalError: 500,
  InvalidClientTokenId: 403,
  MalformedQueryString: 404,
  MissingAuthenticationToken: 403,
  NotImplemented: 501,
  OptInRequired: 403,
  RequestLimitExceeded: 503,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  UnauthorizedOperation: 403,
  Unavailable: 503,
}

/** How the error is answered by this service; `model` is absent when no service was found. */
export function xmlAnswer(
  model: ServiceModel | undefined,
  operation: OperationModel | undefined,
  error: AwsError,
): XmlAnswer {
  const common = commonError(error.code)
  const shape = errorShape(model, operation, error.code)
  const known = model && shape ? queryError(model, shape) : undefined
  const code = shape ? (known?.code ?? shape.name) : (common?.query ?? error.code)
  const fallback = error.options.fault === "Receiver" ? 500 : 400
  const statusOfCode = Object.hasOwn(STATUSES, code) ? STATUSES[code] : undefined
  const status = error.options.status ?? known?.status ?? statusOfCode ?? fallback
  const fault = error.options.fault ?? (status >= 500 ? "Receiver" : "Sender")
  return { code, status, fault, shape }
}

/** By the shape's name, else by the code that the shape has on the wire. */
function errorShape(
  model: ServiceModel | undefined,
  operation: OperationModel | undefined,
  code: string,
): StructureShape | undefined {
  const shape = model && Object.hasOwn(model.shapes, code) ? model.shapes[code] : undefined
  if (shape?.type === "structure" && shape.exception) return shape
  return operation?.errors.find((modelled) => modelled.error?.code === code)
}

/**
 * The elements beside `Code` and `Message`: members of the error's shape by their model, others
 * as plain text, as S3 has them without modelling them (`Key`, `BucketName`).
 */
export function errorMembers(
  writers: XmlWriters,
  shape: StructureShape | undefined,
  error: AwsError,
): string {
  let text = ""
  for (const [name, value] of Object.entries(error.options.members ?? {})) {
    if (value === undefined || value === null || name.toLowerCase() === "message") continue
    const member = shape && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
    if (member === undefined) text += `<${name}>${escapeXml(plainText(value))}</${name}>`
    else if (member.location === undefined) text += writers.member(name, member)(value)
  }
  return text
}

function plainText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}
