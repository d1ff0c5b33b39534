import { element, explicit, implicit, objectId, objectIdBytes, sequence, utf8 } from "./der.ts"
import { type DerElement, dotted } from "./der-reader.ts"
import { addressBytes, addressText } from "./ip-address.ts"

/** One of the forms in which certificates name somebody (RFC 5280 section 4.2.1.6). */
export type GeneralName =
  | { readonly kind: "email" | "dns" | "uri" | "ip" | "registeredId"; readonly value: string }
  | { readonly kind: "directory"; readonly name: Uint8Array }
  | { readonly kind: "other"; readonly type: string; readonly value: string }
  | { readonly kind: "party"; readonly name: string; readonly assigner?: string | undefined }
  /** What is not read further: the whole element. */
  | { readonly kind: "raw"; readonly der: Uint8Array }

const latin = (text: string): Uint8Array => Buffer.from(text, "latin1")

/** Throws RangeError for what is no IP address. */
export function writeGeneralName(name: GeneralName): Uint8Array {
  switch (name.kind) {
    case "other":
      return explicit(0, objectId(name.type), explicit(0, utf8(name.value)))
    case "email":
      return implicit(1, latin(name.value))
    case "dns":
      return implicit(2, latin(name.value))
    case "directory":
      return explicit(4, name.name)
    case "party":
      return explicit(
        5,
        ...(name.assigner === undefined ? [] : [explicit(0, utf8(name.assigner))]),
        explicit(1, utf8(name.name)),
      )
    case "uri":
      return implicit(6, latin(name.value))
    case "ip": {
      const address = addressBytes(name.value)
      if (!address) throw new RangeError(`${name.value} is no IP address`)
      return implicit(7, address)
    }
    case "registeredId":
      return implicit(8, Buffer.from(objectIdBytes(name.value)))
    case "raw":
      return name.der
  }
}

export function readGeneralName(of: DerElement): GeneralName {
  const { tag, content, whole } = of
  const text = () => Buffer.from(content).toString("latin1")
  if (tag === 0x81) return { kind: "email", value: text() }
  if (tag === 0x82) return { kind: "dns", value: text() }
  if (tag === 0x86) return { kind: "uri", value: text() }
  if (tag === 0x87 && (content.length === 4 || content.length === 16))
    return { kind: "ip", value: addressText(content) }
  if (tag === 0x88) return { kind: "registeredId", value: dotted(content) }
  if (tag === 0xa4) return { kind: "directory", name: content }
  return { kind: "raw", der: whole }
}

/** An AccessDescription: by which method, and where. */
export const accessDescription = (method: string, location: GeneralName): Uint8Array =>
  sequence(objectId(method), writeGeneralName(location))

/** CRLDistributionPoints of one point, with the URIs at which its list is. */
export const distributionPoint = (uris: readonly string[]): Uint8Array =>
  sequence(explicit(0, distributionName(uris)))

/** `fullName` of a DistributionPointName. */
export const distributionName = (uris: readonly string[]): Uint8Array =>
  element(0xa0, ...uris.map((uri) => writeGeneralName({ kind: "uri", value: uri })))
