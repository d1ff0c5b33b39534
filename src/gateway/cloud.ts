import { resourcePolicyDecider } from "../iam/resource-policy-decider.ts"
import { BoundedMap } from "../kernel/derived.ts"
import { disturb, failPlace, healPlace, type Disturbance } from "../kernel/faults.ts"
import { REGIONS } from "../kernel/regions.ts"
import type { Place } from "../kernel/places.ts"
import type { SnapshotInfo, Store } from "../kernel/storage.ts"
import { StoreCorruptError, StoreUnavailable } from "../kernel/store-errors.ts"
import type { WriteTx } from "../kernel/transaction.ts"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import { World } from "../kernel/world.ts"
import type { Models } from "../models/load.ts"
import type { OperationModel, ServiceModel } from "../models/schema.ts"
import { router, type Router } from "../protocols/route.ts"
import { createValidator, type Validator } from "../protocols/validation.ts"
import { isRegionOpen } from "../services/account/port.ts"
import { createCatalog, type Catalog } from "../services/catalog.ts"
import { wasUserKey } from "../services/iam/port.ts"
import { callerPolicies, standing } from "./caller-policies.ts"
import {
  judgeCrossOrigin,
  siteOf,
  type Site,
  webPage,
  type RuledOrigin,
} from "./web/beside-the-api.ts"
import { createClaims, type Claims } from "./claim.ts"
import type { CloudParts, CloudSettings } from "./cloud-parts.ts"
import {
  createFindCredential,
  createIsClosed,
  credentialTables,
  keepRootKey,
  rootKey,
  type RootKey,
} from "./credentials.ts"
import {
  explainRequest,
  summaryOf,
  type RequestExplanation,
  type RequestSummary,
} from "./explain-request.ts"
import { serveDoors } from "./doors.ts"
import { InnerCalls } from "./inner-calls.ts"
import { handleApi, type PipelineParts } from "./pipeline.ts"
import { RecentCalls } from "./recent-calls.ts"
import { assertTags } from "./tag-policies.ts"
import { serviceObserver } from "./observers/service-observer.ts"
import { useRecorder } from "./observers/use-recorder.ts"
import { guarded } from "./receivers.ts"
import { createSigningKeyCache } from "../protocols/sigv4/signing-keys.ts"

/** How soon what could not be opened is tried again. */
const REOPEN_MS = 5_000

/** More dummy keys than call in a while. */
const DUMMIES_KEPT = 1_000

/** Finds operations of REST services; a service's router is built with its first request. */
function createRoutes(): (model: ServiceModel, request: WireRequest) => OperationModel | undefined {
  const routers = new Map<string, Router>()
  return (model, request) => {
    let route = routers.get(model.id)
    if (!route) routers.set(model.id, (route = router(model)))
    return route(request)?.operation
  }
}

/** One running world and what was built on it. */
interface Running {
  readonly store: Store
  readonly world: World
  readonly catalog: Catalog
  readonly pipeline: PipelineParts
  readonly recent: RecentCalls
}

/**
 * A whole cloud: state, time, services and the API in front of them, without a socket. The server
 * puts one behind a port; a test holds one in its hand.
 */
export class Cloud {
  readonly #parts: CloudParts
  readonly #claims: Claims
  readonly #validator: Validator
  #running: Running
  /** Set while the world is being replaced: requests wait for it. */
  #changing: Promise<void> | undefined
  /** Set while there is no world, since the one that was to come could not be opened. */
  #closedSince: { readonly kept: { key: RootKey } | undefined; cancel(): void } | undefined
  /** The last of those that need the store for themselves: they run one after another. */
  #exclusive: Promise<void> = Promise.resolve()

  private constructor(parts: CloudParts, store: Store) {
    this.#parts = parts
    this.#claims = createClaims({
      index: parts.models.serviceIndex(),
      loadModel: (id) => parts.models.loadModel(id),
      route: createRoutes(),
    })
    this.#validator = createValidator()
    this.#running = this.#start(store)
  }

  static async open(parts: CloudParts): Promise<Cloud> {
    const store = await parts.storage.open()
    try {
      return new Cloud(parts, store)
    } catch (error) {
      await closeStore(store)
      await parts.storage.close()
      throw error
    }
  }

  get settings(): CloudSettings {
    return this.#parts.settings
  }

  get world(): World {
    return this.#running.world
  }

  get catalog(): Catalog {
    return this.#running.catalog
  }

  get models(): Models {
    return this.#parts.models
  }

  /** Tells whoever runs this cloud of what went wrong inside. */
  report(what: string, error: unknown): void {
    this.#parts.report(what, error)
  }

  /** Answers one AWS request. Never throws. */
  handle(request: WireRequest): Promise<WireResponse> {
    if (this.#changing) return this.#changing.then(() => this.handle(request))
    return handleApi(this.#running.pipeline, request)
  }

  /** What a web site answers; undefined where the request is for the API. */
  page(request: WireRequest): Promise<WireResponse | undefined> | undefined {
    const site = siteOf(request)
    return site && this.#pageOf(request, site)
  }

  async #pageOf(request: WireRequest, site: Site): Promise<WireResponse | undefined> {
    await this.#changing
    return webPage(this.#running.pipeline, request, site)
  }

  /** What a resource's own rules say to a page of another origin; undefined where it has none. */
  async crossOrigin(request: WireRequest): Promise<RuledOrigin | undefined> {
    await this.#changing
    const { models } = this.#parts
    return judgeCrossOrigin({ ...this.#running.pipeline, models }, request)
  }

  /** Why a recent request was allowed or denied. Throws UnknownRequestError. */
  explain(requestId: string): RequestExplanation {
    return explainRequest(this.#running.recent, requestId, this.world)
  }

  /** Recent requests, the newest first. */
  requests(wanted: { readonly denied: boolean; readonly limit: number }): RequestSummary[] {
    return this.#running.recent.list(wanted).map(summaryOf)
  }

  /** Moves cloud time forward and runs all that comes due on the way. */
  async advance(ms: number): Promise<void> {
    await this.#changing
    return this.world.advance(ms)
  }

  /** Resolves when all work that is due has been done. */
  async settle(): Promise<void> {
    await this.#changing
    return this.world.settle()
  }

  async freeze(): Promise<void> {
    await this.#changing
    return this.world.freeze()
  }

  async resume(): Promise<void> {
    await this.#changing
    return this.world.resume()
  }

  /** Takes a Region or an AZ down, until it is healed. Throws RangeError for an unknown Region. */
  fail(place: Place): Promise<void> {
    return this.#changeFaults((tx) => failPlace(tx, place))
  }

  /** Begins or ends what goes on in a Region that is up. Throws RangeError. */
  disturb(what: Disturbance): Promise<void> {
    return this.#changeFaults((tx) => disturb(tx, what))
  }

  heal(place: Place): Promise<void> {
    return this.#changeFaults((tx) => healPlace(tx, place))
  }

  async #changeFaults(change: (tx: WriteTx) => void): Promise<void> {
    await this.#changing
    await this.world.write(change)
    this.world.faultsChanged()
  }

  /** Back to an empty cloud. */
  reset(): Promise<void> {
    return this.#replace(async () => {
      await this.#parts.storage.wipe()
      return true
    }).then(() => undefined)
  }

  saveSnapshot(name: string): Promise<SnapshotInfo> {
    return this.#alone(async () => {
      if (this.#closedSince) throw new StoreUnavailable("the cloud could not be opened")
      return this.#parts.storage.saveSnapshot(name, this.#running.store)
    })
  }

  /** Puts the state of a snapshot in place of the present one; false when there is none. */
  loadSnapshot(name: string): Promise<boolean> {
    return this.#replace(() => this.#parts.storage.loadSnapshot(name))
  }

  listSnapshots(): Promise<readonly SnapshotInfo[]> {
    return this.#parts.storage.listSnapshots()
  }

  deleteSnapshot(name: string): Promise<boolean> {
    return this.#alone(() => this.#parts.storage.deleteSnapshot(name))
  }

  /** The default account's root key, for `--auth strict`; `fresh` when it was made just now. */
  rootKey(): Promise<{ key: RootKey; fresh: boolean }> {
    return rootKey(this.world, this.settings.account)
  }

  /** Ends waits, finishes what runs, and closes the store. */
  async close(): Promise<void> {
    await this.#exclusive
    const closed = this.#closedSince
    closed?.cancel()
    this.#closedSince = undefined
    try {
      if (!closed) await this.world.close()
    } finally {
      await this.#parts.storage.close()
    }
  }

  #start(store: Store): Running {
    const { clock, settings, report, startClock, flushEach } = this.#parts
    const { outside, patterns, tcp, models } = this.#parts
    const decide = resourcePolicyDecider({ callerPolicies, standing })
    const world: World = new World({
      engine: store.engine,
      blobs: store.blobs,
      clock,
      random: this.#parts.random(),
      rootKey: store.rootKey,
      code: {
        job: (name) => catalog.job(name),
        receiver: async (name) => guarded(await catalog.receiver(name), decide),
      },
      call: (call, signal) => inner.call(call, signal),
      report,
      ...(startClock && { startClock }),
      ...(flushEach && { flushEach }),
      ...(outside && { outside }),
      ...(tcp && { tcp }),
      serveDoor: serveDoors({
        pipeline: () => pipeline,
        loadModel: (id) => models.loadModel(id),
      }),
      ...(patterns && { patterns }),
    })
    world.register(credentialTables)
    const findCredential = createFindCredential()
    const isClosedAccount = createIsClosed()
    const catalog = createCatalog((tables) => world.register(tables))
    const recent = new RecentCalls(() => world.clock.now())
    const observers = [
      recent.keep,
      useRecorder(world, this.models, report),
      serviceObserver({ world, catalog, report }),
    ]
    const audit = this.#parts.auditAccess?.({ models, service: catalog.loaded, report })
    if (audit) observers.push(audit.observe)
    const parts = { world, catalog, decide, assertTags, report, observers, audit: audit?.asked }
    const inner = new InnerCalls(parts)
    const pipeline: PipelineParts = {
      ...parts,
      inner,
      claims: this.#claims,
      codec: this.#parts.codecs,
      validate: this.#validator,
      authentication: {
        findCredential: (accessKeyId, sessionToken) =>
          world.peek((tx) => findCredential(tx, accessKeyId, sessionToken)),
        isClosed: (account) => world.peek((tx) => isClosedAccount(tx, account)),
        isRegionOpen: (account, region) =>
          !REGIONS.get(region)?.optIn || world.peek((tx) => isRegionOpen(tx, account, region)),
        wasMadeHere: (accessKeyId) => world.peek((tx) => wasUserKey(tx, accessKeyId)),
        dummies: new BoundedMap(DUMMIES_KEPT),
        keys: createSigningKeyCache(),
        hostNow: () => clock.now(),
        cloudNow: () => world.clock.now(),
        defaultAccount: settings.account,
        strict: settings.strict,
      },
      defaultRegion: settings.region,
    }
    world.start()
    return { store, world, catalog, pipeline, recent }
  }

  async #open(): Promise<void> {
    const store = await this.#parts.storage.open()
    try {
      this.#running = this.#start(store)
    } catch (error) {
      await closeStore(store)
      throw error
    }
  }

  /** Opens what is there; while that fails, requests are refused, and it may help to try again. */
  async #reopen(kept: { key: RootKey } | undefined): Promise<void> {
    this.#closedSince?.cancel()
    try {
      await this.#open()
    } catch (error) {
      const again = async (): Promise<void> => {
        await this.#exclusive
        if (this.#closedSince) await this.#replace(async () => true)
      }
      const failed = (reason: unknown): void => this.report("open", reason)
      const helps = !(error instanceof StoreCorruptError)
      const { clock } = this.#parts
      const cancel = helps ? clock.after(REOPEN_MS, () => void again().catch(failed)) : () => {}
      this.#closedSince = { kept, cancel }
      throw error
    }
    this.#closedSince = undefined
    if (kept) await keepRootKey(this.world, kept.key)
  }

  /** Closes the world, lets `change` do its work on the closed store, and opens what is there. */
  #replace(change: () => Promise<boolean>): Promise<boolean> {
    const work = async (): Promise<boolean> => {
      const kept = this.#closedSince ? this.#closedSince.kept : await this.#closeWorld()
      try {
        return await change()
      } finally {
        await this.#reopen(kept)
      }
    }
    const done = this.#alone(work)
    const changing = this.#exclusive
    this.#changing = changing
    void changing.then(() => {
      if (this.#changing === changing) this.#changing = undefined
    })
    return done
  }

  /** What fails of it keeps nobody from a reset or another state. */
  async #closeWorld(): Promise<{ key: RootKey } | undefined> {
    const failed = (error: unknown): void => this.report("close", error)
    const kept = this.settings.strict ? await this.rootKey().catch(failed) : undefined
    await this.world.close().catch(failed)
    return kept ?? undefined
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#exclusive.then(work)
    this.#exclusive = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }
}

async function closeStore({ engine, blobs }: Store): Promise<void> {
  try {
    await blobs.close()
  } finally {
    await engine.close()
  }
}
