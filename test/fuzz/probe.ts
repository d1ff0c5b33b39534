import type { Cloud } from "../../src/gateway/cloud.ts"
import { signed } from "../../src/gateway/testing/open-cloud.ts"
import type { OperationModel, ProtocolName, ServiceModel } from "../../src/models/schema.ts"
import type { ServiceFacts } from "../../src/models/service-index.ts"
import { readError } from "./error-reader.ts"
import { operationRequest } from "./operation-request.ts"

/** One operation in one of its service's protocols. */
export interface Probe {
  readonly facts: ServiceFacts
  readonly model: ServiceModel
  readonly operation: OperationModel
  readonly protocol: ProtocolName
}

/** Every operation of a model, in every protocol that it speaks. */
export function* probesOf(cloud: Cloud, facts: ServiceFacts): Iterable<Probe> {
  const model = cloud.models.loadModel(facts.id)
  for (const protocol of facts.protocols)
    for (const operation of Object.values(model.operations))
      yield { facts, model, operation, protocol }
}

/** Asks for an operation that is not there; says what is wrong with the answer. */
export async function probe(cloud: Cloud, one: Probe): Promise<string | undefined> {
  const { signingName: service, globalRegion: region = "us-east-1" } = one.facts
  const unsigned = operationRequest(one.model, one.operation, one.protocol)
  const request = signed(unsigned, { service, region })
  const name = `${one.facts.id} ${one.operation.name} (${one.protocol}): ${request.method} ${request.path}`
  const response = await cloud.handle(request)
  // The answer to HEAD has no body.
  if (request.method === "HEAD" && response.status === 501) return undefined
  try {
    const { code, message } = readError(response, one.protocol)
    if (response.status !== 501 || code !== "NotImplemented")
      return `${name}: ${response.status} ${code} ${message}`
    return names(cloud, one, message) ? undefined : `${name}: ${message}`
  } catch (error) {
    return `${name}: ${response.status} ${(error as Error).message}`
  }
}

/**
 * Whether the message names the operation, or a twin of it: one of a service that signs by the same
 * name, or one that is older, whose request looks the same. At AWS only the host tells them apart.
 */
function names(cloud: Cloud, { facts, operation }: Probe, message: string): boolean {
  const [, serviceId = "", name = ""] = /does not implement (.+) (\S+) yet\./.exec(message) ?? []
  const { services } = cloud.models.serviceIndex()
  const named = services.find((service) => service.serviceId === serviceId)
  const twin = named && cloud.models.loadModel(named.id).operations[name]
  if (!twin) return false
  if (named.id === facts.id && name === operation.name) return true
  const related =
    named.signingName === facts.signingName ||
    (named.targetPrefix !== undefined && named.targetPrefix === facts.targetPrefix)
  return related && looksLike(operation, twin)
}

const looksLike = (a: OperationModel, b: OperationModel): boolean =>
  a.name === b.name || (a.http.method === b.http.method && routeOf(a) === routeOf(b))

/** A route without the names of its labels, and without what tells it from nothing. */
const routeOf = ({ http }: OperationModel): string =>
  http.requestUri
    .replace(/\{\w+\+?\}/g, "{}")
    .replace(/\?x-id=\w+$/, "")
    .replace(/(?<=.)\/$/, "")
