import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import {
  reduceModel,
  type BotocoreService,
  type Json,
  type RawModel,
} from "../../src/models/botocore.ts"
import type { Partition } from "../../src/models/load.ts"
import { prune } from "./prune.ts"

/** A folder of models in botocore's layout: `<service>/<version>/service-2.json` and two lists. */
export interface Published {
  readonly services: readonly string[]
  /** The reduced model of the newest version, without shapes that nothing reaches. */
  read(service: string): RawModel
  readonly partitions: readonly Partition[]
}

export function readPublishedFolder(folder: string): Published {
  const entries = readdirSync(folder, { withFileTypes: true })
  const services = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const regions = globalRegions(readJson(join(folder, "endpoints")))
  return {
    services: services.sort(),
    partitions: readPartitions(readJson(join(folder, "partitions"))),
    read(service) {
      const versions = readdirSync(join(folder, service)).sort()
      const newest = join(folder, service, versions.at(-1)!)
      const published = readJson(join(newest, "service-2")) as unknown as BotocoreService
      const raw = prune(reduceModel(published))
      raw.paginators = readPaginators(join(newest, "paginators-1"))
      const region = regions.get(published.metadata["endpointPrefix"] as string)
      if (region) raw.metadata = { ...raw.metadata, globalRegion: region }
      return raw
    },
  }
}

/** Reads `<path>.json`, or `<path>.json.gz`. */
function readJson(path: string): Json {
  const packed = `${path}.json.gz`
  const text = existsSync(packed) ? gunzipSync(readFileSync(packed)) : readFileSync(`${path}.json`)
  return JSON.parse(text.toString()) as Json
}

const PAGINATOR_KEYS: Readonly<Record<string, string>> = {
  input_token: "inputToken",
  output_token: "outputToken",
  limit_key: "limitKey",
  result_key: "resultKey",
}

function readPaginators(path: string): Record<string, Json> {
  if (!existsSync(`${path}.json`) && !existsSync(`${path}.json.gz`)) return {}
  const published = readJson(path)["pagination"] as Record<string, Json>
  const paginators: Record<string, Json> = {}
  for (const [operation, keys] of Object.entries(published)) {
    const kept = Object.entries(keys).filter(([key]) => key in PAGINATOR_KEYS)
    paginators[operation] = Object.fromEntries(
      kept.map(([key, value]) => [PAGINATOR_KEYS[key]!, value]),
    )
  }
  return paginators
}

interface Endpoints {
  readonly partitions: readonly {
    readonly partition: string
    readonly services: Readonly<Record<string, EndpointsOfService>>
  }[]
}

interface EndpointsOfService {
  readonly isRegionalized?: boolean
  readonly partitionEndpoint?: string
  readonly endpoints: Readonly<Record<string, { readonly credentialScope?: { region?: string } }>>
}

/**
 * Endpoint prefix → the Region that a service without Regions is signed for, in the partition
 * `aws`. A service with a global endpoint beside regional ones (STS, S3) is not among them.
 */
function globalRegions(endpoints: Json): Map<string, string> {
  const regions = new Map<string, string>()
  const { partitions } = endpoints as unknown as Endpoints
  const aws = partitions.find(({ partition }) => partition === "aws")!
  for (const [prefix, service] of Object.entries(aws.services)) {
    const names = Object.keys(service.endpoints)
    const regional = names.some((name) => !name.includes("global"))
    if (service.isRegionalized === false ? !service.partitionEndpoint : regional) continue
    const name = service.partitionEndpoint ?? names[0]!
    const region = service.endpoints[name]?.credentialScope?.region
    if (region) regions.set(prefix, region)
  }
  return regions
}

interface PublishedPartition {
  readonly id: string
  readonly regionRegex: string
  readonly regions: Readonly<Record<string, { readonly description?: string }>>
  readonly outputs: Readonly<
    Record<"dnsSuffix" | "dualStackDnsSuffix" | "implicitGlobalRegion", string>
  >
}

function readPartitions(published: Json): Partition[] {
  const { partitions } = published as unknown as { partitions: readonly PublishedPartition[] }
  return partitions.map(({ id, regionRegex, regions, outputs }) => {
    const { dnsSuffix, dualStackDnsSuffix, implicitGlobalRegion } = outputs
    // `aws-global` and its like are names of endpoints, not Regions.
    const real = Object.entries(regions).filter(([name]) => !name.endsWith("-global"))
    const named = real.map(([name, { description = name }]) => [name, description])
    return {
      ...{ id, dnsSuffix, dualStackDnsSuffix, implicitGlobalRegion, regionRegex },
      regions: Object.fromEntries(named) as Record<string, string>,
    }
  })
}
