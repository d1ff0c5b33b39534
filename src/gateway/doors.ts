import type { Principal } from "../iam/principal.ts"
import type { ServeDoor } from "../kernel/doors/doors.ts"
import { StoreUnavailable } from "../kernel/store-errors.ts"
import type { WireRequest } from "../kernel/wire.ts"
import type { ServiceModel } from "../models/schema.ts"
import { AwsError } from "../protocols/aws-error.ts"
import type { Values } from "../protocols/codec.ts"
import type { DoorContext, DoorServer } from "../registry/door.ts"
import { authenticate } from "./authenticate.ts"
import { internalFailure, unavailable } from "./errors.ts"
import type { PipelineParts } from "./pipeline.ts"
import { awsErrorOf, errorFamily } from "../protocols/sigv4/error-wording.ts"
import { AuthFailed } from "../protocols/sigv4/failure.ts"
import { parseAuthorization } from "../protocols/sigv4/parse.ts"

/** What stands behind doors: the pipeline of a running world, and the models. */
export interface DoorsParts {
  readonly pipeline: () => PipelineParts
  readonly loadModel: (id: string) => ServiceModel
}

/** Hands connections to the services that opened the doors. */
export function serveDoors({ pipeline, loadModel }: DoorsParts): ServeDoor {
  const servers = new Map<string, DoorServer>()
  return async (name, connection) => {
    const parts = pipeline()
    const id = name.slice(0, name.indexOf("/"))
    const service = await parts.catalog.find(id)
    let server = servers.get(id)
    if (!server && service?.doors) servers.set(id, (server = service.doors()))
    if (!server) throw new Error(`nobody serves ${name}`)
    await server.serve(contextOf(parts, { id, loadModel }), name, connection)
  }
}

interface Models {
  /** The service that serves. */
  readonly id: string
  readonly loadModel: (id: string) => ServiceModel
}

const contextOf = (parts: PipelineParts, { id, loadModel }: Models): DoorContext => ({
  now: () => parts.world.clock.now(),
  read: (look) => parts.world.read(look),
  write: (change) => parts.world.write(change),
  signer: (request) => signerOf(parts, request, loadModel(id)),
  validate(service, name, input) {
    const model = loadModel(service)
    const operation = model.operations[name]
    if (!operation) throw new Error(`${service} has no ${name}`)
    parts.validate({ model, operation, protocol: "json" }, input as Values)
  },
  call: (call) => parts.inner.throughDoor(id, call),
  requestId: () => parts.world.requestId(),
  failed(what, error) {
    if (error instanceof AwsError) return error
    if (error instanceof StoreUnavailable) return unavailable()
    parts.report(what, error)
    return internalFailure(parts.world.requestId())
  },
})

function signerOf(parts: PipelineParts, request: WireRequest, model: ServiceModel): Principal {
  try {
    const signed = parseAuthorization(request)
    if (signed === "anonymous") throw new AuthFailed({ kind: "missing-authentication" })
    return authenticate(parts.authentication, request, { signed, model })
  } catch (error) {
    if (!(error instanceof AuthFailed)) throw error
    throw awsErrorOf(error.failure, errorFamily("json", model.signingName))
  }
}
