import type { Job, LaterCode, Receiver } from "../kernel/later/later.ts"
import type { Table } from "../kernel/table.ts"
import type { Operation } from "../registry/operation.ts"
import type { Service } from "../registry/service.ts"

/** The services that exist, each loaded on first use. */
const SERVICES: Readonly<Record<string, () => Promise<Service>>> = Object.freeze({
  acm: async () => (await import("./acm/service.ts")).acm,
  "acm-pca": async () => (await import("./acm-pca/service.ts")).acmPca,
  accessanalyzer: async () => (await import("./accessanalyzer/service.ts")).accessanalyzer,
  account: async () => (await import("./account/service.ts")).account,
  "application-autoscaling": async () =>
    (await import("./application-autoscaling/service.ts")).applicationAutoscaling,
  dax: async () => (await import("./dax/service.ts")).dax,
  cloudhsmv2: async () => (await import("./cloudhsmv2/service.ts")).cloudhsmv2,
  dynamodb: async () => (await import("./dynamodb/service.ts")).dynamodb,
  dynamodbstreams: async () => (await import("./dynamodbstreams/service.ts")).dynamodbstreams,
  ec2: async () => (await import("./ec2/service.ts")).ec2,
  glacier: async () => (await import("./glacier/service.ts")).glacier,
  iam: async () => (await import("./iam/service.ts")).iam,
  kms: async () => (await import("./kms/service.ts")).kms,
  organizations: async () => (await import("./organizations/service.ts")).organizationsService,
  resourcegroupstaggingapi: async () =>
    (await import("./resourcegroupstaggingapi/service.ts")).resourcegroupstaggingapi,
  s3: async () => (await import("./s3/service.ts")).s3,
  s3control: async () => (await import("./s3control/service.ts")).s3control,
  secretsmanager: async () => (await import("./secretsmanager/service.ts")).secretsmanager,
  sqs: async () => (await import("./sqs/service.ts")).sqs,
  ssm: async () => (await import("./ssm/service.ts")).ssm,
  sts: async () => (await import("./sts/service.ts")).sts,
})

export interface Catalog extends LaterCode {
  readonly ids: readonly string[]
  /** The service, or nothing when we have none of it. Loaded ones are answered at once. */
  find(id: string): Service | undefined | Promise<Service>
  /**
   * Loads what the service of that id uses, and what that uses in turn; undefined when all of it is
   * there.
   */
  loadUsed(id: string): Promise<void> | undefined
  /** The service, if anybody has asked for it yet. */
  loaded(id: string): Service | undefined
  operation(service: Service, name: string): Operation | undefined
}

/** `register` is told of a service's tables once, before anything uses them. */
export function createCatalog(register: (tables: readonly Table<object>[]) => void): Catalog {
  const loaded = new Map<string, Service>()
  const loading = new Map<string, Promise<Service>>()
  /** Those of which all is there that they use. */
  const complete = new Set<string>()

  const find = (id: string): Service | undefined | Promise<Service> => {
    const service = loaded.get(id)
    if (service) return service
    const load = Object.hasOwn(SERVICES, id) ? SERVICES[id] : undefined
    if (!load) return undefined
    let pending = loading.get(id)
    if (!pending) {
      pending = load()
        .then(async (found) => {
          for (const needed of found.needs) await find(needed)
          register(found.tables)
          loaded.set(id, found)
          return found
        })
        // What failed (a full disk, say) is tried again by the next who asks.
        .finally(() => loading.delete(id))
      loading.set(id, pending)
    }
    return pending
  }

  const loadAllUsed = async (id: string): Promise<void> => {
    // It grows while it is walked.
    const all = new Set([id])
    for (const one of all) {
      const service = await find(one)
      for (const other of service ? [...service.needs, ...service.uses] : []) all.add(other)
    }
    // What one of them uses is among them.
    for (const one of all) complete.add(one)
  }

  const ownerOf = async (name: string): Promise<Service> => {
    const service = await find(name.slice(0, name.indexOf("/")))
    if (!service) throw new Error(`no service owns ${name}`)
    return service
  }

  return {
    ids: Object.keys(SERVICES),
    find,
    loadUsed: (id) => (complete.has(id) ? undefined : loadAllUsed(id)),
    loaded: (id) => loaded.get(id),
    operation: (service, name) =>
      Object.hasOwn(service.operations, name) ? service.operations[name] : service.inner[name],
    async job(name): Promise<Job<object>> {
      const job = (await ownerOf(name)).jobs.find((one) => one.name === name)
      if (!job) throw new Error(`no job ${name}`)
      return job
    },
    async receiver(name): Promise<Receiver<object>> {
      const service = await ownerOf(name)
      const receiver = service.receivers.find((one) => one.effect.name === name)
      if (!receiver) throw new Error(`nobody receives ${name}`)
      return receiver
    },
  }
}
