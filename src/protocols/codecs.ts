import type { WireRequest } from "../kernel/wire.ts"
import type { OperationModel, ProtocolName, ServiceModel } from "../models/schema.ts"
import type { Codec } from "./codec.ts"
import { jsonCodec } from "./json.ts"
import type { CodecOptions } from "./json.ts"
import { router } from "./route.ts"
import type { Router } from "./route.ts"

/** Everything the gateway needs to know about wire protocols. */
export interface Codecs {
  /** A promise on a protocol's first use, since most processes need but one or two. */
  codec(protocol: ProtocolName): Codec | Promise<Codec>
  /** The operation of a REST request; `undefined` when the service has none like it. */
  route(model: ServiceModel, request: WireRequest): OperationModel | undefined
}

/** All protocols. Only AWS JSON is loaded at once; the others with their first request. */
export function createCodecs(options: CodecOptions = {}): Codecs {
  const loaded: { [P in ProtocolName]?: Codec | Promise<Codec> } = { json: jsonCodec(options) }
  const routers = new WeakMap<ServiceModel, Router>()
  return {
    codec(protocol) {
      const known = loaded[protocol]
      if (known !== undefined) return known
      const loading = load(protocol, options).then((codec) => (loaded[protocol] = codec))
      loaded[protocol] = loading
      return loading
    },
    route(model, request) {
      let find = routers.get(model)
      if (find === undefined) {
        find = router(model)
        routers.set(model, find)
      }
      return find(request)?.operation
    },
  }
}

async function load(protocol: ProtocolName, options: CodecOptions): Promise<Codec> {
  switch (protocol) {
    case "json":
      return jsonCodec(options)
    case "query":
      return (await import("./query.ts")).queryCodec()
    case "ec2":
      return (await import("./ec2.ts")).ec2Codec()
    case "rest-xml":
      return (await import("./rest-xml.ts")).restXmlCodec()
    case "rest-json":
      throw new Error("No codec for rest-json yet")
    case "smithy-rpc-v2-cbor":
      return (await import("./cbor.ts")).cborCodec(options)
  }
}
