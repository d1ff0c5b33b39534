import type { ProtocolName, ServiceModel } from "./schema.ts"

/** What is known of a service without loading its model: enough to see whose a request is. */
export type ServiceFacts = Pick<
  ServiceModel,
  | "id"
  | "serviceId"
  | "apiVersion"
  | "endpointPrefix"
  | "signingName"
  | "targetPrefix"
  | "jsonVersion"
  | "protocols"
  | "globalEndpoint"
  | "globalRegion"
>

/** Every service of AWS's models; a name or prefix may belong to several of them. */
export interface ServiceIndex {
  readonly services: readonly ServiceFacts[]
  readonly byId: ReadonlyMap<string, ServiceFacts>
  readonly bySigningName: ReadonlyMap<string, readonly ServiceFacts[]>
  readonly byEndpointPrefix: ReadonlyMap<string, readonly ServiceFacts[]>
  /** Of `X-Amz-Target: <prefix>.<Operation>`, and of a CBOR path `/service/<prefix>/…`. */
  readonly byTargetPrefix: ReadonlyMap<string, readonly ServiceFacts[]>
}

/** The columns of a row in `index.json`; a row ends with its last value that is not null. */
const COLUMNS = [
  "id",
  "protocols",
  "apiVersion",
  "endpointPrefix",
  "serviceId",
  "signingName",
  "targetPrefix",
  "jsonVersion",
  "globalEndpoint",
  "globalRegion",
] as const satisfies readonly (keyof ServiceFacts)[]

type Cell = string | null

/** A service's row; a signing name that equals the endpoint prefix is left out. */
export function indexRow(facts: ServiceFacts): Cell[] {
  const row = COLUMNS.map((column): Cell => {
    const value = facts[column]
    if (column === "signingName" && value === facts.endpointPrefix) return null
    return value === undefined ? null : String(value)
  })
  while (row.at(-1) === null) row.pop()
  return row
}

export function readIndex(rows: readonly (readonly Cell[])[]): ServiceIndex {
  const services = rows.map(readRow)
  return {
    services,
    byId: new Map(services.map((service) => [service.id, service])),
    bySigningName: grouped(services, "signingName"),
    byEndpointPrefix: grouped(services, "endpointPrefix"),
    byTargetPrefix: grouped(services, "targetPrefix"),
  }
}

function readRow(row: readonly Cell[]): ServiceFacts {
  const [id, protocols, apiVersion, endpointPrefix, serviceId, signingName, ...rest] = row
  const [targetPrefix, jsonVersion, globalEndpoint, globalRegion] = rest
  return {
    id: id!,
    serviceId: serviceId!,
    apiVersion: apiVersion!,
    endpointPrefix: endpointPrefix!,
    signingName: signingName ?? endpointPrefix!,
    protocols: protocols!.split(",") as ProtocolName[],
    ...(targetPrefix && { targetPrefix }),
    ...(jsonVersion && { jsonVersion }),
    ...(globalEndpoint && { globalEndpoint }),
    ...(globalRegion && { globalRegion }),
  }
}

function grouped(
  services: readonly ServiceFacts[],
  by: "signingName" | "endpointPrefix" | "targetPrefix",
): ReadonlyMap<string, readonly ServiceFacts[]> {
  const groups = new Map<string, ServiceFacts[]>()
  for (const service of services) {
    const name = service[by]
    if (name === undefined) continue
    const group = groups.get(name)
    if (group) group.push(service)
    else groups.set(name, [service])
  }
  return groups
}
