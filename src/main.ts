import { join, resolve } from "node:path"
import type { LocalCa } from "./engines/tls/local-ca.ts"
import { madeOnce } from "./engines/tls/made-once.ts"
import { Cloud } from "./gateway/cloud.ts"
import { createFront } from "./gateway/front.ts"
import {
  createHostStorage,
  keptSecret,
  privateFiles,
  type PrivateFiles,
} from "./kernel/host/data-folder.ts"
import { hostClock } from "./kernel/host/host-clock.ts"
import { createHostRandom } from "./kernel/host/host-random.ts"
import { reportToStderr } from "./kernel/host/log.ts"
import { createHostTcp } from "./kernel/host/tcp.ts"
import { createModelFiles } from "./kernel/host/model-files.ts"
import { createNearOutside } from "./kernel/host/outside.ts"
import { createVmPatterns } from "./kernel/host/vm-patterns.ts"
import { listen } from "./kernel/host/transport/listen.ts"
import type { Listener } from "./kernel/host/transport/options.ts"
import { createMemoryBlobs } from "./kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "./kernel/sim/memory-storage.ts"
import { createModels } from "./models/load.ts"
import { createCodecs } from "./protocols/codecs.ts"

export interface ServerSettings {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** Folder of the state; absent: memory. */
  readonly data: string | undefined
  /** Accept only keys made in this cloud. */
  readonly strict: boolean
  readonly account: string
  readonly region: string
  readonly durability: "process" | "power"
  /** Origins whose pages may call the AWS APIs. */
  readonly origins: readonly string[]
  readonly version: string
}

export interface Server {
  readonly url: string
  readonly port: number
  readonly cloud: Cloud
  /** The CA certificate's file, where there is a folder for it. */
  readonly caPath: string | undefined
  /** Finishes what runs and closes the store. */
  close(): Promise<void>
}

/** How long requests in flight get at a stop. */
const GRACE_MS = 5_000

/** The composition root: the real world, and a cloud behind a port of it. */
export async function startServer(settings: ServerSettings): Promise<Server> {
  const { strict, account, region, durability } = settings
  const folder = settings.data === undefined ? undefined : resolve(settings.data)
  const files = folder === undefined ? undefined : privateFiles(join(folder, "tls"))
  const tls = madeOnce(() => openCa(settings, files))
  const cloud = await Cloud.open({
    storage: folder
      ? createHostStorage(folder, { durability, clock: hostClock, report: reportToStderr })
      : createMemoryStorage(hostClock, () => createMemoryBlobs()),
    clock: hostClock,
    outside: createNearOutside(hostClock, async (order) => (await tls()).certify(order)),
    patterns: createVmPatterns(),
    tcp: createHostTcp({ host: settings.host, tls, fixedPorts: true }),
    random: createHostRandom,
    models: createModels(createModelFiles()),
    codecs: createCodecs(),
    flushEach: durability === "power",
    settings: { account, region, strict },
    report: reportToStderr,
  })
  try {
    return await serve(settings, { cloud, folder, files, tls })
  } catch (error) {
    await cloud.close()
    throw error
  }
}

export interface Beside {
  readonly port: number
  readonly version: string
  readonly report: (what: string, error: unknown) => void
}

/** Puts a cloud that is there behind a port of this machine, with its control API. */
export const serveBeside = (cloud: Cloud, { port, version, report }: Beside): Promise<Listener> =>
  listen({
    port,
    clock: hostClock,
    handle: createFront(cloud, { version, origins: [] }),
    report: (error) => report("transport", error),
  })

interface Opened {
  readonly cloud: Cloud
  readonly folder: string | undefined
  readonly files: PrivateFiles | undefined
  readonly tls: () => Promise<LocalCa>
}

async function serve(
  settings: ServerSettings,
  { cloud, folder, files, tls }: Opened,
): Promise<Server> {
  const token = folder && (await keptSecret(privateFiles(folder), "control-token"))
  const listener = await listen({
    host: settings.host,
    port: settings.port,
    clock: hostClock,
    handle: createFront(cloud, {
      version: settings.version,
      origins: settings.origins,
      ...(token && { token }),
    }),
    tls,
    report: (error) => reportToStderr("transport", error),
  })
  try {
    // The first start makes the CA, so that its path can be printed; later ones wait for TLS.
    if (files && (await files.read("ca.pem")) === undefined) await tls()
  } catch (error) {
    await listener.close({ graceMs: 0 })
    throw error
  }
  return {
    url: urlOf(settings.host, listener),
    port: listener.port,
    cloud,
    caPath: files?.path("ca.pem"),
    async close() {
      cloud.world.quiesce()
      await listener.close({ graceMs: GRACE_MS })
      await cloud.close()
    },
  }
}

/** Loaded when the first client speaks TLS: most clouds never need it. */
async function openCa(settings: ServerSettings, files: PrivateFiles | undefined): Promise<LocalCa> {
  const { openLocalCa } = await import("./engines/tls/local-ca.ts")
  const { now } = hostClock
  return openLocalCa({ files, now, random: createHostRandom(), names: [settings.host] })
}

/** By these one listens, at this machine alone or everywhere; nobody is called so. */
const LISTENING = new Set(["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"])

function urlOf(host: string, { port }: Listener): string {
  if (LISTENING.has(host)) return `http://localhost:${port}`
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`
}
