import type { ProtocolName } from "./schema.ts"

/** What is known of a service without loading its model: enough to see whose a request is. */
export interface ServiceFacts {
  readonly id: string
  /** The protocols that AWS answers, preferred first. */
  readonly protocols: readonly ProtocolName[]
  readonly apiVersion: string
  readonly endpointPrefix: string
  readonly serviceId: string
  readonly signingName: string
  readonly targetPrefix: string | undefined
  readonly jsonVersion: string | undefined
  readonly globalEndpoint: string | undefined
  /** The Region that calls to a service without Regions are signed for. */
  readonly globalRegion: string | undefined
}

/** Every service of AWS's models; a name or prefix may belong to several of them. */
export interface ServiceIndex {
  readonly services: readonly ServiceFacts[]
  readonly byId: ReadonlyMap<string, ServiceFacts>
  readonly bySigningName: ReadonlyMap<string, readonly ServiceFacts[]>
  readonly byEndpointPrefix: ReadonlyMap<string, readonly ServiceFacts[]>
  /** Of `X-Amz-Target: <prefix>.<Operation>`, and of a CBOR path `/service/<prefix>/…`. */
  readonly byTargetPrefix: ReadonlyMap<string, readonly ServiceFacts[]>
}

/** A service's line of `index.json`, in the order of its facts, without nulls at its end. */
export type IndexRow = readonly (string | null)[]

/** A signing name that equals the endpoint prefix is left out. */
export function indexRow(facts: Partial<ServiceFacts> & { readonly id: string }): IndexRow {
  const { id, protocols, apiVersion, endpointPrefix, serviceId, signingName } = facts
  const { targetPrefix, jsonVersion, globalEndpoint, globalRegion } = facts
  const signs = signingName === endpointPrefix ? undefined : signingName
  const rest = [serviceId, signs, targetPrefix, jsonVersion, globalEndpoint, globalRegion]
  const row = [id, protocols?.join(","), apiVersion, endpointPrefix, ...rest]
  while (row.at(-1) === undefined) row.pop()
  return row.map((cell) => cell ?? null)
}

export function readIndex(rows: readonly IndexRow[]): ServiceIndex {
  const services = rows.map(readRow)
  return {
    services,
    byId: new Map(services.map((service) => [service.id, service])),
    bySigningName: grouped(services, "signingName"),
    byEndpointPrefix: grouped(services, "endpointPrefix"),
    byTargetPrefix: grouped(services, "targetPrefix"),
  }
}

/** One literal, without destructuring: this runs 424 times at start, in cold code. */
function readRow(row: IndexRow): ServiceFacts {
  return {
    id: row[0]!,
    protocols: row[1]!.split(",") as ProtocolName[],
    apiVersion: row[2]!,
    endpointPrefix: row[3]!,
    serviceId: row[4]!,
    signingName: row[5] ?? row[3]!,
    targetPrefix: row[6] ?? undefined,
    jsonVersion: row[7] ?? undefined,
    globalEndpoint: row[8] ?? undefined,
    globalRegion: row[9] ?? undefined,
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
