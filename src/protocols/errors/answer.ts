import type { ServiceModel, StructureShape } from "../../models/schema.ts"
import type { AwsError, Fault } from "../aws-error.ts"
import { commonError } from "./common.ts"
import { queryError } from "./query.ts"

/** What the JSON, CBOR and REST JSON protocols need to write an error. */
export interface ErrorAnswer {
  /** Name of the error's shape, or the JSON name of a common error. */
  readonly name: string
  readonly shape: StructureShape | undefined
  /** Package of the name, for protocols that show it. */
  readonly namespace: string
  readonly status: number
  readonly fault: Fault
  /** Value of `x-amzn-query-error`, for a service that came from Query. */
  readonly queryCode: string | undefined
  /** Member that carries the text, as it is called on the wire. */
  readonly messageKey: string
}

// The packages that real answers show. Recorded from SQS, DynamoDB, CloudWatch and Step Functions;
// SWF's is in its documentation. Clients read only what follows "#".
const NAMESPACES: Readonly<Record<string, string>> = {
  cloudwatch: "com.amazonaws.cloudwatch.v2010_08_01",
  dynamodb: "com.amazonaws.dynamodb.v20120810",
  dynamodbstreams: "com.amazonaws.dynamodb.v20120810",
  sqs: "com.amazonaws.sqs",
  stepfunctions: "com.amazonaws.swf.service.v2.model",
  swf: "com.amazonaws.swf.base.model",
}

/** How the error is answered by this service; `model` is absent when no service was found. */
export function answerError(model: ServiceModel | undefined, error: AwsError): ErrorAnswer {
  const common = commonError(error.code)
  const shape = errorShape(model, error.code) ?? (common && errorShape(model, common.json))
  const query = model && shape ? queryError(model, shape) : undefined
  const status = error.options.status ?? query?.status ?? defaultStatus(error)
  const name = shape?.name ?? common?.json ?? error.code
  // Recorded: a ValidationException is the framework's, also where the service's model has one.
  const own = shape !== undefined && common?.json !== "ValidationException"
  const fault = error.options.fault ?? (status >= 500 ? "Receiver" : "Sender")
  return {
    name,
    shape,
    namespace:
      own && model ? serviceNamespace(model) : (common?.namespace ?? "com.amazon.coral.service"),
    status,
    fault,
    queryCode: model?.queryCompatible
      ? `${query?.code ?? common?.query ?? name};${fault}`
      : undefined,
    messageKey: messageKey(shape) ?? common?.messageKey ?? "message",
  }
}

function errorShape(model: ServiceModel | undefined, name: string): StructureShape | undefined {
  if (model === undefined || !Object.hasOwn(model.shapes, name)) return undefined
  const shape = model.shapes[name]
  return shape?.type === "structure" && shape.exception ? shape : undefined
}

function defaultStatus(error: AwsError): number {
  return error.options.fault === "Receiver" || error.code === "InternalFailure" ? 500 : 400
}

function serviceNamespace(model: ServiceModel): string {
  return NAMESPACES[model.id] ?? `com.amazonaws.${model.id.replaceAll("-", "")}`
}

/** `message` in most models, `Message` in some, called otherwise on the wire in a few. */
function messageKey(shape: StructureShape | undefined): string | undefined {
  for (const name of ["message", "Message"]) {
    const member = shape?.members[name]
    if (member !== undefined) return member.locationName ?? name
  }
  return undefined
}
