import { dnsSuffix } from "../../../../kernel/places.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { headerNotImplemented, noSuchAccessPoint, permanentRedirect } from "../../errors.ts"
import { forwardKeys, type ForwardedKeys } from "../../../sts/port.ts"
import { accessPointOf } from "../points/access-point.ts"
import { customerKeyRefused } from "./errors.ts"
import { eventOf } from "./event.ts"
import { inputUrl, URL_SECONDS } from "./input-url.ts"
import {
  OBJECT_LAMBDA_SERVICE,
  objectLambdaArn,
  objectLambdaPointOf,
  transformationOf,
  type ObjectLambdaPoint,
} from "./point.ts"

/** The input of the operations that functions answer. */
export interface OnLambdaPoint {
  readonly Bucket: string
  readonly Key?: string | undefined
  readonly VersionId?: string | undefined
  readonly Range?: string | undefined
  readonly PartNumber?: number | undefined
  readonly SSECustomerAlgorithm?: string | undefined
}

/** What is to be done for one request. */
export interface Plan {
  readonly point: ObjectLambdaPoint
  readonly functionArn: string
  /** The event, but for the context of the operation. */
  readonly event: object
  /** `inputS3Url`, signed at this host time. */
  readonly urlAt: (timeMs: number) => string
  /** A name for the request that nobody guesses. */
  readonly id: string
}

/** Throws NoSuchAccessPoint; PermanentRedirect where it is another Region's. */
export function lambdaPointNamed(
  tx: ReadTx,
  { Bucket: name }: OnLambdaPoint,
  call: Call,
): ObjectLambdaPoint {
  const point = objectLambdaPointOf(tx, name)
  if (!point) throw noSuchAccessPoint(name)
  const { region } = point
  if (region !== call.region) throw permanentRedirect({ name, region, suffix: dnsSuffix(region) })
  return point
}

/**
 * Prepares the call of the function that answers the operation; undefined where there is none. Throws
 * what the caller is to be told: NoSuchAccessPoint, NotImplemented, InvalidRequest.
 */
export function planOf(tx: WriteTx, input: OnLambdaPoint, call: Call): Plan | undefined {
  const point = lambdaPointNamed(tx, input, call)
  const transformation = transformationOf(point, call.operation)
  const { wire } = call
  // Only requests from outside come here: services have no wire.
  if (!transformation || !wire) return undefined
  const { SupportingAccessPoint } = point.configuration
  const supporting = accessPointOf(tx, SupportingAccessPoint, call)
  if (!supporting) throw noSuchAccessPoint(SupportingAccessPoint)
  if (input.SSECustomerAlgorithm !== undefined) throw customerKeyRefused()
  assertFeatures(point, input, call)
  meter(tx, point, call)
  const keys = forwardedKeys(tx, call)
  return {
    ...{ point, functionArn: transformation.functionArn },
    event: eventOf(tx, { call, wire, point, payload: transformation.payload }),
    urlAt: (timeMs) => inputUrl({ call, wire, key: input.Key, point, supporting, keys, timeMs }),
    id: tx.random("s3/object-lambda-token").string(ID_LENGTH, ID_ALPHABET),
  }
}

const ID_LENGTH = 48
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

const forwardedKeys = (tx: WriteTx, { principal }: Call): ForwardedKeys =>
  forwardKeys(tx, { principal, service: OBJECT_LAMBDA_SERVICE, lifeMs: URL_SECONDS * 1000 })

/** "By default, Object Lambda Access Points respond with an HTTP status code 501 …". */
function assertFeatures(
  { configuration }: ObjectLambdaPoint,
  input: OnLambdaPoint,
  { operation, wire }: Call,
): void {
  const allowed = configuration.AllowedFeatures ?? []
  const inQuery = /(?:^|&)range=/i.test(wire?.query ?? "")
  if ((input.Range !== undefined || inQuery) && !allowed.includes(`${operation}-Range`))
    throw headerNotImplemented("Range")
  if (input.PartNumber !== undefined && !allowed.includes(`${operation}-PartNumber`))
    throw headerNotImplemented("partNumber")
}

/** "Requests are billed … based on the request type (GET, LIST, and HEAD)". */
function meter(tx: WriteTx, point: ObjectLambdaPoint, { operation }: Call): void {
  const { account, region } = point
  const tier = operation.startsWith("List") ? "s3:requests-tier1" : "s3:requests-tier2"
  tx.meter(tier, { account, region, resource: objectLambdaArn(point) })
}
