/** An address as its eight 16-bit parts; IPv4 is seen as IPv6 that maps it. */
type Address = readonly number[]

/** A block of addresses; `bits` counts from the left of 128. */
export interface IpRange {
  readonly address: Address
  readonly bits: number
}

const IPV6_PARTS = 8
const IPV6_BITS = 128
const IPV4_BITS = 32
/** Stands before an IPv4 address in IPv6: `::ffff:192.0.2.1`. */
const MAPPED = 0xffff

/** `203.0.113.0/24`, `2001:db8::/32` or one address; undefined when the text is neither. */
export function parseIpRange(text: string): IpRange | undefined {
  const [head = "", width, more] = text.split("/")
  const address = parseIp(head)
  if (!address || more !== undefined) return undefined
  if (width === undefined) return { address, bits: IPV6_BITS }
  const most = parseIpv4(head) ? IPV4_BITS : IPV6_BITS
  if (!/^\d{1,3}$/.test(width) || Number(width) > most) return undefined
  return { address, bits: IPV6_BITS - most + Number(width) }
}

export function inIpRange({ address, bits }: IpRange, text: string): boolean {
  const tested = parseIp(text)
  if (!tested) return false
  for (let part = 0, left = bits; left > 0; part++, left -= 16) {
    const differs = (tested[part] as number) ^ (address[part] as number)
    if (differs >> Math.max(0, 16 - left)) return false
  }
  return true
}

function parseIp(text: string): Address | undefined {
  const ipv4 = parseIpv4(text)
  if (ipv4) return [0, 0, 0, 0, 0, MAPPED, ipv4[0], ipv4[1]]
  if (!text.includes(":") || text.length > 45) return undefined
  const halves = text.split("::")
  if (halves.length > 2) return undefined
  const head = hexParts(halves[0] as string)
  const tail = hexParts(halves[1] ?? "")
  if (!head || !tail) return undefined
  const missing = IPV6_PARTS - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function hexParts(text: string): number[] | undefined {
  const parts: number[] = []
  if (text === "") return parts
  const words = text.split(":")
  for (const [at, word] of words.entries()) {
    const ipv4 = at === words.length - 1 ? parseIpv4(word) : undefined
    if (ipv4) parts.push(...ipv4)
    else if (/^[\da-f]{1,4}$/i.test(word)) parts.push(Number.parseInt(word, 16))
    else return undefined
  }
  return parts
}

const ZERO = 0x30
const DOT = 0x2e

/** Read by hand: it is done for every condition on an address. */
function parseIpv4(text: string): [number, number] | undefined {
  if (text.length > 15) return undefined
  let value = 0
  let byte = -1
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (byte < 0 || ++dots > 3) return undefined
      value = value * 256 + byte
      byte = -1
    } else {
      const digit = code - ZERO
      if (digit < 0 || digit > 9) return undefined
      byte = (byte < 0 ? 0 : byte * 10) + digit
      if (byte > 255) return undefined
    }
  }
  if (byte < 0 || dots !== 3) return undefined
  value = value * 256 + byte
  return [Math.floor(value / 65_536), value % 65_536]
}
