import { principalArn, type Principal } from "../iam/principal.ts"
import { partitionOf } from "../kernel/places.ts"
import { NotLoaded } from "../kernel/store/not-loaded.ts"
import type { ServiceCall } from "../kernel/service-call.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import { AwsError } from "../protocols/aws-error.ts"
import type { Values } from "../protocols/codec.ts"
import type { Call, InnerCall, ServiceResource } from "../registry/call.ts"
import type { DoorCall } from "../registry/door.ts"
import type { CallRecord, DecidedAccess } from "../registry/call-record.ts"
import { notImplemented } from "../registry/not-implemented.ts"
import type { Operation } from "../registry/operation.ts"
import type { Catalog } from "../services/catalog.ts"
import { roleOfArn } from "../services/iam/port.ts"
import { findSession } from "../services/sts/port.ts"
import { accessDenied } from "./errors.ts"
import { asItIs, authorize, runOperation, tell, type RunParts } from "./run-operation.ts"

export interface InnerCallParts extends RunParts {
  readonly catalog: Catalog
}

/** What of an operation runs in one transaction: of an action that which seldom has to wait. */
function atOnce(operation: Operation) {
  return operation.kind === "action" ? operation.begin : operation.run
}

/** An action that would have to wait, where nobody can. */
const mustWait = (service: string, name: string): AwsError =>
  new AwsError(
    "NotImplemented",
    `Cloudarium does not implement ${service} ${name} for another service here yet: it has to wait for somebody outside.`,
    { status: 501, fault: "Receiver" },
  )

/** Calls of services to services: no wire between them, but every check that a caller meets. */
export class InnerCalls {
  readonly #parts: InnerCallParts

  constructor(parts: InnerCallParts) {
    this.#parts = parts
  }

  /** In the caller's transaction and with the caller's rights; see `Call.within`. */
  within(tx: WriteTx, outer: Call, inner: InnerCall): object {
    const { service, operation: name, input, region = outer.region } = inner
    const loading = this.#parts.catalog.loadUsed(outer.service)
    if (loading) throw new NotLoaded(loading)
    const found = this.#parts.catalog.find(service)
    if (found === undefined || found instanceof Promise)
      throw new Error(`${outer.service} calls ${service} but does not say that it uses it`)
    const operation = this.#parts.catalog.operation(found, name)
    const run = operation && atOnce(operation)
    if (!run) throw new Error(`${service} ${name} cannot be called in a transaction`)
    const via = [...(outer.via ?? []), servicePrincipal(outer.service)]
    const call = this.#call({
      ...factsOf(outer),
      service,
      operation: name,
      region,
      via,
      sourceIp: undefined,
    })
    const record = newRecord(call)
    try {
      authorize(this.#parts, tx, {
        record,
        invocation: { operation, input: input as Values, call },
      })
      const output = run(tx, input as never, call)
      if (output === undefined) throw mustWait(service, name)
      return output
    } catch (error) {
      if (error instanceof AwsError) record.error = error
      throw error
    } finally {
      tell(this.#parts, record)
    }
  }

  /** Only asks; see `Call.refusal`. */
  refusal(
    tx: ReadTx,
    outer: Call,
    { service, operation: name, input }: InnerCall,
  ): AwsError | undefined {
    const found = this.#parts.catalog.find(service)
    const operation =
      found && !(found instanceof Promise) ? this.#parts.catalog.operation(found, name) : undefined
    if (!operation)
      throw new Error(`${outer.service} asks for ${service} ${name}, which is not there`)
    const call = this.#call({
      ...factsOf(outer),
      ...{ via: outer.via, signing: outer.signing },
      ...{ service, operation: name },
    })
    const record = newRecord(call)
    try {
      const invocation = { operation, input: input as Values, call }
      authorize(this.#parts, tx, { record, invocation })
      return undefined
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      record.error = error
      return error
    } finally {
      tell(this.#parts, record)
    }
  }

  /** See `Call.resources`. */
  async resources(): Promise<readonly ServiceResource[]> {
    const { catalog } = this.#parts
    const all: ServiceResource[] = []
    for (const id of catalog.ids) {
      const service = await catalog.find(id)
      for (const resource of service?.resources ?? []) all.push({ service: id, resource })
    }
    return all
  }

  /** On a service's own account; see `ActionContext.call`. */
  async call(request: ServiceCall, signal?: AbortSignal): Promise<object> {
    const { service, operation: name, account, region } = request
    const principal = await this.#principal(request)
    const call = this.#call({
      ...{ service, operation: name, account, region, principal, signal },
      partition: partitionOf(region).id,
      requestId: this.#parts.world.requestId(),
      endpoint: `https://${service}.${region}.amazonaws.com`,
      userAgent: request.as,
      sourceIp: undefined,
      secure: true,
      strict: true,
      source: request.role === undefined && !request.caller ? sourceOf(request) : undefined,
      via: request.caller && [request.as],
    })
    return this.#run(request.input, call)
  }

  /** Of one who speaks another protocol than the API's; see `DoorContext.call`. */
  async throughDoor(service: string, request: DoorCall): Promise<object> {
    const { principal, region, connection, userAgent } = request
    const { secure, localAddress, remoteAddress } = connection
    const call = this.#call({
      ...{ service, operation: request.operation, account: principal.account, region, principal },
      ...{ partition: partitionOf(region).id, requestId: this.#parts.world.requestId() },
      ...{ endpoint: `tcp://${localAddress}`, userAgent, sourceIp: remoteAddress, secure },
      strict: true,
    })
    return this.#run(request.input, call)
  }

  /** What is not there is told like any other refusal: its caller may only say that it failed. */
  async #run(input: object, call: Call): Promise<object> {
    const record = newRecord(call)
    try {
      const operation = await this.#operation(call.service, call.operation)
      const asked = { operation, input: input as Values, call, encode: asItIs }
      return await runOperation(this.#parts, record, asked)
    } catch (error) {
      if (error instanceof AwsError) record.error = error
      throw error
    } finally {
      tell(this.#parts, record)
    }
  }

  async #operation(service: string, name: string): Promise<Operation> {
    const found = await this.#parts.catalog.find(service)
    const operation = found && this.#parts.catalog.operation(found, name)
    if (operation) return operation
    throw notImplemented(`${service} ${name}`)
  }

  /** The service itself, the role that it was handed and may assume, or for whom it goes on. */
  #principal(request: ServiceCall): Promise<Principal> {
    const self: Principal = { type: "service", account: request.account, name: request.as }
    const { role, caller } = request
    if (caller) return this.#parts.world.read((tx) => forwarded(tx, caller as Principal))
    if (role === undefined) return Promise.resolve(self)
    return this.#parts.world.read((tx) => this.#assume(tx, request, role))
  }

  #assume(tx: ReadTx, request: ServiceCall, role: string): Principal {
    const account = role.split(":")[4] ?? ""
    const self: Principal = { type: "service", account: request.account, name: request.as }
    const found = roleOfArn(tx, account, role)
    const asked = {
      action: "sts:AssumeRole",
      resource: role,
      owner: account,
      trust: found?.trust ?? "",
    }
    const question = {
      ...{ principal: self, request: asked, region: request.region, secure: true },
      sourceIp: undefined,
      source: sourceOf(request),
    }
    const decision = this.#parts.decide(tx, question)
    if (!found || !decision.allowed) {
      const reason = decision.allowed ? "because the role does not exist" : decision.reason
      throw accessDenied(principalArn(self, partitionOf(request.region).id), asked, reason)
    }
    return {
      ...{ type: "assumed-role", account, roleName: found.name, roleArn: role, roleId: found.id },
      accessKeyId: "",
      sessionName: request.sessionName ?? request.as.split(".")[0] ?? request.as,
      issuedAt: tx.now,
      chained: false,
    }
  }

  #call(facts: CallFacts): Call {
    const call: Call = {
      ...facts,
      protocol: "json",
      path: "/",
      within: (tx, inner) => this.within(tx, call, inner),
      refusal: (tx, inner) => this.refusal(tx, call, inner),
      resources: () => this.resources(),
    }
    return call
  }
}

/**
 * For whom a service goes on. What held a session whose credentials are forgotten by now nobody knows:
 * it may do nothing more.
 */
function forwarded(tx: ReadTx, caller: Principal): Principal {
  const isSession = "accessKeyId" in caller && caller.accessKeyId.startsWith("ASIA")
  if (!isSession || findSession(tx, caller.accessKeyId)) return caller
  throw new AwsError("ExpiredToken", "The provided token has expired.")
}

/** What an inner call is told; the rest is the same for all. */
type CallFacts = Omit<Call, "within" | "refusal" | "resources" | "protocol" | "path">

/** `s3.amazonaws.com`, by which policies name a service. */
const servicePrincipal = (service: string): string => `${service}.amazonaws.com`

const sourceOf = ({ sourceArn, sourceAccount }: ServiceCall): Call["source"] => ({
  arn: sourceArn,
  account: sourceAccount,
})

/** What an inner call has of the call that made it: not all of its members are its own. */
function factsOf(outer: Call): CallFacts {
  const { principal, account, region, partition, requestId, endpoint, userAgent, strict } = outer
  const { signal, secure, source } = outer
  return {
    ...{ service: outer.service, operation: outer.operation, sourceIp: outer.sourceIp },
    ...{ principal, account, region, partition, requestId, endpoint, userAgent, strict },
    ...{ signal, secure, source },
  }
}

interface InnerRecord extends CallRecord {
  readonly decisions: DecidedAccess[]
  error: AwsError | undefined
}

const newRecord = (call: Call): InnerRecord => ({
  ...{ requestId: call.requestId, service: call.service, operation: call.operation, call },
  decisions: [],
  error: undefined,
})
