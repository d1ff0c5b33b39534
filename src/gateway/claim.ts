import type { WireRequest } from "../kernel/wire.ts"
import type { OperationModel, ProtocolName, ServiceModel } from "../models/schema.ts"
import type { ServiceFacts, ServiceIndex } from "../models/service-index.ts"
import { AwsError } from "../protocols/aws-error.ts"
import { formParameter } from "../protocols/form/params.ts"
import { noOperation } from "./s3/no-operation.ts"
import { isS3Control } from "../protocols/sigv4/canonical.ts"

/** Which API a request is for. The operation of a REST protocol is found by its route. */
export interface Claim {
  readonly model: ServiceModel
  readonly protocol: ProtocolName
  readonly operation: OperationModel
}

/** A request that belongs to no operation; `protocol` is the one that its caller would read. */
export class Unclaimed extends Error {
  readonly protocol: ProtocolName
  readonly model: ServiceModel | undefined
  readonly answer: AwsError
  constructor(protocol: ProtocolName, answer: AwsError, model?: ServiceModel) {
    super(answer.message)
    this.protocol = protocol
    this.answer = answer
    this.model = model
  }
}

export interface ClaimParts {
  readonly index: ServiceIndex
  readonly loadModel: (id: string) => ServiceModel
  /** Finds the operation of a REST request; loaded on first use. */
  readonly route: (model: ServiceModel, request: WireRequest) => OperationModel | undefined
}

export interface Claims {
  /** `signingName` is what the credential scope says, where the request is signed. */
  claim(request: WireRequest, signingName: string | undefined): Claim
  /** The claim of an operation that is known already. Throws where there is none of the name. */
  named(service: string, operation: string): Claim
}

export const S3 = "s3"
const AWS_JSON = "application/x-amz-json"
const S3_CONTROL = "s3control"
const QUEUE_PATH = /^\/\d{12}\/[\w.-]+\/?$/
const FORM = "application/x-www-form-urlencoded"

/** Builds the claim's tables, each with the first request that asks for it. */
export function createClaims(parts: ClaimParts): Claims {
  const { services, bySigningName, byTargetPrefix: byTarget, byEndpointPrefix } = parts.index
  // Query services are few, and only they are told apart by their API version.
  let byVersion: ReadonlyMap<string, readonly ServiceFacts[]> | undefined
  const ofVersion = (version: string): readonly ServiceFacts[] => {
    byVersion ??= Map.groupBy(
      services.filter((service) => speaks(service, "query") || speaks(service, "ec2")),
      (service) => service.apiVersion,
    )
    return byVersion.get(version) ?? []
  }

  // Several APIs may sign alike (RDS, DocumentDB and Neptune share operations, too): the one whose
  // name it is comes first.
  let bySigner: ReadonlyMap<string, readonly ServiceFacts[]> | undefined
  const signers = (signingName = ""): readonly ServiceFacts[] => {
    bySigner ??= new Map(
      Array.from(bySigningName, ([name, found]) => [
        name,
        found.toSorted((a, b) => Number(b.id === name) - Number(a.id === name)),
      ]),
    )
    return bySigner.get(signingName) ?? []
  }

  /** Objects are what AWS serves without a signature at its common address: `/bucket/key`. */
  const unsigned = ({ path, headers }: WireRequest): readonly ServiceFacts[] =>
    path.length < 2 || headers["content-type"]?.startsWith(AWS_JSON) ? [] : signers(S3)

  // What is called is called again, and there are only so many operations.
  const targets = new Map<string, { readonly signingName: string | undefined; claim: Claim }>()
  const claimTarget = (target: string, signingName: string | undefined): Claim => {
    const known = targets.get(target)
    if (known !== undefined && known.signingName === signingName) return known.claim
    const claim = findTarget(target, signingName)
    targets.set(target, { signingName, claim })
    return claim
  }

  const findTarget = (target: string, signingName: string | undefined): Claim => {
    const dot = target.lastIndexOf(".")
    const candidates = prefer(byTarget.get(target.slice(0, dot)), signingName)
    // Two services may share a prefix, as Timestream's do: then each has operations of its own.
    for (const { id } of candidates) {
      const model = parts.loadModel(id)
      const operation = own(model.operations, target.slice(dot + 1))
      if (operation) return { model, protocol: "json", operation }
    }
    const model = candidates[0] && parts.loadModel(candidates[0].id)
    throw new Unclaimed("json", unknownOperation(400), model)
  }

  const claimCbor = (path: string, signingName: string | undefined): Claim => {
    const match = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path)
    const [, name = "", operationName = ""] = match ?? []
    const candidates = [...prefer(byTarget.get(name), signingName), ...signers(signingName)].filter(
      (service) => speaks(service, "smithy-rpc-v2-cbor"),
    )
    const model = candidates[0] && parts.loadModel(candidates[0].id)
    const operation = model && own(model.operations, operationName)
    if (!operation) throw new Unclaimed("smithy-rpc-v2-cbor", unknownOperation(404), model)
    return { model, protocol: "smithy-rpc-v2-cbor", operation }
  }

  const claimQuery = (form: QueryHead, signingName: string | undefined): Claim | undefined => {
    const candidates = [
      ...signers(signingName),
      ...(form.version ? ofVersion(form.version) : []),
    ].filter((service) => speaks(service, "query") || speaks(service, "ec2"))
    const named = candidates.filter(
      (service) => !form.version || service.apiVersion === form.version,
    )
    for (const service of named) {
      const model = parts.loadModel(service.id)
      const operation = own(model.operations, form.action)
      if (operation) return { model, protocol: queryProtocol(service), operation }
    }
    const service = candidates[0]
    if (!service) return undefined
    const model = parts.loadModel(service.id)
    throw new Unclaimed(queryProtocol(service), invalidAction(form), model)
  }

  const claimRest = (request: WireRequest, signingName: string | undefined): Claim => {
    const candidates = [
      ...signers(signingName),
      ...(signingName ? [] : (byEndpointPrefix.get(hostPrefix(request)) ?? unsigned(request))),
    ].filter((service) => speaks(service, "rest-json") || speaks(service, "rest-xml"))
    for (const service of isS3Control(request) ? candidates.toReversed() : candidates) {
      if (service.id === S3_CONTROL && !isS3Control(request)) continue
      const model = parts.loadModel(service.id)
      const operation = parts.route(model, request)
      const protocol = speaks(service, "rest-xml") ? "rest-xml" : "rest-json"
      if (operation) return { model, protocol, operation }
    }
    const service = candidates[0]
    if (!service) throw unclaimedRest(request, signingName, bySigningName)
    const protocol = speaks(service, "rest-xml") ? "rest-xml" : "rest-json"
    const answer = service.id === S3 ? noOperation(request) : unknownOperation(404)
    throw new Unclaimed(protocol, answer, parts.loadModel(service.id))
  }

  return {
    claim(request, signingName) {
      const target = request.headers["x-amz-target"]
      if (target !== undefined) return claimTarget(target, signingName)
      if (request.headers["smithy-protocol"] === "rpc-v2-cbor")
        return claimCbor(request.path, signingName)
      const form = queryHead(request)
      const claim = form && claimQuery(form, signingName ?? queueOwner(request, form))
      return claim ?? claimRest(request, signingName)
    },
    named(service, name) {
      const model = parts.loadModel(service)
      const operation = own(model.operations, name)
      const [protocol] = model.protocols
      if (!operation || !protocol) throw new Error(`${service} has no operation ${name}`)
      return { model, protocol, operation }
    },
  }
}

interface QueryHead {
  readonly action: string
  readonly version: string | undefined
}

/** `Action` and `Version` of a Query request, from its form or its query string. */
function queryHead(request: WireRequest): QueryHead | undefined {
  const isForm = request.method === "POST" && isFormRequest(request)
  if (!isForm && !request.query.includes("Action=")) return undefined
  const action = formParameter(request, "Action")
  return action === undefined ? undefined : { action, version: formParameter(request, "Version") }
}

/** Only SQS takes a call without a version; unsigned, a queue's address says whose it is. */
const queueOwner = ({ path }: WireRequest, { version }: QueryHead): string | undefined =>
  version === undefined && QUEUE_PATH.test(path) ? "sqs" : undefined

/** Whether the body is a form: the claim itself has to read it. */
export const isFormRequest = ({ headers }: WireRequest): boolean =>
  headers["content-type"]?.startsWith(FORM) === true

/** The service label of a host such as `sqs.eu-west-1.localhost.localstack.cloud`. */
function hostPrefix(request: WireRequest): string {
  const host = request.headers["host"] ?? ""
  const dot = host.indexOf(".")
  return dot < 0 ? "" : host.slice(0, dot)
}

const speaks = (service: ServiceFacts, protocol: ProtocolName): boolean =>
  service.protocols.includes(protocol)

const queryProtocol = (service: ServiceFacts): ProtocolName =>
  speaks(service, "ec2") ? "ec2" : "query"

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Those that are signed for first; of the others only when there is no signature to go by. */
function prefer(
  candidates: readonly ServiceFacts[] | undefined,
  signingName: string | undefined,
): readonly ServiceFacts[] {
  if (!candidates || candidates.length < 2 || signingName === undefined) return candidates ?? []
  const signed = candidates.filter((service) => service.signingName === signingName)
  return signed.length > 0 ? signed : candidates
}

/**
 * Nothing is said beside the code (recorded). The status: 400 of an unknown target of AWS JSON (DynamoDB,
 * Kinesis, Firehose: recorded by others), 404 elsewhere.
 */
const unknownOperation = (status: 400 | 404): AwsError =>
  new AwsError("UnknownOperationException", "", { status })

const invalidAction = ({ action, version }: QueryHead): AwsError =>
  new AwsError(
    "InvalidAction",
    version
      ? `The action ${action} is not valid for this endpoint.`
      : `Could not find operation ${action} for version NO_VERSION_SPECIFIED`,
    { status: 400 },
  )

function unclaimedRest(
  request: WireRequest,
  signingName: string | undefined,
  known: ReadonlyMap<string, readonly ServiceFacts[]>,
): Unclaimed {
  const rpc = request.headers["content-type"]?.startsWith(AWS_JSON) === true
  if (signingName !== undefined && !known.has(signingName))
    return new Unclaimed(
      rpc ? "json" : "rest-xml",
      new AwsError("UnknownService", `There is no AWS service that signs as "${signingName}".`, {
        status: 404,
      }),
    )
  // Recorded from SQS, whose other protocol is JSON: without Action there is no such operation.
  const named = known.get(signingName ?? "")
  if (!rpc && named?.some((service) => speaks(service, "json") && speaks(service, "query")))
    return new Unclaimed("query", unknownOperation(404))
  if (signingName !== undefined || rpc)
    return new Unclaimed(rpc ? "json" : "query", missingAction())
  return new Unclaimed(
    "rest-xml",
    new AwsError(
      "MissingAuthenticationToken",
      "The request names no AWS operation and carries no signature, so it cannot be told which service it is for.",
      { status: 403 },
    ),
  )
}

const missingAction = (): AwsError =>
  new AwsError("MissingAction", "The request must contain the parameter Action.", { status: 400 })
