import type { ProtocolName } from "../models/schema.ts"
import type { Codec } from "./codec.ts"
import { jsonCodec } from "./json.ts"
import type { CodecOptions } from "./json.ts"

/** The codec of a protocol: a promise of it on first use, since most processes need but a few. */
export type Codecs = (protocol: ProtocolName) => Codec | Promise<Codec>

/** All protocols. Only AWS JSON is loaded at once; the others with their first request. */
export function createCodecs(options: CodecOptions = {}): Codecs {
  const loaded: { [P in ProtocolName]?: Codec | Promise<Codec> } = { json: jsonCodec(options) }
  return (protocol) => {
    const known = loaded[protocol]
    if (known !== undefined) return known
    const loading = load(protocol, options).then((codec) => (loaded[protocol] = codec))
    loaded[protocol] = loading
    return loading
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
      return (await import("./rest-json.ts")).restJsonCodec(options)
    case "smithy-rpc-v2-cbor":
      return (await import("./cbor.ts")).cborCodec(options)
  }
}
