import type { Job } from "../kernel/later/later.ts"
import type { Quota } from "../kernel/quotas.ts"
import type { Table } from "../kernel/table.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import type { Call } from "./call.ts"
import type { CallRecord } from "./call-record.ts"
import type { CrossOrigin, CrossOriginRequest } from "./cross-origin.ts"
import type { DoorServer } from "./door.ts"
import type { FormPlan, PostedForm } from "./form.ts"
import type { Operation } from "./operation.ts"
import type { GuardedReceiver } from "./receiver.ts"
import type { Resource } from "./resource.ts"
import type { GlobalRequest } from "./route.ts"
import type { WebContext, WebRequest } from "./web.ts"

/** A service's table of contents. */
export interface Service {
  /** The folder name of its model, `sqs`. */
  readonly id: string
  readonly operations: Readonly<Record<string, Operation>>
  /**
   * Operations in the place of all of the service's, for requests that are signed for `s3express`:
   * S3's directory buckets have the API of its buckets and rules of their own.
   */
  readonly express?: Readonly<Record<string, Operation>>
  /** Operations that no API has: the cloud calls them itself, with every check that a caller meets. */
  readonly inner: Readonly<Record<string, Operation>>
  readonly resources: readonly Resource<object>[]
  readonly tables: readonly Table<object>[]
  readonly jobs: readonly Job<object>[]
  readonly receivers: readonly GuardedReceiver<object>[]
  /** What Service Quotas tells of it, and the control API changes. */
  readonly quotas: readonly Quota[]
  /** Answers of more bytes than these are compressed for clients that take it; none where undefined. */
  readonly compressAboveBytes?: number
  /** Ids of services whose operations this one calls in its own transactions: loaded when it does. */
  readonly uses: readonly string[]
  /** Ids of services in whose tables it looks all things up: loaded before it. */
  readonly needs: readonly string[]
  /**
   * The Region in which a request to an address of no Region runs; undefined where the address is of
   * none of these. Throws what the caller is to be told.
   */
  route?(tx: ReadTx, request: GlobalRequest): string | undefined
  /**
   * The operation that runs in the place of one of the service's, for what its input names: S3's
   * where functions answer. It may answer with a Verbatim.
   */
  instead?(operation: string, input: Readonly<Record<string, unknown>>): Operation | undefined
  /** Holds a request to what its headers say of its body. Throws what its sender is to be told. */
  verify?(operation: string, request: WireRequest): void
  /** Fills in what the request says elsewhere than in its input, such as a queue's own URL. */
  complete?(input: Record<string, unknown>, call: Call): Record<string, unknown>
  /**
   * Whether a page of another origin may call, where a resource has rules for that; undefined
   * where it has none.
   */
  crossOrigin?(tx: ReadTx, request: CrossOriginRequest): CrossOrigin | undefined
  /** Reads a form with a file that a browser sends. Throws what its sender is to be told. */
  form?(form: PostedForm): FormPlan
  /**
   * Hears of each of its calls once it is answered, in memory and at once; gives what is to be
   * written of it, if anything. Written soon after: who calls does not wait for it.
   */
  observe?(tx: ReadTx, record: CallRecord): ((tx: WriteTx) => void) | undefined
  /** Serves connections to the ports that the service opens; made once for each world. */
  doors?(): DoorServer
  /** What has its bytes in these blobs, by name: for who looks for damage. May read every row. */
  holders?(tx: ReadTx, blobs: ReadonlySet<string>): Iterable<BlobHolder>
  /** Serves a web site; undefined where there is none of that name. */
  web?(ctx: WebContext, request: WebRequest): Promise<WireResponse | undefined>
}

export interface BlobHolder {
  readonly blob: string
  /** An ARN, as far as it has one. */
  readonly holder: string
}

type ServiceSpec = Pick<Service, "id" | "operations" | "tables"> &
  Partial<
    Pick<
      Service,
      | "express"
      | "inner"
      | "resources"
      | "jobs"
      | "receivers"
      | "quotas"
      | "compressAboveBytes"
      | "uses"
      | "needs"
      | "verify"
      | "complete"
      | "route"
      | "crossOrigin"
      | "form"
      | "instead"
      | "observe"
      | "holders"
      | "doors"
      | "web"
    >
  >

/** Declares a service. Each operation stands under its own name. */
export function defineService(spec: ServiceSpec): Service {
  for (const [name, operation] of Object.entries({ ...spec.operations, ...spec.inner }))
    if (operation.name !== name)
      throw new Error(`${spec.id}: operation ${operation.name} stands under ${name}`)
  return Object.freeze({
    inner: {},
    resources: [],
    jobs: [],
    receivers: [],
    quotas: [],
    uses: [],
    needs: [],
    ...spec,
  })
}
