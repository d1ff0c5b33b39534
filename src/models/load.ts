import { brotliDecompressSync } from "node:zlib"
import type { CompactModel } from "./compact.ts"
import { linkModel } from "./link.ts"
import { applyPatch } from "./patch.ts"
import { PATCHES } from "./patches.ts"
import type { ServiceModel } from "./schema.ts"
import { readIndex, type ServiceIndex } from "./service-index.ts"

/** The folder of the models' data, by file name (`sqs.br`, `index.json`). */
export interface ModelFiles {
  /** Throws when there is no such file. */
  read(name: string): Uint8Array
}

/** A separate part of AWS, with its own accounts and Regions. */
export interface Partition {
  readonly id: string
  readonly dnsSuffix: string
  readonly dualStackDnsSuffix: string
  /** The Region that global services of the partition are signed for. */
  readonly implicitGlobalRegion: string
  readonly regionRegex: string
  /** Region code → AWS's name for it (`us-east-1` → `US East (N. Virginia)`). */
  readonly regions: Readonly<Record<string, string>>
}

/** AWS's models, each read and linked on first use and kept. */
export interface Models {
  /** The corrected model of a service, by the folder name that AWS gives it (`sqs`, `elbv2`). */
  loadModel(id: string): ServiceModel
  serviceIndex(): ServiceIndex
  partitions(): readonly Partition[]
}

export function createModels(files: ModelFiles): Models {
  const models = new Map<string, ServiceModel>()
  let index: ServiceIndex | undefined
  let partitions: readonly Partition[] | undefined
  return {
    loadModel(id) {
      const known = models.get(id)
      if (known) return known
      const model = readModel(files, id)
      models.set(id, model)
      return model
    },
    serviceIndex: () => (index ??= readIndex(JSON.parse(text(files.read("index.json"))))),
    partitions: () => (partitions ??= JSON.parse(text(files.read("partitions.json")))),
  }
}

/** The model as AWS publishes it, without corrections. */
export function readPublished(files: ModelFiles, id: string): ServiceModel {
  return linkModel(JSON.parse(text(brotliDecompressSync(files.read(`${id}.br`)))) as CompactModel)
}

function readModel(files: ModelFiles, id: string): ServiceModel {
  const model = readPublished(files, id)
  const patch = Object.hasOwn(PATCHES, id) ? PATCHES[id] : undefined
  return patch ? applyPatch(model, patch()) : model
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
