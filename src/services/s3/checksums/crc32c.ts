/** CRC-32C (Castagnoli), reflected: eight bytes a step by eight tables. */
const TABLES = makeTables(0x82f63b78)

function makeTables(polynomial: number): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    tables[byte] = crc
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = tables[at - 256]!
    tables[at] = (before >>> 8) ^ tables[before & 0xff]!
  }
  return tables
}

/** The checksum of `bytes` behind those whose checksum is `before`; an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  const t = TABLES
  let crc = ~before
  let at = 0
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const end = bytes.length - 7; at < end; at += 8) {
    const x = crc ^ words.getInt32(at, true)
    const y = words.getInt32(at + 4, true)
    crc =
      t[1792 + (x & 255)]! ^
      t[1536 + ((x >>> 8) & 255)]! ^
      t[1280 + ((x >>> 16) & 255)]! ^
      t[1024 + (x >>> 24)]! ^
      t[768 + (y & 255)]! ^
      t[512 + ((y >>> 8) & 255)]! ^
      t[256 + ((y >>> 16) & 255)]! ^
      t[y >>> 24]!
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 255]!
  return ~crc >>> 0
}
