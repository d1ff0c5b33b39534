/** A reader of CBOR that shares nothing with the codec: enough for errors and small answers. */
export function readCbor(bytes: Buffer): unknown {
  let at = 0

  function argument(info: number): number {
    if (info < 24) return info
    const size = 1 << (info - 24)
    if (info > 27) throw new Error("a length that is not definite")
    const value = size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size)
    at += size
    return value
  }

  function simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21
    if (info === 22 || info === 23) return null
    if (info === 26) return bytes.readFloatBE((at += 4) - 4)
    if (info === 27) return bytes.readDoubleBE((at += 8) - 8)
    throw new Error(`a simple value ${info}`)
  }

  function many<T>(info: number, each: () => T): T[] {
    const all: T[] = []
    if (info === 31) {
      while (bytes[at] !== 0xff) all.push(each())
      at += 1
    } else for (let left = argument(info); left > 0; left -= 1) all.push(each())
    return all
  }

  function item(): unknown {
    const head = bytes[at]
    if (head === undefined) throw new Error("the bytes end too soon")
    at += 1
    const info = head & 31
    switch (head >> 5) {
      case 0:
        return argument(info)
      case 1:
        return -1 - argument(info)
      case 2: {
        const length = argument(info)
        return bytes.subarray(at, (at += length))
      }
      case 3: {
        const length = argument(info)
        return bytes.toString("utf8", at, (at += length))
      }
      case 4:
        return many(info, item)
      case 5:
        return Object.fromEntries(many(info, () => [String(item()), item()]))
      case 6:
        argument(info)
        return item()
      default:
        return simple(info)
    }
  }

  const value = item()
  if (at !== bytes.length) throw new Error("bytes behind the end")
  return value
}
