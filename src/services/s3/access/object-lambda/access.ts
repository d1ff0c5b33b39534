import type { AccessRequest } from "../../../../iam/access.ts"
import { findAction } from "../../../../iam/actions/actions.ts"
import type { Call } from "../../../../registry/call.ts"
import { accessDenied, notForAccessPoints } from "../../errors.ts"
import { addCallKeys, type Keys } from "../request-keys.ts"
import {
  OBJECT_LAMBDA,
  OBJECT_LAMBDA_SERVICE,
  objectLambdaArn,
  transformationOf,
  type ObjectLambdaPoint,
} from "./point.ts"

/** What Object Lambda itself looks at; all other keys S3 does ("Using context keys …"). */
const OWN_KEYS = ["TlsVersion", "authType", "signatureAge"] as const

export function lambdaKeys(call: Call): Keys {
  const ofCall: Keys = {}
  addCallKeys(ofCall, call)
  const keys: Keys = {}
  for (const name of OWN_KEYS) {
    const value = ofCall[`s3:${name}`]
    if (value !== undefined) keys[`${OBJECT_LAMBDA}:${name}`] = value
  }
  return keys
}

/**
 * The access as the Object Lambda access point's policy sees it; `action` without its prefix.
 * Throws MethodNotAllowed for what such access points do not take, AccessDenied for anonymous
 * callers ("no anonymous access").
 */
export function lambdaPointRequest(
  point: ObjectLambdaPoint,
  action: string,
  { call, versionId }: { readonly call: Call; readonly versionId?: string | undefined },
): AccessRequest {
  if (!findAction(`${OBJECT_LAMBDA}:${action}`)) throw notForAccessPoints(call.operation)
  if (call.principal.type === "anonymous") throw accessDenied()
  const context = lambdaKeys(call)
  if (versionId !== undefined) context[`${OBJECT_LAMBDA}:versionid`] = versionId
  return {
    action: `${OBJECT_LAMBDA}:${action}`,
    resource: objectLambdaArn(point),
    owner: point.account,
    policy: point.policy,
    context,
  }
}

/** "… do not support the POST Object, CopyObject (as the source), and SelectObjectContent". */
const isRefused = ({ operation, signing }: Call): boolean =>
  operation === "SelectObjectContent" || signing?.via === "form"

interface PassedOn {
  readonly action: string
  readonly versionId: string | undefined
  readonly call: Call
  /** What the supporting access point and the bucket are asked. */
  readonly requests: readonly AccessRequest[]
}

/**
 * An access that is passed on to the supporting access point ("all other requests will be forwarded
 * to S3"): asked for its own action first, and S3 sees that it came this way.
 */
export function throughObjectLambda(
  point: ObjectLambdaPoint,
  { action, versionId, call, requests }: PassedOn,
): AccessRequest[] {
  // What a function answers never gets here.
  if (isRefused(call) || transformationOf(point, call.operation))
    throw notForAccessPoints(call.operation)
  const via = [...(call.via ?? []), OBJECT_LAMBDA_SERVICE]
  const keys: Keys = {
    "aws:CalledVia": via,
    "aws:CalledViaFirst": via[0] as string,
    "aws:CalledViaLast": OBJECT_LAMBDA_SERVICE,
  }
  return [
    lambdaPointRequest(point, action, { call, versionId }),
    ...requests.map((request) => ({ ...request, context: { ...request.context, ...keys } })),
  ]
}
